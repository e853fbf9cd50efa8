import type { ServedRequest } from '../../../core/events/index.ts';
import type { ByteHash } from './byte-hash.ts';
import { isDigit } from './json-bytes.ts';
import { splitTarget } from './request-fields.ts';
import type { EntryScanner } from './scan-entry.ts';

const SLASH = 0x2f;
/** Segments from this length on that hold only hex digits and dashes are identifiers. */
const ID_LENGTH = 16;

/**
 * The requests that were answered below 400, each route once: segments that are numbers or long hex identifiers count as equal, and the
 * first path of a kind stands for it.
 */
export class ServedRequests {
  readonly #limit: number;
  readonly #hash: ByteHash;
  readonly #known = new Set<number>();
  #fresh: ServedRequest[] = [];

  constructor(limit: number, hash: ByteHash) {
    this.#limit = limit;
    this.#hash = hash;
  }

  /** Takes the request of the entry last scanned, if it has one with a status below 400. */
  take(bytes: Buffer, scan: EntryScanner): void {
    if (scan.status < 100 || scan.status >= 400 || scan.url.from < 0 || scan.method.from < 0) return;
    if (this.#known.size >= this.#limit) return;
    const hash = this.#hash.start().add(bytes, scan.method.from, scan.method.to);
    this.#addTarget(hash, bytes, scan.url.from, scan.url.to);
    const key = hash.finish().key;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    const { host, path } = splitTarget(bytes.toString('utf8', scan.url.from, scan.url.to));
    const method = bytes.toString('utf8', scan.method.from, scan.method.to);
    if (path !== null) this.#fresh.push({ method: method.toUpperCase(), host, path });
  }

  /** Those found since the last call. */
  takeFresh(): ServedRequest[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  #addTarget(hash: ByteHash, bytes: Buffer, from: number, to: number): void {
    let start = from;
    for (let at = from; at <= to; at++) {
      const byte = at === to ? SLASH : bytes[at]!;
      const isEnd = byte === 0x3f || byte === 0x23;
      if (byte !== SLASH && !isEnd) continue;
      if (isIdentifier(bytes, start, at)) hash.addNumber(-1);
      else hash.add(bytes, start, at);
      if (isEnd) return;
      start = at + 1;
    }
  }
}

function isIdentifier(bytes: Buffer, from: number, to: number): boolean {
  if (from === to) return false;
  let isNumber = true;
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (isDigit(byte)) continue;
    isNumber = false;
    const lower = byte | 0x20;
    if (byte !== 0x2d && (lower < 0x61 || lower > 0x66)) return false;
  }
  return isNumber || to - from >= ID_LENGTH;
}
