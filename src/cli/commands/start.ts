import { checkPlatform } from '../../config/index.ts';
import { GuardianError, messagesFor } from '../../core/shared/index.ts';
import type { CommandContext } from '../context.ts';
import { configurationOf } from '../look-options.ts';
import { COMMON_OPTIONS, parseOptions } from '../parse-options.ts';
import { productVersion } from '../product-version.ts';

/** `guardian start`: the server, until Ctrl-C or SIGTERM; then what runs may end, and the status is 0. */
export async function run(context: CommandContext): Promise<number> {
  const { values } = parseOptions(context.arguments, {
    ...COMMON_OPTIONS,
    port: { type: 'string' },
    host: { type: 'string' },
    example: { type: 'string' },
  });
  const given = withAddress(await configurationOf(values, context), values);
  checkPlatform(given, context.environment);
  const { start, jobs } = messagesFor(given.language).cli;
  if (values.example !== undefined && values.example !== 'shop') {
    throw new GuardianError('usage_invalid', { reason: start.unknownExample(values.example) });
  }
  const example = values.example
    ? (await import('../../app/example-shop.ts')).openExampleShop({ given, folder: context.folder })
    : null;
  const configuration = example?.configuration ?? given;
  const { folder, clock } = context;
  const { startServer } = await import('../../app/server.ts');
  const guardian = await startServer({ configuration, folder, clock, version: productVersion() });
  try {
    await example?.start();
    const lines = [start.ready(guardian.url)];
    if (guardian.caughtUp.runs + guardian.caughtUp.skipped > 0) lines.push(jobs.caughtUp(guardian.caughtUp));
    if (example) lines.push(start.example);
    if (guardian.setUpLink) lines.push(start.setUp(guardian.setUpLink));
    lines.push(start.stop);
    context.output.write(`${lines.join('\n')}\n`);
    await untilStopped(context.signal);
    context.output.write(`${start.stopping}\n`);
  } finally {
    await example?.stop();
    await guardian.stop();
  }
  return 0;
}

function withAddress<T extends { server: { port: number; host: string } }>(
  configuration: T,
  { port, host }: { port?: string; host?: string },
): T {
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    throw new GuardianError('usage_invalid', { reason: `--port ${port}` });
  }
  const { server } = configuration;
  return {
    ...configuration,
    server: { ...server, port: port === undefined ? server.port : Number(port), host: host ?? server.host },
  };
}

function untilStopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
