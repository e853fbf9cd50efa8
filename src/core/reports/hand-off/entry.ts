import type { HandOffEntry, HandOffUntrusted } from '../../../contracts/hand-off.ts';
import { markUntrusted, type UntrustedBlock } from '../render/untrusted-block.ts';
import { shorten, visibleText } from '../render/visible-text.ts';

/** An entry on its way into a section. */
export interface Draft<T extends HandOffEntry = HandOffEntry> {
  entry: T;
  /** Share of the section's budget kept for it when what stands before is long, 0-1. */
  share: number;
  /** The same with about `keep` of its untrusted lines. Default: the first ones. */
  shorten?(keep: number): T;
}

/** More of one text helps nobody; the store keeps all of it. */
const LINES = 400;
const CHARACTERS = 400;

/** Guardian's own words. */
export function said(kind: string, text: string): HandOffEntry {
  return { kind, text, untrusted: null };
}

/** What somebody else wrote, under a line of Guardian's. */
export function quoted(kind: string, text: string | null, content: Quote): HandOffEntry {
  return { kind, text, untrusted: quote(content) };
}

export type Quote = Omit<UntrustedBlock, 'text'> & {
  lines: readonly string[];
};

export function quote({ source, id, lines }: Quote): HandOffUntrusted {
  const bounded = lines.flatMap((line) => line.split('\n')).slice(0, LINES);
  const text = bounded.map(boundedLine).join('\n');
  const marked = markUntrusted({ source, id, text });
  const all = lines.reduce((sum, line) => sum + 1 + (line.match(/\n/g)?.length ?? 0), 0);
  return {
    source,
    id: marked.label,
    nonce: marked.nonce,
    isFlagged: marked.isFlagged,
    lines: marked.lines,
    linesLeftOut: all - bounded.length,
  };
}

/** Visible, on one line, at most 400 characters and a count of what was cut. */
export function boundedLine(line: string): string {
  // Writing a hidden character out takes up to nine characters: what lies beyond the bound need not be looked at.
  const near = shorten(line, CHARACTERS * 2, () => '');
  const visible = visibleText(near).replaceAll('\n', ' ⏎ ').replaceAll('\t', '    ');
  const beyond = line.length - near.length;
  const cut = Math.max(0, visible.length - CHARACTERS) + beyond;
  return cut > 0 ? `${shorten(visible, CHARACTERS, () => '')} … (+${cut})` : visible;
}

/** The first `keep` lines of its untrusted text. */
export function keepFirst<T extends HandOffEntry>(entry: T, keep: number): T {
  if (entry.untrusted === null) return entry;
  const { lines, linesLeftOut } = entry.untrusted;
  return {
    ...entry,
    untrusted: { ...entry.untrusted, lines: lines.slice(0, keep), linesLeftOut: linesLeftOut + lines.length - keep },
  };
}
