import { resolve } from 'node:path';
import { readTemplateFolder } from '../../adapters/templates/index.ts';
import type { Configuration } from '../../config/index.ts';
import { type Clock, messagesFor } from '../../core/shared/index.ts';
import {
  BUILT_IN_NAMESPACE,
  createTemplateLibrary,
  readTemplateFiles,
  type TemplateRenderer,
} from '../../core/templates/index.ts';
import { checkChosen } from './check-chosen.ts';
import { TEMPLATE_DEFINITIONS } from './definitions.ts';

export interface OwnTemplatesOptions {
  configuration: Configuration;
  /** What `templates.folder` is relative to. */
  folder: string;
  clock: Clock;
  /** Told when one of the person's own failed on real data: the built-in one spoke in its place. */
  onFailure?(sentence: string): void;
}

/**
 * What one look is rendered with, without a server: files are read once, at first use, and nothing is kept. Gives an empty object where only the
 * built-in templates are configured. Throws `configuration_invalid` where one that is to be used is not there, or does not hold.
 */
export function ownTemplates(options: OwnTemplatesOptions): () => Promise<{ templates?: TemplateRenderer }> {
  let read: Promise<{ templates?: TemplateRenderer }> | null = null;
  return () => {
    read ??= readOwn(options);
    return read;
  };
}

async function readOwn({ configuration, folder, clock, onFailure }: OwnTemplatesOptions) {
  const { folder: given, message, report, digest } = configuration.templates;
  const chosen = { message, report, digest };
  if (Object.entries(chosen).every(([name, reference]) => reference === `${BUILT_IN_NAMESPACE}/${name}`)) return {};
  const messages = messagesFor(configuration.language);
  const words = messages.templateFaults;
  const library = createTemplateLibrary({
    definitions: TEMPLATE_DEFINITIONS,
    chosen,
    clock,
    words,
    onFailure: (reference, { inWords, line }) =>
      onFailure?.(messages.cli.templates.failed(reference, line, inWords(words))),
  });
  const sources = given === null ? null : await readTemplateFolder(resolve(folder, given), messages);
  const { current, faults } = await readTemplateFiles(library, sources ?? [], async (one) => void library.keep(one));
  library.setCurrent(current);
  for (const [key, reference] of Object.entries(chosen)) checkChosen(library, key, reference, faults);
  return { templates: library };
}
