import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** `errors-2026-11-21T190219123Z-4f2a91.log`: the instant of its end and what no other has, so that no archive takes another's place. */
const ARCHIVE = /-(\d{4}-\d\d-\d\dT\d{9}Z)-[0-9a-f]{12}\.log(\.gz)?$/;
/** A writer that looked just before the rotation has written its batch by then. */
const QUIET_MS = 2_000;
/** What is packed into, until it is whole. */
const DRAFT = /\.log\.gz\.[0-9a-f]{12}$/;
/** No file takes as long to pack: who did is dead. */
const DRAFT_MS = 3_600_000;
const DAY_MS = 86_400_000;

export function archiveName(category: string, at: number): string {
  const instant = new Date(at).toISOString().replaceAll(':', '').replace('.', '');
  return `${category}-${instant}-${randomBytes(6).toString('hex')}.log`;
}

export interface ArchiveBounds {
  /** As many stay, however old. */
  archives: number;
  /** As long stays everything, however many. */
  days: number;
}

/** Packs closed files that rest, and deletes archives that are neither among the newest nor young. `now`: epoch ms. */
export async function tidyArchives(folder: string, bounds: ArchiveBounds, now: number): Promise<void> {
  const found = await readdir(folder);
  for (const name of found) if (DRAFT.test(name)) await removeDeadDraft(join(folder, name), now);
  const names = found.filter((name) => ARCHIVE.test(name)).sort(byInstant);
  for (const name of names) if (name.endsWith('.log')) await packAtRest(join(folder, name));
  // One that is being packed by another process stands here under both names: it counts once.
  const archives = [...new Set(names.map((name) => name.replace(/\.gz$/, '')))];
  for (const name of archives.slice(0, Math.max(0, archives.length - bounds.archives))) {
    if (now - instantOf(name) <= bounds.days * DAY_MS) continue;
    await rm(join(folder, name), { force: true });
    await rm(join(folder, `${name}.gz`), { force: true });
  }
}

async function removeDeadDraft(path: string, now: number): Promise<void> {
  const draft = await stat(path).catch(() => null);
  if (draft && now - draft.mtimeMs > DRAFT_MS) await rm(path, { force: true });
}

async function packAtRest(path: string): Promise<void> {
  const before = await stat(path).catch(() => null);
  if (!before || Date.now() - before.mtimeMs < QUIET_MS) return;
  const draft = `${path}.gz.${randomBytes(6).toString('hex')}`;
  try {
    await pipeline(createReadStream(path), createGzip(), createWriteStream(draft, { mode: 0o600 }));
    const after = await stat(path);
    // Written to meanwhile: another time.
    if (after.size !== before.size) return;
    await rename(draft, `${path}.gz`);
    await rm(path);
  } finally {
    await rm(draft, { force: true });
  }
}

function byInstant(a: string, b: string): number {
  return instantOf(a) - instantOf(b);
}

function instantOf(name: string): number {
  const [, text = ''] = ARCHIVE.exec(name) ?? [];
  const match = /^(.{10})T(..)(..)(..)(...)Z$/.exec(text);
  return match ? Date.parse(`${match[1]}T${match[2]}:${match[3]}:${match[4]}.${match[5]}Z`) : 0;
}
