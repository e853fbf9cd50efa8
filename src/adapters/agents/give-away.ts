import { chmod, chown, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AgentUser } from './isolation.ts';

/** Its own, with the way to it open: the folder above is for Guardian alone otherwise. */
export async function giveAway(folder: string, paths: readonly string[], { uid, gid }: AgentUser): Promise<void> {
  await chmod(folder, 0o711);
  await chmod(dirname(folder), 0o711);
  for (const path of paths) await own(path);

  async function own(path: string): Promise<void> {
    await chown(path, uid, gid);
    const entries = await readdir(path, { withFileTypes: true });
    for (const entry of entries) {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) await own(inner);
      else if (entry.isFile()) await chown(inner, uid, gid);
    }
  }
}
