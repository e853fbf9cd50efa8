import { appendFile, mkdir, readFile } from 'node:fs/promises';
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
      await appendFile(path, `${JSON.stringify(row)}\n`, { mode: 0o600 });
    },
  };
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
