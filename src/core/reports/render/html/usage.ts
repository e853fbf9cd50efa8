import { html } from 'hono/html';
import type { Messages } from '../../../shared/index.ts';
import { oneLine } from '../visible-text.ts';
import { card, heading, muted, title } from './elements.ts';
import { NEUTRAL } from './theme.ts';

/** Who used the watched application, behind the report's own parts. */
export function usageHtml(
  blocks: readonly { heading: string | null; lines: readonly string[] }[],
  { usage: t }: Messages,
): string {
  const parts = blocks.map((block) => [
    ...(block.heading === null ? [] : [title(block.heading)]),
    ...block.lines.map((line) => muted(oneLine(line))),
  ]);
  const cards = parts.map((part) => card('plain', NEUTRAL, part));
  return String(html`<div style="max-width:920px;margin:0 auto;padding:0 16px 16px">${heading(t.title)}${cards}</div>`);
}
