import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Messages } from '../../core/shared/index.ts';
import type { TemplateSource } from '../../core/templates/index.ts';

const TEMPLATE_BOUNDS = {
  /** Files of all namespaces. */
  files: 1_000,
  /** Bytes of one. */
  bytes: 600_000,
} as const;

const TEMPLATE_ENDING = '.template';
const NAMESPACE = /^[a-z][a-z0-9-]{0,63}$/;

/**
 * `NAMESPACE/ANYTHING.template` of a folder, by name. Null: there is no such folder. What cannot be read is a source with its problem; folders
 * that are no namespace, and other files, are left alone.
 */
export async function readTemplateFolder(folder: string, messages: Messages): Promise<TemplateSource[] | null> {
  const namespaces = await namesIn(folder);
  if (namespaces === null) return null;
  const sources: TemplateSource[] = [];
  for (const namespace of namespaces.filter((name) => NAMESPACE.test(name))) {
    for (const name of (await namesIn(join(folder, namespace))) ?? []) {
      if (!name.endsWith(TEMPLATE_ENDING) || name.startsWith('.')) continue;
      if (sources.length >= TEMPLATE_BOUNDS.files) return sources;
      sources.push(await readSource(folder, { namespace, file: `${namespace}/${name}` }, messages));
    }
  }
  return sources;
}

async function readSource(
  folder: string,
  { namespace, file }: Pick<TemplateSource, 'namespace' | 'file'>,
  { templateFaults, systemReasons }: Messages,
): Promise<TemplateSource> {
  try {
    const path = join(folder, file);
    const { size } = await stat(path);
    if (size > TEMPLATE_BOUNDS.bytes)
      return { namespace, file, source: null, problem: templateFaults.tooManyBytes(TEMPLATE_BOUNDS.bytes) };
    return { namespace, file, source: await readFile(path, 'utf8'), problem: null };
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    const problem = code === undefined ? String(thrown) : (systemReasons[code] ?? code);
    return { namespace, file, source: null, problem };
  }
}

/** Null: it is no folder, or was taken away in between. */
async function namesIn(folder: string): Promise<string[] | null> {
  try {
    return (await readdir(folder)).sort();
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw thrown;
  }
}
