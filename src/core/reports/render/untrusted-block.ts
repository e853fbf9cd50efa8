import { shortHash } from '../../shared/index.ts';
import { visibleText } from './visible-text.ts';

export interface UntrustedBlock {
  /** Who wrote the text: the watched program and its users, the repository, or whoever noted something. */
  source: 'event' | 'repository' | 'note';
  /** What it belongs to: an issue's id, a source position. */
  id: string;
  text: string;
}

/** What planted instructions look like: an order to the reader, a role, a tool call. A match is flagged, never removed. */
const INSTRUCTION =
  /\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:previous|prior|above|all|instructions?|rules?|prompts?)\b|\b(?:system|assistant|developer|user)\s*(?::|prompt|message)|<\/?(?:system|assistant|instructions?|tool_call|function_calls?)\b|\byou (?:are now|must|should)\b|\b(?:run|execute|eval)\b.{0,30}[`$(]|\bcurl\b.{0,80}\|\s*(?:sh|bash)|\b(?:ignore[rz]?|oubli(?:e|ez)) (?:les|toutes)\b/i;

/** Untrusted text as it may leave: hidden characters written out, line by line, with what tells where it is from. */
export interface MarkedText {
  source: UntrustedBlock['source'];
  /** Word characters, dots, slashes, colons, at most 120. */
  label: string;
  /** Equal texts of equal origin have the same. */
  nonce: string;
  /** It reads like an instruction to an agent. */
  isFlagged: boolean;
  lines: string[];
}

export function markUntrusted({ source, id, text }: UntrustedBlock): MarkedText {
  const visible = visibleText(text).replaceAll('\t', '    ');
  const label = visibleText(id)
    .replace(/[^\w.:/@-]+/g, '_')
    .slice(0, 120);
  return {
    source,
    label,
    nonce: shortHash(`${source}\n${id}\n${visible}`, 8),
    isFlagged: INSTRUCTION.test(visible),
    lines: visible.split('\n'),
  };
}

/**
 * A marked, fenced block. The fence is longer than any run of its character inside; every line starts with `| `; hidden characters are
 * written out; nothing inside can end the block or be rendered as a link, an image or HTML.
 */
export function untrustedBlock(content: UntrustedBlock, flag: string): string {
  return fencedBlock(markUntrusted(content), flag);
}

export function fencedBlock({ source, label, nonce, isFlagged, lines }: MarkedText, flag: string): string {
  let longestRun = 2;
  for (const line of lines) for (const [run] of line.matchAll(/`+/g)) longestRun = Math.max(longestRun, run.length);
  const fence = '`'.repeat(longestRun + 1);
  const flagged = isFlagged ? ` flag="${flag}"` : '';
  const head = `${fence}text untrusted source=${source} id=${label} nonce=${nonce}${flagged}`;
  return `${head}\n${lines.map((line) => `| ${line}`).join('\n')}\n${fence}`;
}

/** A value that may stand outside a block: an identifier, a version, a hash. Null when it is anything more. */
export function plainIdentifier(text: string | null): string | null {
  return text !== null &&
    /^[A-Za-z0-9][\w.$-]{0,62}$/.test(text) &&
    !/ignore|instruction|system|prompt|execute/i.test(text)
    ? text
    : null;
}
