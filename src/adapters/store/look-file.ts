import type { LookLog, LookRow } from '../../core/notify/index.ts';
import { openRowFile } from './row-file.ts';

/** Looks at production in a file of rows. */
export function openLookFile(path: string): LookLog {
  const file = openRowFile<LookRow>(path, (row) => typeof row.at === 'number' && typeof row.isOk === 'boolean');
  return {
    async rows(watched) {
      return (await file.rows()).filter((row) => row.watched === watched);
    },
    append: file.append,
  };
}
