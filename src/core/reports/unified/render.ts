import { html, raw } from 'hono/html';
import type { UnifiedReport } from '../../../contracts/api/unified.ts';
import type { Messages, PeopleLanguage } from '../../shared/index.ts';
import { card, type Html, heading, muted, statusColor, title } from '../render/html/elements.ts';
import { STYLES, STYLESHEET } from '../render/html/theme.ts';
import { untrustedBlock } from '../render/untrusted-block.ts';
import { oneLine } from '../render/visible-text.ts';
import { type Section, type SectionRow, sectionsOf } from './sections.ts';

export interface UnifiedRenderOptions {
  messages: Messages;
  language: PeopleLanguage;
}

/** The unified report as people, mail programs and agents read it; the same report gives the same bytes. */
export function renderUnified(
  report: UnifiedReport,
  format: 'html' | 'text' | 'markdown',
  { messages, language }: UnifiedRenderOptions,
): string {
  const sections = sectionsOf(report, messages);
  switch (format) {
    case 'text':
      return textOf(report, sections, messages);
    case 'markdown':
      return markdownOf(report, sections, messages);
    case 'html':
      return String(pageOf(report, sections, { messages, language }));
    default:
      return format satisfies never;
  }
}

function textOf(report: UnifiedReport, sections: readonly Section[], { unified: t }: Messages): string {
  const lines = [
    `${t.title} — ${t.status[report.status]}`,
    `${t.madeAt(report.madeAt)} · ${t.gaps(report.gaps)}`,
    ...report.reasons.map((reason) => `  ${oneLine(reason)}`),
    ...sections.flatMap(({ title: name, rows }) => [
      '',
      name,
      ...(rows.length === 0 ? [`  ${t.none}`] : textRows(rows, t)),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function textRows(rows: readonly SectionRow[], t: Messages['unified']): string[] {
  return rows.flatMap(({ status, name, about, lines }) => [
    `  ${[status && t.status[status], name, about].filter(Boolean).join(' · ')}`,
    ...lines.map((line) => `    ${line}`),
  ]);
}

/** For agents: what Guardian says stands outside of the blocks, what the watched systems say within them. */
function markdownOf(
  report: UnifiedReport,
  sections: readonly Section[],
  { unified: t, report: words }: Messages,
): string {
  const block = (id: string, text: string) => untrustedBlock({ source: 'event', id, text }, words.handOff.flagged);
  const parts = [
    `# ${t.title}: ${t.status[report.status]}`,
    `${t.madeAt(report.madeAt)}. ${t.gaps(report.gaps)}. ${t.untrusted}`,
    ...(report.reasons.length === 0 ? [] : [block('reasons', report.reasons.map(oneLine).join('\n'))]),
    ...sections.flatMap(({ name, title: heads, rows }) => [
      `## ${heads}`,
      rows.length === 0 ? t.none : block(name, textRows(rows, t).join('\n')),
    ]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function pageOf(
  report: UnifiedReport,
  sections: readonly Section[],
  { messages, language }: UnifiedRenderOptions,
): Html {
  const { unified: t } = messages;
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${t.title}</title><style>${raw(STYLESHEET)}</style></head>
<body class="g-page" style="${raw(STYLES.body)}"><table role="presentation" style="${raw(STYLES.wrap)}"><tr><td class="g-pad" style="padding:24px">
<h1 class="g-text" style="margin:0 0 10px;font-size:22px;line-height:1.3">${t.title}</h1>
<div style="margin:0 0 10px">${badge(report.status, t)}</div>
${report.reasons.map((reason) => html`<div class="g-text" style="margin:0 0 4px;font-weight:600;overflow-wrap:anywhere">${oneLine(reason)}</div>`)}
${muted(`${t.madeAt(report.madeAt)} · ${t.gaps(report.gaps)}`)}
${sections.map((section) => html`${heading(section.title)}${section.rows.length === 0 ? muted(t.none) : section.rows.map((one) => rowCard(one, t))}`)}
</td></tr></table></body></html>`;
}

function rowCard({ status, name, about, lines }: SectionRow, t: Messages['unified']): Html {
  const content = html`${title(name)}${status === null ? '' : html`<div style="margin:0 0 6px">${badge(status, t)}</div>`}${about === '' ? '' : muted(about)}${lines.map((line) => html`<div class="g-text" style="overflow-wrap:anywhere">${line}</div>`)}`;
  return card('plain', statusColor(status ?? ''), content);
}

function badge(status: keyof Messages['unified']['status'], t: Messages['unified']): Html {
  const style = `display:inline-block;padding:4px 12px;border-radius:6px;background:${statusColor(status)};color:#111111;font-weight:700;letter-spacing:.5px`;
  return html`<span style="${raw(style)}">${t.status[status]}</span>`;
}
