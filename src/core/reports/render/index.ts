import type { Report } from '../../../contracts/report.ts';
import { type Messages, type PeopleLanguage, systemClock } from '../../shared/index.ts';
import { createTemplateLibrary, type TemplateLibrary, type TemplateRenderer } from '../../templates/index.ts';
import { LIMITS } from './html/limits.ts';
import { htmlParts } from './html/page.ts';
import { markdownParts } from './markdown.ts';
import { type ReportPart, reportData, reportDefinition } from './report-template.ts';
import { renderSummary, textParts } from './text.ts';

export { reportDefinition } from './report-template.ts';

export { oneLine } from './visible-text.ts';

export type RenderFormat = 'text' | 'summary' | 'json' | 'html' | 'markdown';

export interface RenderOptions {
  messages: Messages;
  language: PeopleLanguage;
  /** Text: ANSI colours, and the reader's columns (0: as wide as it is). */
  color?: boolean;
  columns?: number;
  /** HTML: bytes of the page. */
  htmlBytes: number;
  /** Markdown: tokens of the hand-off. */
  markdownTokens: number;
  /** Default: the built-in template. */
  templates?: TemplateRenderer;
}

/** One report in one of its renderings. */
export function renderReport(report: Report, format: RenderFormat, options: RenderOptions): string {
  const { messages, color = false, columns = 0 } = options;
  switch (format) {
    case 'text':
      return fill(report, 'text', textParts(report, messages, { color, columns }), options);
    case 'summary':
      return renderSummary(report, messages, { color, columns });
    case 'json':
      return JSON.stringify(report, null, 2);
    case 'html':
      return htmlWithin(report, options);
    case 'markdown':
      return fill(report, 'markdown', markdownParts(report, messages, { tokens: options.markdownTokens }), options);
    default:
      return format satisfies never;
  }
}

/** As much of the page as fits. */
function htmlWithin(report: Report, options: RenderOptions): string {
  let page = '';
  for (const limits of LIMITS) {
    page = fill(report, 'html', htmlParts(report, options.messages, limits), options);
    if (Buffer.byteLength(page) <= options.htmlBytes) return page;
  }
  return page;
}

function fill(
  report: Report,
  format: 'text' | 'html' | 'markdown',
  parts: readonly ReportPart[],
  options: RenderOptions,
): string {
  const { templates = builtIn() } = options;
  return templates.fill('report', [format], reportData(report, parts, options))[format]!;
}

let library: TemplateLibrary | null = null;

function builtIn(): TemplateLibrary {
  library ??= createTemplateLibrary({ definitions: [reportDefinition], clock: systemClock });
  return library;
}
