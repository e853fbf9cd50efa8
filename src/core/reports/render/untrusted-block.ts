import { shortHash } from '../../shared/index.ts';
import { visibleText } from './visible-text.ts';

export interface UntrustedBlock {
  /** Who wrote the text: the watched program and its users, or the repository. */
  source: 'event' | 'repository';
  /** What it belongs to: an issue's id, a source position. */
  id: string;
  text: string;
}

/** What planted instructions look like: an order to the reader, a role, a tool call. A match is flagged, never removed. */
const INSTRUCTION =
  /\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:previous|prior|above|all|instructions?|rules?|prompts?)\b|\b(?:system|assistant|developer|user)\s*(?::|prompt|message)|<\/?(?:system|assistant|instructions?|tool_call|function_calls?)\b|\byou (?:are now|must|should)\b|\b(?:run|execute|eval)\b.{0,30}[`$(]|\bcurl\b.{0,80}\|\s*(?:sh|bash)|\b(?:ignore[rz]?|oubli(?:e|ez)) (?:les|toutes)\b/i;

/**
 * A marked, fenced block. The fence is longer than any run of its character inside; every line starts with `| `; hidden characters are
 * written out; nothing inside can end the block or be rendered as a link, an image or HTML.
 */
export function untrustedBlock({ source, id, text }: UntrustedBlock, flag: string): string {
  const visible = visibleText(text).replaceAll('\t', '    ');
  const longestRun = Math.max(2, ...[...visible.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longestRun + 1);
  const nonce = shortHash(`${source}\n${id}\n${visible}`, 8);
  const label = visibleText(id)
    .replace(/[^\w.:/@-]+/g, '_')
    .slice(0, 120);
  const flagged = INSTRUCTION.test(visible) ? ` flag="${flag}"` : '';
  const lines = visible.split('\n').map((line) => `| ${line}`);
  return `${fence}text untrusted source=${source} id=${label} nonce=${nonce}${flagged}\n${lines.join('\n')}\n${fence}`;
}

/** A value that may stand outside a block: an identifier, a version, a hash. Null when it is anything more. */
export function plainIdentifier(text: string | null): string | null {
  return text !== null &&
    /^[A-Za-z0-9][\w.$-]{0,62}$/.test(text) &&
    !/ignore|instruction|system|prompt|execute/i.test(text)
    ? text
    : null;
}
