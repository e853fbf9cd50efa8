import { asNumber, asObject, asText, type JsonObject } from './json-values.ts';

/** An entry, made of one or more parts. */
export interface JoinedEntry {
  entry: JsonObject;
  /** Log entries in it. */
  parts: number;
  /** insertIds of the parts in their order; empty for an entry that was never split. */
  insertIds: string[];
  /** Parts are missing. */
  isIncomplete: boolean;
  /** Byte offset of the part that came first. */
  offset: number;
}

interface OpenSplit {
  total: number;
  time: number;
  offset: number;
  parts: Map<number, JsonObject>;
}

const MAX_PARTS = 1_000;

/**
 * Gathers the parts of entries that Cloud Logging split (`split{uid, index, totalSplits}`, in any order) and joins them by index. Parts
 * more than `waitMs` of log time away, or beyond `maxOpen` entries, are given up: what came is joined and marked incomplete.
 */
export class SplitJoiner {
  readonly #waitMs: number;
  readonly #maxOpen: number;
  readonly #open = new Map<string, OpenSplit>();

  constructor(limits: { splitWaitMs: number; openSplits: number }) {
    this.#waitMs = limits.splitWaitMs;
    this.#maxOpen = limits.openSplits;
  }

  /** What is complete, or given up, now that this entry came. An entry that is not split comes back at once. */
  take(entry: JsonObject, time: number, offset: number): JoinedEntry[] {
    const split = asObject(entry.split);
    const uid = asText(split?.uid);
    const total = asNumber(split?.totalSplits) ?? 0;
    if (!split || uid === null || total < 2 || total > MAX_PARTS) {
      return [{ entry, parts: 1, insertIds: [], isIncomplete: false, offset }];
    }
    const open = this.#open.get(uid) ?? { total, time, offset, parts: new Map<number, JsonObject>() };
    this.#open.set(uid, open);
    open.parts.set(asNumber(split.index) ?? 0, entry);
    const done = open.parts.size >= open.total ? this.#close(uid, open) : [];
    return [...done, ...this.#giveUp(time)];
  }

  /** Everything still open. */
  finish(): JoinedEntry[] {
    return [...this.#open].flatMap(([uid, open]) => this.#close(uid, open));
  }

  #giveUp(time: number): JoinedEntry[] {
    const lost: JoinedEntry[] = [];
    for (const [uid, open] of this.#open) {
      const isLate = Math.abs(time - open.time) > this.#waitMs;
      if (!isLate && this.#open.size <= this.#maxOpen) break;
      lost.push(...this.#close(uid, open));
    }
    return lost;
  }

  #close(uid: string, open: OpenSplit): JoinedEntry[] {
    this.#open.delete(uid);
    const parts = [...open.parts].sort(([a], [b]) => a - b).map(([, part]) => part);
    return [
      {
        entry: joinParts(parts),
        parts: parts.length,
        insertIds: parts.map((part) => asText(part.insertId) ?? '?'),
        isIncomplete: parts.length < open.total,
        offset: open.offset,
      },
    ];
  }
}

/** The first part with the texts of the others behind its own; of JSON payloads, equal text fields are joined in the same way. */
function joinParts(parts: JsonObject[]): JsonObject {
  const joined: JsonObject = { ...parts[0] };
  delete joined.split;
  const texts = parts.map((part) => part.textPayload).filter((text) => typeof text === 'string');
  if (texts.length > 0) joined.textPayload = texts.join('');
  const payloads = parts.map((part) => asObject(part.jsonPayload)).filter((payload) => payload !== null);
  if (payloads.length > 0) joined.jsonPayload = payloads.reduce(joinPayloads, {});
  return joined;
}

function joinPayloads(joined: JsonObject, payload: JsonObject): JsonObject {
  const result = { ...joined };
  for (const [key, value] of Object.entries(payload)) {
    const before = Object.hasOwn(result, key) ? result[key] : undefined;
    const isContinued = typeof before === 'string' && typeof value === 'string' && CONTINUED.has(key);
    if (isContinued) result[key] = before + value;
    else if (before === undefined && key !== '__proto__') result[key] = value;
  }
  return result;
}

const CONTINUED = new Set(['message', 'msg', 'text', 'stack_trace', 'exception', 'stack', 'stacktrace', 'traceback']);
