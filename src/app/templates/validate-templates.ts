import { resolve } from 'node:path';
import { readTemplateFolder } from '../../adapters/templates/index.ts';
import { type Clock, GuardianError, type Messages } from '../../core/shared/index.ts';
import { createTemplateLibrary, idOf, readTemplateFiles, type TemplateFault } from '../../core/templates/index.ts';
import { TEMPLATE_DEFINITIONS } from './definitions.ts';

export interface CheckedFile {
  file: string;
  /** `namespace/name@1.2.0`; null: it does not hold. */
  template: string | null;
  faults: TemplateFault[];
}

/** Every file of a folder as the server would read it; nothing is kept. Throws `source_unreadable` where there is no folder. */
export async function validateTemplates(
  path: string,
  { folder, clock, messages }: { folder: string; clock: Clock; messages: Messages },
): Promise<CheckedFile[]> {
  const sources = await readTemplateFolder(resolve(folder, path), messages);
  if (sources === null) throw new GuardianError('source_unreadable', { path, reason: 'ENOENT' });
  const library = createTemplateLibrary({
    definitions: TEMPLATE_DEFINITIONS,
    clock,
    words: messages.templateFaults,
  });
  const { read, faults } = await readTemplateFiles(library, sources, async (one) => void library.keep(one));
  return sources.map(({ file }) => {
    const good = read.find(({ version }) => version.file === file);
    const found = faults.find((one) => one.file === file)?.faults ?? [];
    return { file, template: good ? idOf(good.version) : null, faults: found };
  });
}
