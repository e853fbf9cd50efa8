import { USAGE_BOUNDS } from '../../../../packages/sdk/src/usage/usage-record.ts';
import type { ClientRecord, WireBatch, WireBounds, WireFormat, WireRequest } from '../../../core/ingest/ports.ts';
import type { UsageFact } from '../../../core/usage/index.ts';
import { splitRecords } from '../native/split-records.ts';
import { bodyText, json, noneValid, Rejections } from '../wire/record-replies.ts';
import { readLine } from './read-line.ts';
import { isFault, type UsageContext, type UsageFault } from './read-usage.ts';
import { RefusedRecords } from './refused-records.ts';

export interface UsageFormatOptions {
  /** Under which names a user is kept; left out: under its own. */
  identify?: Identify;
  /** Bytes of a body after inflating; the smaller of this and the request's own bound counts. */
  bodyBytes?: number;
  /** Rejected records that a reply lists; the others are only counted. */
  listedRejections?: number;
  /** ms: what is older stands in no table any more, so that a repeat could not be told from a new record. */
  oldestMs?: number;
}

/** `null`: this user's records are not taken (it was erased). `before`: the name under the salt before, whose sessions may still be alive. */
export type Identify = (user: string, at: number) => { user: string; before: string | null } | null;

const DEFAULTS = {
  identify: (user: string) => ({ user, before: null }),
  /** 10 MiB: some fifty thousand records. */
  bodyBytes: 10 * 1024 * 1024,
  listedRejections: 1_000,
  /** As long as the rows are kept. */
  oldestMs: 90 * 86_400_000,
} satisfies Required<UsageFormatOptions>;

/**
 * `POST /api/usage`: NDJSON or a JSON array of usage records (`packages/sdk/src/usage/usage-record.ts` is their specification), packed or
 * not; a `batch` line stands for its rows, and a row that is wrong is refused alone.
 *
 * Answers 200 `{accepted, rejected: [{line, code, message}]}`, with `rejectedCount` beside when the list is cut; a record that came
 * before is accepted again and is one row. Refuses with `application/problem+json`: 400 when no record is valid, 413, 415.
 */
export function createUsageFormat(options: UsageFormatOptions = {}): WireFormat {
  const known = { ...DEFAULTS, ...options };
  return { decode: (request, bounds) => decode(request, bounds, known) };
}

const CATEGORY = 'usage';
/** Of one request, rows of batches included: some 30 MB once they are read. */
const MOST_RECORDS = 50_000;

function decode(request: WireRequest, bounds: WireBounds, options: Required<UsageFormatOptions>): WireBatch {
  const text = bodyText(request, Math.min(bounds.inflatedBytes, options.bodyBytes), CATEGORY);
  const { receivedAt } = request;
  const context: UsageContext = { receivedAt, oldest: receivedAt - options.oldestMs, identify: options.identify };
  const rejections = new Rejections(CATEGORY, options.listedRejections);
  const refused = new RefusedRecords();
  const records: ClientRecord[] = [];
  const split = splitRecords(text, { ...bounds, itemBytes: Math.min(bounds.itemBytes, USAGE_BOUNDS.batchBytes) });
  let next = split.next();
  for (; !next.done; next = split.next()) {
    const { line, record, fault, text: own } = next.value;
    const reads: (UsageFact | UsageFault)[] =
      record === null
        ? [fault ?? { code: 'invalid_record', message: 'a usage record is a JSON object' }]
        : readLine(record, own, context, MOST_RECORDS - records.length);
    for (const read of reads) {
      if (isFault(read)) {
        rejections.add(line, read);
        refused.add(read.numbers ?? null);
      } else records.push({ kind: 'usage', id: read.id, time: read.at, payload: { ...read } });
    }
  }
  if (next.value === null) rejections.add(1, { code: 'invalid_json', message: 'the array is not JSON' });
  const numbers = refused.records(receivedAt);
  const nothing = records.length === 0 ? noneValid(rejections, CATEGORY) : null;
  if (nothing !== null && numbers.length === 0) throw nothing;
  const accepted = records.length;
  return {
    events: [],
    records: [...records, ...numbers],
    dropped: rejections.dropped(),
    reply: () => nothing?.reply ?? { ...json(200, { accepted, ...rejections.told() }), events: accepted },
  };
}
