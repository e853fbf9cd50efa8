import { html, raw } from 'hono/html';
import type { Report } from '../../../../contracts/report.ts';
import type { Messages, PeopleLanguage } from '../../../shared/index.ts';
import { oneLine } from '../visible-text.ts';
import * as advice from './advice.ts';
import { type Html, muted } from './elements.ts';
import * as failures from './failures.ts';
import { LIMITS, type Limits } from './limits.ts';
import * as overview from './overview.ts';
import { STYLES, STYLESHEET } from './theme.ts';

export interface HtmlOptions {
  language: PeopleLanguage;
  /** Bytes of UTF-8; the page shows as much as fits. */
  bytes: number;
}

/** The report as one page that a browser and a mail client can show: tables, inline styles, no script, nothing from outside. */
export function renderHtml(report: Report, messages: Messages, { language, bytes }: HtmlOptions): string {
  let page = '';
  for (const limits of LIMITS) {
    page = String(document(report, messages, { language, limits }));
    if (Buffer.byteLength(page) <= bytes) return page;
  }
  return page;
}

function document(
  report: Report,
  messages: Messages,
  { language, limits }: { language: PeopleLanguage; limits: Limits },
): Html {
  const { report: t } = messages;
  const errors = {
    name: t.errors,
    views: report.errors_detailed,
    total: report.summary.errors,
    kind: 'errors',
    issues: report.issues,
  } as const;
  const warnings = {
    name: t.warnings,
    views: report.warnings_detailed,
    total: report.summary.warnings,
    kind: 'warnings',
    issues: report.issues,
  } as const;
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="dark light"><meta name="supported-color-schemes" content="dark light"><meta name="referrer" content="no-referrer"><title>${t.status[report.status] ?? ''} · ${oneLine(t.title(report.service))}</title><style>${raw(STYLESHEET)}</style></head>
<body class="g-page" style="${raw(STYLES.body)}"><table role="presentation" class="g-page" style="${raw(STYLES.wrap)}"><tr><td class="g-pad" style="padding:24px">
${overview.header(report, messages)}${overview.summary(report, messages)}${overview.patterns(report, messages, limits)}
${failures.incidents(errors, messages, limits)}${failures.incidents(warnings, messages, limits)}${failures.signals(report, messages)}${failures.latency(report, messages)}
${failures.issues(report, messages, limits)}${advice.code(report, messages, limits)}${advice.commits(report, messages, limits)}
${advice.recommendations(report, messages, limits)}${advice.samples(report, messages, limits)}
<div style="margin:24px 0 0">${muted(t.foot)}</div>
</td></tr></table></body></html>
`;
}
