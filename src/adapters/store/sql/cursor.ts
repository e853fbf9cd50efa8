import { GuardianError } from '../../../core/shared/index.ts';

/** Where the next page begins: the sort value and id of the last row, opaque to clients. */
export interface Cursor {
  value: number;
  id: string;
}

function toCursor({ value, id }: Cursor): string {
  return Buffer.from(JSON.stringify([value, id])).toString('base64url');
}

/** Throws `payload_invalid` for what was never a cursor. */
export function parseCursor(text: string): Cursor {
  try {
    const [value, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    if (typeof value === 'number' && Number.isFinite(value) && typeof id === 'string') return { value, id };
  } catch {
    // It falls through to the refusal.
  }
  throw new GuardianError('payload_invalid', { key: 'cursor', reason: (m) => m.server.validation.cursor });
}

/** Rows were read up to one more than the limit: whether there is a next page, and the rows of this one. */
export function toPage<Row>(
  rows: Row[],
  limit: number,
  cursorOf: (last: Row) => Cursor,
): { rows: Row[]; next: string | null } {
  if (rows.length <= limit) return { rows, next: null };
  const shown = rows.slice(0, limit);
  return { rows: shown, next: toCursor(cursorOf(shown.at(-1)!)) };
}
