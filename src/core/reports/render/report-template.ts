import type { Report } from '../../../contracts/report.ts';
import { Fragment, type Messages, messagesFor, type PeopleLanguage } from '../../shared/index.ts';
import type { TemplateDefinition } from '../../templates/index.ts';
import { STYLES, STYLESHEET } from './html/theme.ts';
import { oneLine } from './visible-text.ts';

/** A part of the report, made and escaped for one format. */
export interface ReportPart {
  name: string;
  content: Fragment;
}

/** Every name that a part may have, in the order of the page. */
const PARTS = [
  ...['header', 'summary', 'problems', 'patterns', 'issues', 'errors', 'warnings', 'signals', 'latency'],
  ...['code', 'commits', 'suspects', 'recommendations', 'samples', 'facts', 'evidence', 'locations', 'tail'],
  ...['impact', 'verify', 'doneWhen', 'cut', 'foot'],
];

const SOURCE = `name: report
kind: report
version: 1.0.0

=== text
{{#block parts}}
{{#each parts}}{{content}}{{/each}}{{/block}}

=== html
<!doctype html>
<html lang="{{language}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="dark light"><meta name="supported-color-schemes" content="dark light"><meta name="referrer" content="no-referrer"><title>{{statusText}} · {{title}}</title><style>{{styles.sheet}}</style></head>
<body class="g-page" style="{{styles.body}}"><table role="presentation" class="g-page" style="{{styles.wrap}}"><tr><td class="g-pad" style="padding:24px">
{{#block parts}}
{{part.header}}{{part.summary}}{{part.patterns}}
{{part.errors}}{{part.warnings}}{{part.signals}}{{part.latency}}
{{part.issues}}{{part.code}}{{part.commits}}
{{part.recommendations}}{{part.samples}}
{{/block}}
{{#block foot}}
<div style="margin:24px 0 0">{{part.foot}}</div>
{{/block}}
</td></tr></table></body></html>


=== markdown
{{#block parts}}
{{#each parts}}{{content}}{{/each}}{{/block}}
`;

/** Reports, in each of their renderings. */
export const reportDefinition: TemplateDefinition = {
  name: 'report',
  kind: 'report',
  parts: { text: 'text', html: 'html', markdown: 'markdown' },
  shape: {
    ...{ language: 'text', status: 'text', statusText: 'text', title: 'text', service: 'text', madeAt: 'text' },
    figures: { logs: 'text', errors: 'text', warnings: 'text', signals: 'text', slow: 'text', issues: 'text' },
    styles: { sheet: 'text', body: 'text', wrap: 'text' },
    parts: [{ name: 'text', content: 'text' }],
    part: Object.fromEntries(PARTS.map((name) => [name, 'text' as const])),
  },
  sample(language) {
    const { report: t } = messagesFor(language);
    const parts = PARTS.map((name) => ({ name, content: new Fragment('text', `${name} <&>\n`) }));
    return {
      ...frameOf({ status: 'CRITICAL', statusText: t.status.CRITICAL ?? '', title: t.title('shop'), service: 'shop' }),
      ...{ language, madeAt: '2026-01-31T08:15:30.123Z' },
      figures: { logs: 1_200, errors: 12, warnings: 3, signals: 1, slow: 0, issues: 2 },
      ...partsData(parts),
    };
  },
  refuse: (part, output, { saysNothing }) => (output.trim() === '' ? saysNothing(part) : null),
  // A page is bounded by its own knobs; a text has every issue that is listed.
  mostCharacters: 16 * 1024 * 1024,
  builtIn: [SOURCE],
};

/** What templates of reports are filled with: the parts as they are for one format, and the figures. */
export function reportData(
  report: Report,
  parts: readonly ReportPart[],
  { messages, language }: { messages: Messages; language: PeopleLanguage },
): Record<string, unknown> {
  const { report: t } = messages;
  const { summary } = report;
  const statusText = t.status[report.status] ?? '';
  return {
    ...frameOf({ status: report.status, statusText, title: oneLine(t.title(report.service)), service: report.service }),
    ...{ language, madeAt: report.timestamp },
    figures: {
      logs: report.logs_analyzed,
      errors: summary.errors,
      warnings: summary.warnings,
      signals: summary.critical_signals,
      slow: summary.latency_issues,
      issues: report.issues.length,
    },
    ...partsData(parts),
  };
}

const RAW_STYLES = {
  sheet: new Fragment('html', STYLESHEET),
  body: new Fragment('html', STYLES.body),
  wrap: new Fragment('html', STYLES.wrap),
};

function frameOf<T extends object>(frame: T) {
  return { ...frame, styles: RAW_STYLES };
}

function partsData(parts: readonly ReportPart[]) {
  return { parts, part: Object.fromEntries(parts.map(({ name, content }) => [name, content])) };
}
