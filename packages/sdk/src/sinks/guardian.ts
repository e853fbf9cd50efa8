import type { Entry } from '../record.ts';
import { judgeAnswer } from './judge-answer.ts';
import { type Answered, type ConnectionOptions, connect } from './post.ts';
import type { EntryOutcome, SendOutcome, Sink } from './sink.ts';

export interface GuardianSinkOptions extends ConnectionOptions {
  /** Where the Guardian server is, `https://guardian.example`; a path in front of `/api` is kept. */
  url: string;
  /** An ingest key. */
  key: string;
  /** What is sent: log records by default. */
  stream?: 'events' | 'usage' | 'audit' | 'keys';
  /** As counters name it; `guardian` by default. */
  name?: string;
}

/** As the server bounds a body after inflating (10 MiB), with room for line ends. */
const BODY_BYTES = 9 * 1024 * 1024;
const BATCH_ENTRIES = 10_000;
/** Refusals that another division of the records, or another moment, may change. */
const RETRIED_CODES: ReadonlySet<string> = new Set(['too_many']);

const PATHS = { events: 'events', usage: 'usage', audit: 'audit-trail', keys: 'keys' } as const;

interface Rejection {
  line: number;
  code: string;
  message: string;
}

interface Reply {
  /** Records that were there already: how many, not which. */
  duplicate: number;
  rejected: Rejection[];
  /** All of them, when the list is cut. */
  rejectedCount?: number;
}

/** `POST {url}/api/{stream}`, NDJSON. "sent" is what the server confirmed, record by record. Throws a TypeError for an address that is none. */
export function guardianSink({
  url,
  key,
  stream = 'events',
  name = 'guardian',
  ...options
}: GuardianSinkOptions): Sink {
  const target = new URL(`${url.replace(/\/+$/, '')}/api/${PATHS[stream]}`);
  const connection = connect(options);
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/x-ndjson',
    accept: 'application/json',
  };
  return {
    name,
    limits: { bytes: BODY_BYTES, entries: BATCH_ENTRIES },
    async send(batch, signal) {
      const body = `${batch.map(lineOf).join('\n')}\n`;
      const answer = await connection.ask({ method: 'POST', url: target, headers, body }, signal);
      // When no line is valid the server answers 400 with the same list.
      const reply = 'failure' in answer ? null : readReply(answer, batch.length);
      if (reply && !('failure' in answer)) return outcomeOf(reply, batch, answer);
      return judgeAnswer(answer, target) ?? unreadable(target);
    },
    async close() {
      connection.close();
    },
  };
}

function lineOf({ line }: Entry): string {
  return line;
}

function readReply({ status, text }: Answered, lines: number): Reply | null {
  if (status !== 400 && (status < 200 || status >= 300)) return null;
  let reply: unknown;
  try {
    reply = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof reply !== 'object' || reply === null || !('rejected' in reply) || !Array.isArray(reply.rejected))
    return null;
  const { duplicate, rejected, rejectedCount } = reply as Reply;
  const isWhole = rejected.every(({ line }) => Number.isInteger(line) && line >= 1 && line <= lines);
  if (!isWhole || (status === 400 && rejected.length === 0)) return null;
  const known = typeof duplicate === 'number' ? duplicate : 0;
  return { duplicate: known, rejected, ...(typeof rejectedCount === 'number' ? { rejectedCount } : {}) };
}

function outcomeOf(
  { duplicate, rejected, rejectedCount }: Reply,
  batch: readonly Entry[],
  { roundTripMs }: Answered,
): SendOutcome {
  // More were refused than the answer names: smaller batches have them all named.
  if (rejectedCount !== undefined && rejectedCount > rejected.length && batch.length > 1) {
    return { kind: 'bad-batch', reason: 'the answer does not name every record that was refused' };
  }
  const outcomes: EntryOutcome[] = batch.map(() => ({ kind: 'sent' }));
  for (const { line, code, message } of rejected) {
    outcomes[line - 1] = { kind: RETRIED_CODES.has(code) ? 'retry' : 'refused', reason: `${code}: ${message}` };
  }
  // Which ones is not told, and the oldest are the likeliest: a second try holds the first one's.
  let left = duplicate;
  outcomes.forEach((outcome, place) => {
    if (left > 0 && outcome.kind === 'sent') {
      outcomes[place] = { kind: 'duplicate' };
      left--;
    }
  });
  return { kind: 'answered', outcomes, roundTripMs };
}

/** A success that is not Guardian's (a proxy's page, another server): nothing is confirmed. */
function unreadable(url: URL): SendOutcome {
  return {
    kind: 'hold',
    reason: `${url.origin} answered with success, but not as a Guardian server does`,
    remedy: 'Set the address of the Guardian server itself.',
  };
}
