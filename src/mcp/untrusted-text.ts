import { type UntrustedBlock, untrustedBlock, visibleText } from '../core/reports/index.ts';
import type { Messages } from '../core/shared/index.ts';

/** A text of an event as it may leave under `untrusted`: hidden characters written out, at most `limit` characters. */
export function clip(text: string, limit: number): string;
export function clip(text: string | null, limit: number): string | null;
export function clip(text: string | null, limit: number): string | null {
  if (text === null) return null;
  // A hidden character takes up to nine when written out; what lies far beyond the limit need not be looked at.
  const visible = visibleText(wholeCharacters(text, limit * 2));
  const isCut = text.length > limit * 2 || visible.length > limit;
  return isCut ? `${wholeCharacters(visible, limit - 1)}…` : visible;
}

function wholeCharacters(text: string, limit: number): string {
  const end = text.charCodeAt(limit - 1);
  return text.slice(0, end >= 0xd800 && end <= 0xdbff ? limit - 1 : limit);
}

/** The same on one line, so that no value can pass for another one's line. */
export function clipLine(text: string, limit: number): string {
  return clip(text, limit).replace(/[\t ]*[\r\n]+[\t ]*/g, ' ⏎ ');
}

/** `name: value` for each value there is, in one marked, fenced block; empty without any. */
export function namedBlock(
  about: Pick<UntrustedBlock, 'source' | 'id'>,
  values: Record<string, string | null>,
  messages: Messages,
): string {
  const lines = Object.entries(values)
    .filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== '')
    .map(([name, value]) => `${name}: ${clipLine(value, 1_000)}`);
  return lines.length === 0 ? '' : block({ ...about, text: lines.join('\n') }, messages);
}

export function block(content: UntrustedBlock, messages: Messages): string {
  return untrustedBlock(content, messages.report.handOff.flagged);
}

/** Parts one under the other; empty ones are left out. */
export function paragraphs(...parts: (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join('\n');
}
