import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Messages } from '../../../shared/index.ts';
import { oneLine, visibleText } from '../visible-text.ts';
import { cardStyle, DARK, MONO, NEUTRAL, STATUS_COLORS, STYLES, TAG_COLORS } from './theme.ts';

/** Every value that enters a template is escaped; only what this folder wrote itself is `raw`. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export const nothing = raw('');

export function statusColor(status: string): string {
  return Object.hasOwn(STATUS_COLORS, status) ? STATUS_COLORS[status]! : NEUTRAL;
}

const PRIORITY_COLORS: Record<string, string> = { HIGH: '#ff4444', MEDIUM: '#ffaa00', LOW: '#44ff44' };

export function priorityColor(priority: string): string {
  return Object.hasOwn(PRIORITY_COLORS, priority) ? PRIORITY_COLORS[priority]! : NEUTRAL;
}

export function heading(text: string): Html {
  return html`<h2 class="g-text" style="${raw(STYLES.h2)}">${text}</h2>`;
}

export type CardKind = 'errors' | 'warnings' | 'patterns' | 'plain';

export function card(kind: CardKind, edge: string, content: Html | Html[]): Html {
  const background = kind === 'plain' ? DARK.card : DARK[kind];
  return html`<div class="g-card${kind === 'plain' ? '' : ` g-${kind}`}" style="${raw(cardStyle(background, edge))}">${content}</div>`;
}

export function muted(text: string): Html {
  return html`<div class="g-muted" style="${raw(STYLES.muted)}">${oneLine(text)}</div>`;
}

export function title(text: string): Html {
  return html`<h3 class="g-text" style="${raw(STYLES.h3)}">${oneLine(text)}</h3>`;
}

/** Text as it came, in a box, line ends kept, hidden characters written out. */
export function preformatted(text: string): Html {
  return html`<pre class="g-pre" style="${raw(STYLES.pre)}">${visibleText(text)}</pre>`;
}

export function tag(kind: keyof typeof TAG_COLORS, text: string | null): Html {
  if (text === null || text === '') return nothing;
  const style = `display:inline-block;margin:0 6px 4px 0;padding:1px 7px;border:1px solid ${TAG_COLORS[kind]};border-radius:10px;font:12px/1.5 ${MONO};color:${TAG_COLORS[kind]};overflow-wrap:anywhere;word-break:break-word`;
  return html`<span class="g-tag-${kind}" style="${raw(style)}">${oneLine(text)}</span>`;
}

export function cell(content: Html | string, align: 'left' | 'right' = 'left'): Html {
  return html`<td class="g-cell g-text" style="${raw(`${STYLES.cell};text-align:${align}`)}">${content}</td>`;
}

export function table(rows: Html[]): Html {
  if (rows.length === 0) return nothing;
  return html`<table role="presentation" style="width:100%;border-collapse:collapse">${rows}</table>`;
}

/** What a list does not show, counted. */
export function leftOut(shown: number, total: number, t: Messages['report']): Html {
  return shown < total ? muted(t.leftOut(shown, total)) : nothing;
}
