import { GuardianError, messagesFor } from '../../core/shared/index.ts';
import type { CommandContext } from '../context.ts';
import { configurationOf } from '../look-options.ts';
import { COMMON_OPTIONS, parseOptions } from '../parse-options.ts';

/** `guardian templates validate [FOLDER]`: every file as the server would read it. Exit status 0, or 65 when one does not hold. */
export async function run(context: CommandContext): Promise<number> {
  const { values, positionals } = parseOptions(context.arguments, COMMON_OPTIONS);
  const configuration = await configurationOf(values, context);
  const messages = messagesFor(configuration.language);
  const { templates: say } = messages.cli;
  const [action, given, ...more] = positionals;
  if (action !== 'validate' || more.length > 0)
    throw new GuardianError('usage_invalid', { reason: say.usage, remedy: messages.cli.helpOf('templates') });
  const path = given ?? configuration.templates.folder;
  if (path === null)
    throw new GuardianError('usage_invalid', { reason: say.noFolder, remedy: messages.cli.helpOf('templates') });
  const { validateTemplates } = await import('../../app/templates/validate-templates.ts');
  const files = await validateTemplates(path, { ...context, messages });
  for (const { file, template, faults } of files) {
    if (template !== null) context.output.write(`${say.holds(file, template)}\n`);
    for (const { path: where, message } of faults) context.output.write(`${say.fails(file, where, message)}\n`);
  }
  const bad = files.filter(({ template }) => template === null).length;
  context.output.write(`${say.sum(files.length - bad, bad)}\n`);
  return bad === 0 ? 0 : 65;
}
