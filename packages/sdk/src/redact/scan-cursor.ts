import type { ColonCrowd } from './detect-address.ts';
import type { Hit, RedactionKind } from './marker.ts';
import type { SecretKeys } from './secret-keys.ts';

export interface ScanOptions {
  keys: SecretKeys;
  redactsAddresses: boolean;
  /** The text is source code: an unquoted value is an expression. */
  isCode: boolean;
  /** What to put in place of the secret; also where it is counted. */
  replace(kind: RedactionKind, secret: string): string;
}

/** Secrets of one text; what follows is cut and marked, so that a text made of secrets takes no longer than others. */
const MOST_HITS = 10_000;
const LONGEST_LINE_ABOVE = 2_048;
const TRACED_LINE = /^\s*File "[^"\n]*", line \d+/;

/**
 * How far the scan of one text is: the character it looks at, what it passed on the way there, and the text as it comes out. The only object that a
 * scan makes; detectors that need more than the text and an index read it and change nothing.
 */
export class ScanCursor {
  readonly text: string;
  readonly options: ScanOptions;
  /** Index of the character that is looked at. */
  at = 0;
  /** The first index that may still be replaced: what stands in front of it has come out. */
  floor = 0;
  lastBreak = -1;
  lastSlash = -1;
  /** No `?` or `#` before this index begins a query that was not looked at. */
  queriesSeenTo = -1;
  readonly colonCrowd: ColonCrowd = { next: -1, to: -1 };
  private out = '';
  private hits = 0;
  private signAt = 0;
  private lineStart = 0;
  private lineAbove = -1;

  constructor(text: string, options: ScanOptions) {
    this.text = text;
    this.options = options;
  }

  /** Puts out what stands in front of the hit and its replacement, and goes on behind it; false: there is none, or it was replaced before. */
  take(hit: Hit | null): boolean {
    if (hit === null) return false;
    const from = Math.max(hit.from, this.floor);
    if (hit.to <= from) return false;
    this.out += this.text.slice(this.floor, from) + this.options.replace(hit.kind, this.text.slice(from, hit.to));
    this.floor = hit.to;
    this.at = hit.to;
    if (++this.hits >= MOST_HITS) this.cutRest();
    return true;
  }

  /** The text as it comes out; the same string when nothing was replaced. */
  result(): string {
    return this.floor === 0 ? this.text : this.out + this.text.slice(this.floor);
  }

  /** Passes a blank, a quote or a line end. */
  passBreak(code: number): void {
    const { at } = this;
    this.lastBreak = at;
    if (code === 10) {
      this.lineAbove = this.lineStart;
      this.lineStart = at + 1;
    }
    this.at++;
  }

  /** Index of the first `@` from here on; -1 when there is none. */
  nextSign(): number {
    if (this.signAt >= 0 && this.signAt < this.at) this.signAt = this.text.indexOf('@', this.at);
    return this.signAt;
  }

  /** The line stands under a Python frame: it is code, its bare values are expressions. */
  isTracedCode(): boolean {
    const { lineAbove, lineStart } = this;
    return (
      lineAbove >= 0 &&
      lineStart - lineAbove < LONGEST_LINE_ABOVE &&
      TRACED_LINE.test(this.text.slice(lineAbove, lineStart - 1))
    );
  }

  private cutRest(): void {
    const { length } = this.text;
    if (this.floor < length) this.out += this.options.replace('too-many', this.text.slice(this.floor));
    this.floor = length;
    this.at = length;
  }
}
