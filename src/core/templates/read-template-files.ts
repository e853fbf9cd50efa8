import { GuardianError } from '../shared/index.ts';
import { compareVersions } from './compare-versions.ts';
import type { TemplateFault } from './definition.ts';
import { idOf, keyOf, type ReadTemplate, type TemplateLibrary } from './template-library.ts';

export interface TemplateSource {
  namespace: string;
  /** Relative to the folder of templates. */
  file: string;
  /** Null: it could not be read; `problem` says why. */
  source: string | null;
  problem: string | null;
}

export interface ReadFiles {
  /** What holds, in an order in which each comes after what it extends. */
  read: ReadTemplate[];
  faults: { file: string; namespace: string; faults: TemplateFault[] }[];
  /** `namespace/name` → the newest version that a file gives and that holds. */
  current: Map<string, string>;
}

/** All files at once, whatever the order in which they extend each other. What holds is kept in the library by `keep`, which may refuse it. */
export async function readTemplateFiles(
  library: TemplateLibrary,
  sources: readonly TemplateSource[],
  keep: (read: ReadTemplate) => Promise<void>,
): Promise<ReadFiles> {
  const done: ReadFiles = { read: [], faults: [], current: new Map() };
  let waiting = [...sources];
  let faults = new Map<TemplateSource, TemplateFault[]>();
  for (let isMoving = true; isMoving && waiting.length > 0; ) {
    isMoving = false;
    faults = new Map();
    const next: TemplateSource[] = [];
    for (const one of waiting) {
      const result = await readOne(library, one, keep);
      if (Array.isArray(result)) {
        faults.set(one, result);
        next.push(one);
        continue;
      }
      isMoving = true;
      done.read.push(result);
      const { version } = result;
      const known = done.current.get(keyOf(version));
      if (known === undefined || compareVersions(known, version.version) < 0)
        done.current.set(keyOf(version), version.version);
    }
    waiting = next;
  }
  for (const [{ file, namespace }, found] of faults) done.faults.push({ file, namespace, faults: found });
  return done;
}

async function readOne(
  library: TemplateLibrary,
  { namespace, file, source, problem }: TemplateSource,
  keep: (read: ReadTemplate) => Promise<void>,
): Promise<ReadTemplate | TemplateFault[]> {
  if (source === null) return [{ path: 'file', message: problem ?? library.words.unreadable }];
  const read = library.read(source, { namespace, file });
  if (Array.isArray(read)) return read;
  try {
    await keep(read);
    return read;
  } catch (thrown) {
    if (thrown instanceof GuardianError && thrown.code === 'conflict')
      return [{ path: 'version', message: thrown.about.reason ?? library.words.otherContent(idOf(read.version)) }];
    throw thrown;
  }
}
