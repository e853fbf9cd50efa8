import type { Report } from '../../contracts/report.ts';
import { type RenderFormat, type RenderOptions, renderReport } from './render/index.ts';
import { type MailedUsage, usageSection } from './usage-section.ts';

export interface ReportMailOptions extends RenderOptions {
  /** Who used the watched application meanwhile; left out: its usage is not tracked. */
  usage?: MailedUsage;
}

export interface ReportMail {
  text: string;
  html: string;
  attachments: { filename: string; contentType: string; content: string }[];
}

/** Text and HTML parts, the data and the hand-off attached. A part that cannot be made is named in the text; the rest still goes out. */
export function composeReportMail(report: Report, given: ReportMailOptions): ReportMail {
  const { usage, ...rendering } = given;
  const { messages } = rendering;
  const section = usage === undefined ? null : usageSection(usage, messages);
  const options = { ...rendering, htmlBytes: rendering.htmlBytes - Buffer.byteLength(section?.html ?? '') };
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
  const whole = [...gaps, text ?? messages.mail.fallback(String(report.status)), section?.text ?? '']
    .join('\n')
    .trimEnd();
  const fallback = `<pre>${whole.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`)}</pre>`;
  return {
    text: `${whole}\n`,
    html: html === null ? fallback : withSection(html, section?.html ?? ''),
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

/** Behind the page's own parts; a page of another's template that has no body gets it at its end. */
function withSection(page: string, section: string): string {
  const end = page.lastIndexOf('</body>');
  return end < 0 ? `${page}${section}` : `${page.slice(0, end)}${section}${page.slice(end)}`;
}
