import { type DroppedItems, WireRefusal, type WireReply, type WireRequest } from '../../../core/ingest/ports.ts';
import { InflateError, inflateBody } from './inflate.ts';

/** How bodies of records (NDJSON or a JSON array) are opened and answered, whatever the records are: `category` names them. */

/** One record that was not taken, as the reply tells it. */
export interface Rejection {
  line: number;
  code: string;
  message: string;
}

/** No log packs better; what does was made to fill memory. */
const MOST_RATIO = 100;
/** What comes to less does no harm, however well it is packed. */
const SMALL_BYTES = 1024 * 1024;

/** The body's text, inflated within the bound and no more than a hundred times what was sent. Throws `WireRefusal`: 400, 413, 415. */
export function bodyText({ body, headers }: WireRequest, mostBytes: number, category: string): string {
  const maxBytes = Math.min(mostBytes, Math.max(SMALL_BYTES, body.byteLength * MOST_RATIO));
  try {
    const bytes = inflateBody(body, headers['content-encoding'], maxBytes);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  } catch (error) {
    if (!(error instanceof InflateError)) throw error;
    const { kind, message } = error;
    if (kind === 'too-large') throw refusal(413, 'body_too_large', message, 'too-large', category);
    if (kind === 'unsupported') throw refusal(415, 'unsupported_encoding', message, 'unsupported', category);
    throw refusal(400, 'broken_body', message, 'invalid', category);
  }
}

/** What was not taken: the first ones listed, all counted. */
export class Rejections {
  readonly #listed: Rejection[] = [];
  readonly #category: string;
  readonly #limit: number;
  readonly #byReason = new Map<string, number>();
  #count = 0;

  constructor(category: string, limit: number) {
    this.#category = category;
    this.#limit = limit;
  }

  add(line: number, { code, message }: { code: string; message: string }): void {
    this.#count++;
    if (this.#listed.length < this.#limit) this.#listed.push({ line, code, message });
    const reason = code === 'too_large' ? 'too-large' : code === 'too_many' ? 'too-many' : 'invalid';
    this.#byReason.set(reason, (this.#byReason.get(reason) ?? 0) + 1);
  }

  told(): { rejected: Rejection[]; rejectedCount?: number } {
    return this.#count > this.#listed.length
      ? { rejected: this.#listed, rejectedCount: this.#count }
      : { rejected: this.#listed };
  }

  dropped(): DroppedItems[] {
    return [...this.#byReason].map(([reason, quantity]) => ({ reason, category: this.#category, quantity }));
  }
}

/** 400: nothing of the body can be used. */
export function noneValid(rejections: Rejections, category: string): WireRefusal {
  const told = rejections.told();
  const first = told.rejected[0];
  const detail = first ? `line ${first.line}: ${first.message}` : `the body holds no ${category}`;
  return new WireRefusal(problem(400, `no_valid_${category}`, detail, told), rejections.dropped());
}

function refusal(status: number, code: string, detail: string, reason: string, category: string): WireRefusal {
  return new WireRefusal(problem(status, code, detail), [{ reason, category, quantity: 1 }]);
}

const TITLES: Record<number, string> = { 400: 'Bad Request', 413: 'Content Too Large', 415: 'Unsupported Media Type' };

/** RFC 9457. */
function problem(status: number, code: string, detail: string, more: object = {}): WireReply {
  const reply = json(status, { type: 'about:blank', title: TITLES[status], status, code, detail, ...more });
  return { ...reply, headers: { 'content-type': 'application/problem+json' } };
}

export function json(status: number, value: object): WireReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
