import type { Report } from '../../../contracts/report.ts';
import type { Messages, PeopleLanguage } from '../../shared/index.ts';
import { renderHtml } from './html/page.ts';
import { renderMarkdown } from './markdown.ts';
import { renderSummary, renderText } from './text.ts';

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
}

/** One report in one of its renderings. */
export function renderReport(report: Report, format: RenderFormat, options: RenderOptions): string {
  const { messages, color = false, columns = 0 } = options;
  switch (format) {
    case 'text':
      return renderText(report, messages, { color, columns });
    case 'summary':
      return renderSummary(report, messages, { color, columns });
    case 'json':
      return JSON.stringify(report, null, 2);
    case 'html':
      return renderHtml(report, messages, { language: options.language, bytes: options.htmlBytes });
    case 'markdown':
      return renderMarkdown(report, messages, { tokens: options.markdownTokens });
    default:
      return format satisfies never;
  }
}
