import { resolve } from 'node:path';
import type { Store } from '../../adapters/store/sql/index.ts';
import { type FolderWatch, readTemplateFolder, watchFolder } from '../../adapters/templates/index.ts';
import type { Configuration } from '../../config/index.ts';
import { type Clock, GuardianError, messagesFor, toGuardianError } from '../../core/shared/index.ts';
import {
  createTemplateLibrary,
  idOf,
  keyOf,
  type ReadTemplate,
  readTemplateFiles,
  sentence,
  type TemplateLibrary,
  type TemplateUse,
} from '../../core/templates/index.ts';
import { checkChosen } from './check-chosen.ts';
import { TEMPLATE_DEFINITIONS } from './definitions.ts';

export interface TemplatesOptions {
  configuration: Configuration;
  /** What `templates.folder` is relative to. */
  folder: string;
  store: Pick<Store, 'templates'>;
  clock: Clock;
  onFailure(what: string, error: GuardianError): void;
}

/** A file that does not hold; what was read of it before stays in use. */
export interface TemplateProblem {
  file: string;
  /** `namespace/name`; null: it never held, and says of itself what it is in no readable way. */
  key: string | null;
  message: string;
}

export interface OpenTemplates {
  library: TemplateLibrary;
  problems(): readonly TemplateProblem[];
  /** Since they exist, with what was not stored yet. */
  uses(): Promise<TemplateUse[]>;
  /** Follows the folder. */
  start(): Promise<void>;
  /** Stores what was counted. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** The built-in templates, every version that was ever kept, and those of the folder. Throws where a template that is to be used is not there. */
export async function openTemplates(options: TemplatesOptions): Promise<OpenTemplates> {
  const { configuration, store, clock, onFailure } = options;
  const { folder: given, message, report, digest, quiet, lookEvery } = configuration.templates;
  const folder = given === null ? null : resolve(options.folder, given);
  const messages = messagesFor(configuration.language);
  const words = messages.templateFaults;
  const library = createTemplateLibrary({
    definitions: TEMPLATE_DEFINITIONS,
    chosen: { message, report, digest },
    clock,
    words,
    onFailure: (reference, { message: reason, line }) =>
      onFailure(
        'template',
        new GuardianError('configuration_invalid', {
          key: `template ${reference}`,
          reason: (m) => m.configuration.templateLine(line, reason),
        }),
      ),
  });
  let problems: TemplateProblem[] = [];
  /** What each file gave when it held last. */
  const held = new Map<string, { key: string; version: string }>();
  let watch: FolderWatch | null = null;
  let reading: Promise<void> = Promise.resolve();
  let seen = '';

  for (const version of library.list())
    if (!(await store.templates.keep(version)))
      onFailure(
        'template',
        new GuardianError('internal', { reason: (m) => m.templateFaults.otherContent(idOf(version)) }),
      );
  for (const version of await store.templates.list()) library.recall(version);
  await read();
  for (const [key, reference] of Object.entries({ message, report, digest })) checkChosen(library, key, reference);

  return {
    library,
    problems: () => problems,
    uses: async () => {
      await flush();
      return store.templates.uses();
    },
    async start() {
      if (folder === null) return;
      watch = await watchFolder(folder, { quietMs: quiet, lookEveryMs: lookEvery }, readAgain);
      // What changed before it was watched.
      readAgain();
    },
    flush,
    async stop() {
      watch?.close();
      await reading;
      await flush();
    },
  };

  function readAgain(): void {
    reading = reading.then(read).catch((thrown) => onFailure('templates', toGuardianError(thrown)));
  }

  async function read(): Promise<void> {
    if (folder === null) return;
    const sources = await readTemplateFolder(folder, messages);
    const now = JSON.stringify(sources);
    if (now === seen) return;
    if (sources === null) {
      // What was read stays in use: a folder that is moved away for a moment must not change what people get.
      seen = now;
      problems = [{ file: folder, key: null, message: words.noFolder }];
      return;
    }
    for (const version of await store.templates.list()) library.recall(version);
    const { read: good, faults, current } = await readTemplateFiles(library, sources, keep);
    for (const { version } of good) held.set(version.file!, { key: keyOf(version), version: version.version });
    // Of a file that has faults now, what was good before stays in use.
    const before = faults.flatMap(({ file }) => held.get(file) ?? []);
    for (const { key, version } of before) if (!current.has(key)) current.set(key, version);
    library.setCurrent(current);
    problems = faults.map(({ file, namespace, faults: found }) => {
      const source = sources.find((one) => one.file === file)?.source ?? '';
      return { file, key: held.get(file)?.key ?? keyIn(source, namespace), message: sentence(found) };
    });
    seen = now;
  }

  async function keep(one: ReadTemplate): Promise<void> {
    if (library.has(one.version)) {
      library.keep(one);
      return;
    }
    if (!(await store.templates.keep(one.version)))
      throw new GuardianError('conflict', {
        reason: words.otherContent(idOf(one.version)),
      });
    library.keep(one);
  }

  async function flush(): Promise<void> {
    const taken = library.uses.take();
    try {
      await store.templates.addUses(taken);
    } catch (thrown) {
      library.uses.giveBack(taken);
      throw thrown;
    }
  }
}

/** As far as the source says it; null where it has no name. */
function keyIn(source: string, namespace: string): string | null {
  const [, name] = /^name:[ \t]*(\S+)/m.exec(source) ?? [];
  return name === undefined ? null : `${namespace}/${name}`;
}
