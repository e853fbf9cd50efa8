import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messagesFor } from '../../core/shared/index.ts';
import type { CommandContext } from '../context.ts';
import { configurationOf } from '../look-options.ts';
import { COMMON_OPTIONS, parseOptions } from '../parse-options.ts';
import { writeReport } from '../write-report.ts';

const SHOP = fileURLToPath(new URL('../../../examples/shop', import.meta.url));

/** `guardian start`: the main job on the bundled sample incident, from its log and the shop's own history. Ends with status 0. */
export async function run(context: CommandContext): Promise<number> {
  const { values } = parseOptions(context.arguments, { ...COMMON_OPTIONS, out: { type: 'string' } });
  const given = await configurationOf(values, context);
  const messages = messagesFor(given.language);
  const { start } = messages.cli;
  const { openGuardian, openSampleRepository } = await import('../../app.ts');
  const folder = resolve(context.folder, values.out ?? join(given.dataFolder, 'sample'));
  const repository = openSampleRepository({ bundle: join(SHOP, 'history.bundle'), folder: join(folder, 'shop') });
  const configuration = { ...given, service: 'shop', repository: { ...given.repository, path: repository } };
  const guardian = openGuardian({ configuration, folder: context.folder, clock: context.clock });
  context.output.write(`${start.intro}\n\n`);
  const report = await guardian.look({
    inputs: [join(SHOP, 'incident.ndjson')],
    freshness: null,
    signal: context.signal,
  });
  const color = context.output.isTerminal && !context.environment.NO_COLOR;
  context.output.write(`${guardian.render(report, 'summary', { color, columns: context.output.columns })}\n`);
  await writeReport({ report, guardian, formats: null, out: folder, isQuiet: true, context, messages });
  const lines = [
    start.html(join(folder, 'report.html')),
    start.markdown(join(folder, 'report.md')),
    start.json(join(folder, 'report.json')),
  ];
  context.output.write(`\n${[...lines, '', start.own, start.cloud, start.help].join('\n')}\n`);
  return 0;
}
