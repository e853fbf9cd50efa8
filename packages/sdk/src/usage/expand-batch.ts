import type { BatchRecord, RequestRecord } from './usage-record.ts';
import { USAGE_BOUNDS } from './usage-record.ts';

export interface ExpandedBatch {
  records: RequestRecord[];
  /** What could not be read; `row` counts from 0. */
  rejected: { row: number; message: string }[];
}

/**
 * The `request` records that a `batch` line holds, with their own ids and numbers. Throws `TypeError` where the line itself cannot be read (its
 * lists are no lists, its `time` no instant, too many rows); a bad row is told of and left out. What the records' fields hold is checked no
 * further than the batch's shape: the caller validates them as it validates any record.
 */
export function expandBatch(batch: BatchRecord): ExpandedBatch {
  const base = Date.parse(batch.time);
  if (Number.isNaN(base)) throw new TypeError('"time" must be an instant');
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{8}0000$/.test(batch.id))
    throw new TypeError('"id" must be a uuid v7 that ends in 0000');
  if (!Number.isSafeInteger(batch.sequence) || batch.sequence < 1) throw new TypeError('"sequence" must count from 1');
  for (const name of ['uses', 'who', 'rows'] as const)
    if (!Array.isArray(batch[name])) throw new TypeError(`"${name}" must be a list`);
  if (batch.errors !== undefined && !Array.isArray(batch.errors)) throw new TypeError('"errors" must be a list');
  if (batch.rows.length > USAGE_BOUNDS.batchRows) throw new TypeError(`more than ${USAGE_BOUNDS.batchRows} rows`);

  const expanded: ExpandedBatch = { records: [], rejected: [] };
  for (let row = 0; row < batch.rows.length; row++) {
    const record = readRow(batch, base, row);
    if (typeof record === 'string') expanded.rejected.push({ row, message: record });
    else expanded.records.push(record);
  }
  return expanded;
}

function readRow(batch: BatchRecord, base: number, row: number): RequestRecord | string {
  const cells = batch.rows[row];
  if (!Array.isArray(cells)) return 'a row must be a list';
  const [offsetMs, durationMs, use, status, who, error, requestId] = cells;
  if (![offsetMs, durationMs, use, status, who].every(Number.isSafeInteger)) return 'five whole numbers are needed';
  const used = batch.uses[use];
  const user = batch.who[who];
  if (!Array.isArray(used)) return `no use ${use}`;
  if (!Array.isArray(user)) return `no who ${who}`;
  const time = new Date(base + offsetMs);
  if (Number.isNaN(time.getTime())) return 'no such instant';
  const record: RequestRecord = {
    kind: 'request',
    id: batch.id.slice(0, -4) + row.toString(16).padStart(4, '0'),
    time: time.toISOString(),
    service: batch.service,
    sender: batch.sender,
    sequence: batch.sequence + row,
    user: user[0],
    durationMs,
    method: used[0],
    endpoint: used[1],
    feature: used[2],
    status,
  };
  if (batch.revision !== undefined) record.revision = batch.revision;
  if (used[3] != null) record.group = used[3];
  addWho(record, user);
  if (requestId != null) record.requestId = requestId;
  if (error == null) return record;
  const told = error === -1 ? null : batch.errors?.[error];
  if (told === undefined) return `no error ${error}`;
  record.error = told;
  return record;
}

function addWho(record: RequestRecord, [, userAgent, client, ip]: BatchRecord['who'][number]): void {
  if (userAgent != null) record.userAgent = userAgent;
  if (client != null) record.client = client;
  if (ip != null) record.ip = ip;
}
