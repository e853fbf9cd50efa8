import { resolve } from 'node:path';
import { GuardianError, messagesFor } from '../../core/shared/index.ts';
import type { CommandContext } from '../context.ts';
import { configurationOf } from '../look-options.ts';
import { COMMON_OPTIONS, parseOptions } from '../parse-options.ts';

/** `guardian restore FILE`: a copy in the place of the embedded database; what stood there is kept. Refused while a server uses it. */
export async function run(context: CommandContext): Promise<number> {
  const { values, positionals } = parseOptions(context.arguments, COMMON_OPTIONS);
  const configuration = await configurationOf(values, context);
  const { backup } = messagesFor(configuration.language).cli;
  const [file] = positionals;
  if (file === undefined) throw new GuardianError('usage_invalid', { reason: backup.needsFile });
  const { openAdministration } = await import('../../app/administration.ts');
  const { path, aside } = await openAdministration({ ...context, configuration }).restore(
    resolve(context.folder, file),
  );
  context.output.write(`${backup.restored(path, aside)}\n`);
  return 0;
}
