import { GuardianError, toGuardianError } from '../../core/shared/index.ts';
import { type ReadFiles, sentence, type TemplateLibrary } from '../../core/templates/index.ts';

/**
 * Throws `configuration_invalid` where the template that is to be used for messages, reports or digests is not there, or of something else. What is wrong
 * with the files of its namespace is said with it.
 */
export function checkChosen(
  library: TemplateLibrary,
  key: string,
  reference: string,
  faults: ReadFiles['faults'] = [],
): void {
  let definition: string;
  try {
    definition = library.definitionOf(library.get(reference)).name;
  } catch (thrown) {
    const { about } = toGuardianError(thrown);
    const namespace = reference.split('/')[0];
    const own = faults
      .filter((one) => one.namespace === namespace)
      .map((one) => `${one.file}: ${sentence(one.faults)}`);
    throw new GuardianError('configuration_invalid', {
      key: `templates.${key}`,
      reason: [about.reason ?? library.words.noTemplateOf(reference), ...own].join('; '),
    });
  }
  if (definition === key) return;
  const reason = library.words.otherUse(reference, definition, key);
  throw new GuardianError('configuration_invalid', { key: `templates.${key}`, reason });
}
