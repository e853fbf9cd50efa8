import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isSameProcess, markOfProcess } from '../executors/exec/process-mark.ts';
import { endGroup } from '../executors/shell/process-group.ts';

/** A run's private folder. Removed with all in it when the run ends; by the next start when the run could not. */
export interface RunFolder {
  path: string;
  /** What runs in it: whoever finds the folder without its owner ends that first. */
  holds(group: number): Promise<void>;
  remove(): Promise<void>;
}

const OWNER = 'owner.json';
const NAME = /^run-[\w-]{1,64}$/;
const ownerSchema = z.object({
  pid: z.int().positive(),
  mark: z.string(),
  group: z.int().positive().nullable(),
  groupMark: z.string().nullable(),
});

export async function makeRunFolder(root: string): Promise<RunFolder> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const path = await mkdtemp(join(root, 'run-'));
  const owner = { pid: process.pid, mark: markOfProcess(process.pid) };
  const write = (group: number | null) => {
    const groupMark = group === null ? null : markOfProcess(group);
    return writeFile(join(path, OWNER), JSON.stringify({ ...owner, group, groupMark }), { mode: 0o600 });
  };
  await write(null);
  return { path, holds: (group) => write(group), remove: () => removeAll(path) };
}

/** Ends and removes what processes that are gone have left; gives how many folders it was. */
export async function sweepRunFolders(root: string): Promise<number> {
  const names = (await readdir(root).catch(() => [])).filter((name) => NAME.test(name));
  let swept = 0;
  for (const name of names) {
    const path = join(root, name);
    const owner = await readOwner(path);
    if (owner && isSameProcess(owner.pid, owner.mark)) continue;
    const isRunning =
      owner?.group !== null && owner?.group !== undefined && isSameProcess(owner.group, owner.groupMark);
    if (isRunning) await endGroup(owner.group!, 0);
    await removeAll(path);
    swept += 1;
  }
  return swept;
}

/** Null: it was not written whole, or by nobody of ours. */
async function readOwner(path: string): Promise<z.infer<typeof ownerSchema> | null> {
  const text = await readFile(join(path, OWNER), 'utf8').catch(() => '');
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Folders that somebody took the rights away from get them back first. */
async function removeAll(path: string): Promise<void> {
  const gone = { recursive: true, force: true, maxRetries: 2 } as const;
  try {
    await rm(path, gone);
  } catch {
    await openUp(path);
    await rm(path, gone);
  }
}

async function openUp(path: string): Promise<void> {
  await chmod(path, 0o700).catch(() => {});
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await openUp(join(path, entry.name));
}
