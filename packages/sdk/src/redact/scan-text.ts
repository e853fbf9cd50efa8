import {
  AT,
  BRACKET,
  BREAK,
  CLASS,
  COLON,
  COMMA,
  DASH,
  DIGIT,
  EQUALS,
  ESCAPE,
  GREATER,
  HASH,
  LETTER,
  LETTER_J,
  NOTHING,
  QUESTION,
  SLASH,
  TILDE,
} from './character-class.ts';
import { type ColonCrowd, detectEmail, detectIpv4, detectIpv6 } from './detect-address.ts';
import { detectCard } from './detect-card.ts';
import { detectPrivateKey } from './detect-private-key.ts';
import { detectAzureSecret, detectBotToken, detectJwt, detectToken, mayStartToken } from './detect-token.ts';
import { detectQuery, detectUrl } from './detect-url.ts';
import { isDigit, isHexDigit, isKeyCharacter, isWord, keyEnd } from './key-before.ts';
import { type Hit, markerEnd, type RedactionKind } from './marker.ts';
import { readValue } from './read-value.ts';
import type { SecretKeys } from './secret-keys.ts';

export interface ScanOptions {
  keys: SecretKeys;
  redactsAddresses: boolean;
  /** The text is source code: an unquoted value is an expression. */
  isCode: boolean;
  /** What to put in place of the secret; also where it is counted. */
  replace(kind: RedactionKind, secret: string): string;
}

/**
 * Finds the secrets of one text in one pass over its characters: each class of character is looked at only by the detectors that can
 * begin or centre there, so ordinary text costs a table look-up per character. Linear: every detector reads a bounded stretch or what
 * it then consumes.
 */
export function scanText(text: string, options: ScanOptions): string {
  return new Scan(text, options).run();
}

class Scan {
  private out = '';
  private emitted = 0;
  private lastBreak = -1;
  private lastSlash = -1;
  private lineStart = 0;
  private lineAbove = -1;
  /** No `?` or `#` before this index begins a query that was not looked at. */
  private queriesSeenTo = -1;
  private at = 0;
  private hits = 0;
  private signAt = 0;
  private readonly colonCrowd: ColonCrowd = { next: -1, to: -1 };

  private readonly text: string;
  private readonly options: ScanOptions;

  constructor(text: string, options: ScanOptions) {
    this.text = text;
    this.options = options;
  }

  run(): string {
    const { text } = this;
    const { length } = text;
    let isWordStart = true;
    while (this.at < length) {
      const at = this.at;
      const code = text.charCodeAt(at);
      const kind = code < 128 ? CLASS[code]! : NOTHING;
      if (kind === LETTER) {
        if (isWordStart && this.token(code)) continue;
        isWordStart = false;
        this.at++;
        continue;
      }
      const isStart = isWordStart;
      isWordStart = true;
      switch (kind) {
        case NOTHING:
          this.at++;
          break;
        case DIGIT:
          isWordStart = false;
          this.digit(isStart);
          break;
        case BREAK:
          this.lineBreak(code);
          break;
        case LETTER_J:
          isWordStart = this.jwt(isStart);
          break;
        case ESCAPE:
          this.at += this.escape(code);
          break;
        default:
          this.special(kind);
      }
    }
    return this.emitted === 0 ? text : this.out + text.slice(this.emitted);
  }

  private digit(isStart: boolean): void {
    if (isStart) this.number();
    else this.at++;
  }

  private token(code: number): boolean {
    const { text, at } = this;
    return mayStartToken(code, text.charCodeAt(at + 1)) && this.take(detectToken(text, at));
  }

  private lineBreak(code: number): void {
    const { at } = this;
    this.lastBreak = at;
    if (code === 10) {
      this.lineAbove = this.lineStart;
      this.lineStart = at + 1;
    }
    this.at++;
  }

  private special(kind: number): void {
    if (!this.takeSpecial(kind)) this.at++;
  }

  /** True: something begins here or was found, and the scan goes on behind it. */
  private takeSpecial(kind: number): boolean {
    const { text, at } = this;
    switch (kind) {
      case SLASH:
        this.lastSlash = at;
        return false;
      case COLON:
        return this.colon();
      case EQUALS:
        return this.keyed('=');
      case AT:
        return this.take(detectEmail(text, at, this.emitted));
      case QUESTION:
      case HASH:
        return this.query(kind);
      case DASH:
        return text.charCodeAt(at + 1) === 45 ? this.dashes() : this.userFlag();
      case COMMA:
        return this.pair();
      case TILDE:
        return this.take(detectAzureSecret(text, at, this.emitted));
      case BRACKET:
        return this.marker();
      case GREATER:
        this.lastBreak = at;
        return this.element();
      default:
        return false;
    }
  }

  /** What was redacted before is passed over. */
  private marker(): boolean {
    const end = markerEnd(this.text, this.at);
    if (end < 0) return false;
    this.at = end;
    return true;
  }

  private take(hit: Hit | null): boolean {
    if (hit === null) return false;
    const from = Math.max(hit.from, this.emitted);
    if (hit.to <= from) return false;
    this.out += this.text.slice(this.emitted, from) + this.options.replace(hit.kind, this.text.slice(from, hit.to));
    this.emitted = hit.to;
    this.at = hit.to;
    if (++this.hits >= MOST_HITS) this.cutRest();
    return true;
  }

  private cutRest(): void {
    const { length } = this.text;
    if (this.emitted < length) this.out += this.options.replace('too-many', this.text.slice(this.emitted));
    this.emitted = length;
    this.at = length;
  }

  /** Cards and addresses begin with a digit; the rest of the number is passed at once. */
  private number(): void {
    const { text, at } = this;
    if (this.take(detectCard(text, at))) return;
    if (this.options.redactsAddresses && this.take(detectIpv4(text, at))) return;
    let end = at + 1;
    while (isDigit(text.charCodeAt(end))) end++;
    if (text.charCodeAt(end) === 58 && text.charCodeAt(end + 1) === 65 && this.take(detectBotToken(text, at))) return;
    this.at = end;
  }

  private jwt(isStart: boolean): boolean {
    const { text, at } = this;
    if (text.charCodeAt(at - 1) === 121 && text.charCodeAt(at - 2) === 101 && this.take(detectJwt(text, at - 2)))
      return true;
    if (isStart && mayStartToken(74, text.charCodeAt(at + 1)) && this.take(detectToken(text, at))) return true;
    this.at++;
    return false;
  }

  /** `\n`, `\u000a`, `%20`: the word begins behind the escape. */
  private escape(code: number): number {
    const { text, at } = this;
    if (code === 37) {
      if (text.startsWith('40', at + 1) && this.take(detectEmail(text, at, this.emitted, 3))) return 0;
      return isHexDigit(text.charCodeAt(at + 1)) && isHexDigit(text.charCodeAt(at + 2)) ? 3 : 1;
    }
    const next = text.charCodeAt(at + 1);
    if (next === 110 || next === 114 || next === 116) {
      this.lastBreak = at;
      return 2;
    }
    if (next === 117 && /^[0-9a-fA-F]{4}/.test(text.slice(at + 2, at + 6))) return 6;
    return 1;
  }

  private colon(): boolean {
    const { text, at } = this;
    if (text.charCodeAt(at + 1) === 47 && text.charCodeAt(at + 2) === 47) {
      if (this.take(detectUrl(text, at, this.nextSign()))) return true;
      // `key://` is no field.
      return false;
    }
    const isDouble = text.charCodeAt(at + 1) === 58 || text.charCodeAt(at - 1) === 58;
    if (!isDouble && this.keyed(':')) return true;
    if (!this.options.redactsAddresses) return false;
    const before = text.charCodeAt(at - 1);
    const mayBeAddress = isHexDigit(before) || (isDouble && !isWord(before));
    return mayBeAddress && this.take(detectIpv6(text, at, this.emitted, this.colonCrowd));
  }

  /** Index of the first `@` from here on; -1 when there is none. */
  private nextSign(): number {
    if (this.signAt >= 0 && this.signAt < this.at) this.signAt = this.text.indexOf('@', this.at);
    return this.signAt;
  }

  private keyed(separator: ':' | '='): boolean {
    const { text, at } = this;
    const end = keyEnd(text, at, this.emitted);
    if (end < 0) return false;
    let from = end;
    const limit = Math.max(this.emitted, end - LONGEST_KEY);
    while (from > limit && isKeyCharacter(text.charCodeAt(from - 1))) from--;
    if (end - from < this.options.keys.shortest) return false;
    const word = text.slice(from, end);
    const found = this.options.keys.kindOf(word) ?? this.spacedKind(word, from);
    if (found === null || isTestResult(word, separator)) return false;
    const quote = text[from - 1];
    return this.take(
      readValue(text, at + 1, {
        kind: found,
        key: word,
        separator,
        isCode: this.options.isCode || this.isTracedCode(),
        outerQuote: end === at && (quote === '"' || quote === "'") ? quote : '',
      }),
    );
  }

  /** `API key: …`, `session id = …`: two words with a blank between. */
  private spacedKind(word: string, from: number): RedactionKind | null {
    if (this.text.charCodeAt(from - 1) !== 32 || !SECOND_WORDS.has(word.toLowerCase())) return null;
    let first = from - 1;
    while (first > this.emitted && from - first < 24 && isKeyCharacter(this.text.charCodeAt(first - 1))) first--;
    return first === from - 1 ? null : this.options.keys.kindOf(`${this.text.slice(first, from - 1)}_${word}`);
  }

  /** The line stands under a Python frame: it is code, its bare values are expressions. */
  private isTracedCode(): boolean {
    const { lineAbove, lineStart } = this;
    return (
      lineAbove >= 0 && lineStart - lineAbove < 2048 && TRACED_LINE.test(this.text.slice(lineAbove, lineStart - 1))
    );
  }

  /** A query belongs to a URL or a path: a slash stands in front of it in the same word. */
  private query(kind: number): boolean {
    const { text, at } = this;
    if (this.lastSlash <= this.lastBreak || at < this.queriesSeenTo) return false;
    const { hits, end } = detectQuery(text, at, this.options.keys);
    this.queriesSeenTo = end;
    if (kind === HASH && hits.every((hit) => text.charCodeAt(hit.from - 1) !== 61)) return false;
    for (const hit of hits) this.take(hit);
    return hits.length > 0;
  }

  /** `-----BEGIN … PRIVATE KEY-----` and `--password VALUE`. */
  private dashes(): boolean {
    const { text, at } = this;
    if (text.startsWith('-----', at)) {
      if (this.take(detectPrivateKey(text, at, this.emitted))) return true;
      let end = at + 5;
      while (text.charCodeAt(end) === 45) end++;
      // `------BEGIN`: the last five dashes belong to the line.
      this.at = end > at + 5 ? end - 5 : end;
      return true;
    }
    FLAG.lastIndex = at;
    const flag = FLAG.exec(text);
    if (flag === null) return false;
    const kind = this.options.keys.kindOf(flag[1]!);
    if (kind === null || this.options.isCode) return false;
    const context = { kind, key: flag[1]!, separator: '=' as const, isCode: false, outerQuote: '' };
    return this.take(readValue(text, FLAG.lastIndex, context));
  }

  /** `curl -u ada:VALUE`; `docker run -u 1000:1000` holds none. */
  private userFlag(): boolean {
    const { text, at } = this;
    if (text.charCodeAt(at + 1) !== 117 || text.charCodeAt(at - 1) !== 32) return false;
    USER_FLAG.lastIndex = at;
    const flag = USER_FLAG.exec(text);
    if (flag === null) return false;
    const to = USER_FLAG.lastIndex;
    const from = to - flag[1]!.length;
    if (/^\d+$/.test(flag[1]!) || markerEnd(text, from) === to) return false;
    return this.take({ from, to, kind: 'credential' });
  }

  /** `('cookie', 'VALUE')`, `[b"authorization", b"VALUE"]`: headers as lists of pairs. */
  private pair(): boolean {
    const { text, at } = this;
    const quote = text.charCodeAt(at - 1);
    if (quote !== 34 && quote !== 39) return false;
    let from = at - 1;
    const limit = Math.max(this.emitted, from - LONGEST_KEY);
    while (from > limit && isKeyCharacter(text.charCodeAt(from - 1))) from--;
    if (text.charCodeAt(from - 1) !== quote || !/[([]b?$/.test(text.slice(Math.max(0, from - 3), from - 1)))
      return false;
    const key = text.slice(from, at - 1);
    const kind = this.options.keys.kindOf(key);
    PAIRED_VALUE.lastIndex = at;
    if (kind === null || !PAIRED_VALUE.test(text)) return false;
    return this.take(readValue(text, at + 1, { kind, key, separator: '=', isCode: true, outerQuote: '' }));
  }

  /** `<password>VALUE</password>`. */
  private element(): boolean {
    const { text, at } = this;
    let from = at;
    while (from > this.emitted && at - from < 64 && isKeyCharacter(text.charCodeAt(from - 1))) from--;
    if (from === at || text.charCodeAt(from - 1) !== 60) return false;
    const kind = this.options.keys.kindOf(text.slice(from, at));
    if (kind === null) return false;
    const end = text.indexOf('<', at + 1);
    const to = end < 0 ? text.length : end;
    if (to <= at + 1 || markerEnd(text, at + 1) === to) return false;
    return /\S/.test(text.slice(at + 1, Math.min(to, at + 65))) && this.take({ from: at + 1, to, kind });
  }
}

const LONGEST_KEY = 80;
/** Secrets of one text; what follows is cut and marked, so that a text made of secrets takes no longer than others. */
const MOST_HITS = 10_000;
const SECOND_WORDS: ReadonlySet<string> = new Set(['key', 'keys', 'id', 'code', 'phrase', 'sid', 'passe']);
const USER_FLAG = /-u[ \t]{1,4}["']?[^\s:"']{1,64}:([^\s"']{1,256})/y;
const PAIRED_VALUE = /, ?b?(?:"[^"\n]{0,8192}"|'[^'\n]{0,8192}') ?[)\]]/y;
const FLAG = /--([A-Za-z][A-Za-z0-9-]{1,40})[ \t]{1,4}(?=[^\s-])/y;

/** `--- PASS: TestLogin` tells of a test. */
function isTestResult(word: string, separator: string): boolean {
  return word === 'PASS' && separator === ':';
}
const TRACED_LINE = /^\s*File "[^"\n]*", line \d+/;
