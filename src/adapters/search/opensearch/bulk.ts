import type { EventChange } from '../../../core/events/index.ts';
import { GuardianError } from '../../../core/shared/index.ts';
import type { ClusterConnection } from './connection.ts';
import { toDocument } from './event-document.ts';
import { indexOf } from './index-names.ts';
import { mustSucceed } from './refusal.ts';

/** Bytes of one request: far below what clusters take by default (100 MB), and quick to repeat. */
const REQUEST_BYTES = 4 * 1024 * 1024;

/** An event that the cluster will never take, and why. */
export interface RefusedEvent {
  seq: number;
  reason: string;
}

export interface BulkOptions {
  prefix: string;
  /** Whether the call waits until what was written can be found. */
  isAwaited: boolean;
  signal?: AbortSignal;
}

interface BulkReply {
  items?: Record<string, { status?: number; error?: { type?: string; reason?: string } }>[];
}

/**
 * Writes and takes out, each under its seq, so that a second try changes nothing. All that is not given back as refused is done; throws
 * `search_unreachable` where some of it may succeed later: then everything is tried again.
 */
export async function writeBulk(
  connection: ClusterConnection,
  changes: readonly EventChange[],
  options: BulkOptions,
): Promise<RefusedEvent[]> {
  const refused: RefusedEvent[] = [];
  let lines: string[] = [];
  let sent: number[] = [];
  let bytes = 0;
  const send = async () => {
    if (sent.length === 0) return;
    refused.push(...(await sendLines(connection, { lines, seqs: sent }, options)));
    lines = [];
    sent = [];
    bytes = 0;
  };
  for (const change of changes) {
    const text = linesOf(change, options.prefix);
    const length = Buffer.byteLength(text);
    if (bytes + length > REQUEST_BYTES) await send();
    lines.push(text);
    sent.push(change.seq);
    bytes += length;
  }
  await send();
  return refused;
}

function linesOf({ seq, event }: EventChange, prefix: string): string {
  const place = { _index: indexOf(prefix, seq), _id: String(seq) };
  if (event === null) return `${JSON.stringify({ delete: place })}\n`;
  return `${JSON.stringify({ index: place })}\n${JSON.stringify(toDocument(event))}\n`;
}

interface Lines {
  lines: string[];
  seqs: number[];
}

async function sendLines(
  connection: ClusterConnection,
  { lines, seqs }: Lines,
  { isAwaited, signal }: BulkOptions,
): Promise<RefusedEvent[]> {
  const path = `/_bulk${isAwaited ? '?refresh=true' : ''}`;
  const answer = await connection.ask({ method: 'POST', path, body: lines.join(''), ...(signal ? { signal } : {}) });
  if (answer.status === 413) return halve(connection, { lines, seqs }, { isAwaited, signal });
  const { items = [] } = mustSucceed(answer, 'a bulk of events') as BulkReply;
  if (items.length !== seqs.length) {
    throw new GuardianError('search_unreachable', { reason: (m) => m.outward.otherCount(items.length, seqs.length) });
  }
  return items.flatMap((item, at): RefusedEvent[] => {
    const [action = '', result = {}] = Object.entries(item)[0] ?? [];
    const { status = 0, error } = result;
    // What is to be taken out and is not there is out.
    if ((status >= 200 && status < 300) || (action === 'delete' && status === 404)) return [];
    const reason = `${status} ${error?.type ?? ''}: ${error?.reason ?? ''}`.slice(0, 500);
    // 403 is an index that was made read-only by a full disk: made room, it goes on.
    if (status === 429 || status === 403 || status >= 500 || status === 0) {
      throw new GuardianError('search_unreachable', { reason });
    }
    return [{ seq: seqs[at]!, reason }];
  });
}

/** Too large for this cluster: by halves, until one event alone is. */
async function halve(
  connection: ClusterConnection,
  { lines, seqs }: Lines,
  { isAwaited, signal }: Pick<BulkOptions, 'isAwaited' | 'signal'>,
): Promise<RefusedEvent[]> {
  if (seqs.length === 1) return [{ seq: seqs[0]!, reason: '413: larger than the cluster takes' }];
  const middle = Math.ceil(seqs.length / 2);
  const options = { prefix: '', isAwaited, ...(signal ? { signal } : {}) };
  const first = { lines: lines.slice(0, middle), seqs: seqs.slice(0, middle) };
  const second = { lines: lines.slice(middle), seqs: seqs.slice(middle) };
  return [...(await sendLines(connection, first, options)), ...(await sendLines(connection, second, options))];
}
