import { messagesFor } from '../../core/shared/index.ts';
import type { CommandContext } from '../context.ts';
import { configurationOf } from '../look-options.ts';
import { COMMON_OPTIONS, parseOptions } from '../parse-options.ts';

/** `guardian migrate`: the database's tables as this version needs them. `guardian start` does the same by itself. */
export async function run(context: CommandContext): Promise<number> {
  const { values } = parseOptions(context.arguments, { ...COMMON_OPTIONS, 'dry-run': { type: 'boolean' } });
  const configuration = await configurationOf(values, context);
  const { migrate } = messagesFor(configuration.language).cli;
  const { openAdministration } = await import('../../app/administration.ts');
  const isDryRun = values['dry-run'] === true;
  const { carriedOut, version } = await openAdministration({ ...context, configuration }).migrate(isDryRun);
  const names = carriedOut.join(', ');
  const line =
    carriedOut.length === 0 ? migrate.upToDate(version) : isDryRun ? migrate.would(names) : migrate.done(names);
  context.output.write(`${line}\n`);
  return 0;
}
