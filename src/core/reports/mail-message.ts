import type { Report } from '../../contracts/report.ts';
import { type RenderFormat, type RenderOptions, renderReport } from './render/index.ts';

export interface ReportMail {
  text: string;
  html: string;
  attachments: { filename: string; contentType: string; content: string }[];
}

/** Text and HTML parts, the data and the hand-off attached. A part that cannot be made is named in the text; the rest still goes out. */
export function composeReportMail(report: Report, options: RenderOptions): ReportMail {
  const { messages } = options;
  const gaps: string[] = [];
  const attempt = (format: RenderFormat): string | null => {
    try {
      return renderReport(report, format, options);
    } catch (error) {
      gaps.push(messages.mail.missingPart(format, (error as Error).message));
      return null;
    }
  };
  const text = attempt('text');
  const html = attempt('html');
  const json = attempt('json');
  const markdown = attempt('markdown');
  const whole = [...gaps, text ?? messages.mail.fallback(String(report.status))].join('\n');
  return {
    text: whole,
    html: html ?? `<pre>${whole.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`)}</pre>`,
    attachments: [
      ...(json === null
        ? []
        : [{ filename: 'report.json', contentType: 'application/json; charset=utf-8', content: json }]),
      ...(markdown === null
        ? []
        : [{ filename: 'report.md', contentType: 'text/markdown; charset=utf-8', content: markdown }]),
    ],
  };
}

/** What decides whether a report is mailed. */
export function occasionOf({ status, issues }: Report) {
  return {
    status,
    issues: issues.map(({ fingerprint }) => fingerprint),
    hasRegression: issues.some((issue) => issue.is_regression),
  };
}
