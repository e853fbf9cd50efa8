import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DeliveryLog, DeliveryRow } from '../../core/notify/index.ts';

/** Deliveries as JSON lines in one file, for a Guardian without a database. Only adds; a torn last line is passed over. */
export function openDeliveryFile(path: string): DeliveryLog {
  return {
    async lastDelivered(service, recipient) {
      const rows = await readRows(path);
      return (
        rows.findLast((row) => row.service === service && row.recipient === recipient && row.outcome !== 'failed') ??
        null
      );
    },
    async append(row) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const file = await open(path, 'a+', 0o600);
      try {
        await file.appendFile(`${(await endsInside(file)) ? '\n' : ''}${JSON.stringify(row)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    },
  };
}

/** A row that was cut off when the machine stopped must not swallow the next one. */
async function endsInside(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
}

async function readRows(path: string): Promise<DeliveryRow[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    try {
      const row = JSON.parse(line) as Partial<DeliveryRow>;
      return typeof row.at === 'number' && Array.isArray(row.issues) ? [row as DeliveryRow] : [];
    } catch {
      return [];
    }
  });
}
