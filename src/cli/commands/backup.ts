import { resolve } from 'node:path';
import { GuardianError, messagesFor } from '../../core/shared/index.ts';
import type { CommandContext } from '../context.ts';
import { configurationOf } from '../look-options.ts';
import { COMMON_OPTIONS, parseOptions } from '../parse-options.ts';
import { readableBytes } from '../progress.ts';

/** `guardian backup FILE`: a whole, checked copy of the embedded database, also while the server runs. */
export async function run(context: CommandContext): Promise<number> {
  const { values, positionals } = parseOptions(context.arguments, COMMON_OPTIONS);
  const configuration = await configurationOf(values, context);
  const { backup } = messagesFor(configuration.language).cli;
  const [file] = positionals;
  if (file === undefined) throw new GuardianError('usage_invalid', { reason: backup.needsFile });
  const { openAdministration } = await import('../../app/administration.ts');
  const target = resolve(context.folder, file);
  const { bytes } = await openAdministration({ ...context, configuration }).backup(target);
  context.output.write(`${backup.written(target, readableBytes(bytes))}\n`);
  return 0;
}
