import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type CheckpointAnchor, readCheckpoints, type SignedCheckpoint } from '../../core/audit/index.ts';
import { GuardianError, type Messages } from '../../core/shared/index.ts';

/** Checkpoints as lines of a file that is only ever appended to (it may be so by its file system: `chattr +a`), each synced. */
export function createFileAnchor(path: string): CheckpointAnchor {
  return {
    name: `file ${path}`,
    async keep(signed) {
      try {
        await mkdir(dirname(path), { recursive: true });
        const file = await open(path, 'a', 0o600);
        try {
          await file.appendFile(`${JSON.stringify(signed)}\n`);
          await file.sync();
        } finally {
          await file.close();
        }
      } catch (cause) {
        throw new GuardianError('output_unwritable', { path, reason: reasonOf(cause), cause });
      }
    },
  };
}

/** None when the file was not made yet. Throws `source_unreadable` for what cannot be read, or holds what is no checkpoint. */
export async function readAnchorFile(path: string, { audit }: Messages): Promise<SignedCheckpoint[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new GuardianError('source_unreadable', { path, reason: reasonOf(cause), cause });
  }
  const { checkpoints, invalidLine } = readCheckpoints(text);
  if (invalidLine !== null)
    throw new GuardianError('source_unreadable', { path, reason: audit.anchorInvalid(invalidLine) });
  return checkpoints;
}

function reasonOf(thrown: unknown): string {
  return (thrown as NodeJS.ErrnoException).code ?? String(thrown);
}
