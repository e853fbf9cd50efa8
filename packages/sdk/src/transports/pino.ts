import type { Transform, Writable } from 'node:stream';
import { isObject } from '../check-options.ts';
import { start } from '../client.ts';
import { loggerOf } from '../logger/registry.ts';
import type { StartOptions } from '../options.ts';
import { currentSpan, type TraceReader } from '../trace/trace-context.ts';
import { discardingStream, isMissing, tellMissing } from './missing-peer.ts';
import { createPinoReader, type PinoKeys } from './read-pino-line.ts';

/** Options of the transport: those of `start()` that can go to another thread, and where pino puts things. */
export type PinoTransportOptions = Omit<StartOptions, 'sinks' | 'trace' | 'onTrouble' | 'time'> & PinoKeys;

/**
 * pino's transport in a thread of its own: `pino({ transport: { target: '@guardian/sdk/pino', options: { url, key, service } } })`. It
 * starts a client in that thread and stops it with the logger; pino's own level decides what is written. Needs `pino-abstract-transport`.
 */
export default async function guardianTransport(given: PinoTransportOptions): Promise<Transform | Writable> {
  const { messageKey, errorKey, ...options } = withoutOwn(given);
  const build = await loadBuilder();
  if (build === null) return discardingStream();
  const client = await start({ level: 'trace', ...options });
  const writeLine = createLineWriter({
    ...(messageKey !== undefined && { messageKey }),
    ...(errorKey !== undefined && { errorKey }),
  });
  const stream = build(
    async (source) => {
      source.on('unknown', (line: unknown) => loggerOf('pino').info(String(line)));
      for await (const line of source) writeLine(line);
    },
    { close: async () => void (await client.stop()) },
  );
  return Object.assign(stream, { flush: () => client.flush() });
}

/** pino's threads hand their own settings over beside ours. */
function withoutOwn(given: PinoTransportOptions & PinoOwn): PinoTransportOptions {
  const { $context: _context, pinoWillSendConfig: _willSend, ...options } = given;
  return options;
}

interface PinoOwn {
  $context?: unknown;
  pinoWillSendConfig?: unknown;
}

type Source = AsyncIterable<unknown> & { on(event: 'unknown', listener: (line: unknown) => void): unknown };
type Builder = (work: (source: Source) => Promise<void>, options: { close: () => Promise<void> }) => Transform;

async function loadBuilder(): Promise<Builder | null> {
  try {
    const { default: build } = (await import('pino-abstract-transport')) as unknown as { default: Builder };
    return build;
  } catch (error) {
    if (!isMissing(error)) throw error;
    tellMissing('pino-abstract-transport', 'nothing of pino reaches Guardian');
    return null;
  }
}

/**
 * A destination for pino in the thread of the program: `pino({}, guardianStream())`, or one of `pino.multistream`. Writes through the
 * client that `start()` began, so its level, redaction and trace apply.
 */
export function guardianStream(keys: PinoKeys = {}): { write(line: string): void } {
  const writeLine = createLineWriter(keys);
  return {
    write: (text) => {
      let line: unknown;
      try {
        line = JSON.parse(text);
      } catch {
        // Not from pino: somebody wrote text to the stream.
      }
      if (isObject(line)) writeLine(line);
      else loggerOf('pino').info(text.trimEnd());
    },
  };
}

/**
 * For pino's `mixin`: puts the running trace and span onto each line, because a transport in another thread cannot know them.
 * `pino({ mixin: guardianMixin(), transport })`; with OpenTelemetry: `guardianMixin(await openTelemetryTrace())`.
 */
export function guardianMixin(readTrace: TraceReader | null = null): () => { traceId?: string; spanId?: string } {
  return () => {
    const position = readTrace?.() ?? currentSpan();
    return position === null ? {} : { traceId: position.traceId, spanId: position.spanId };
  };
}

function createLineWriter(keys: PinoKeys): (line: unknown) => void {
  const readLine = createPinoReader(keys);
  return (line) => {
    if (!isObject(line)) return;
    const { logger, level, message, fields, extras } = readLine(line);
    loggerOf(logger).logAs(level, message, fields, extras);
  };
}
