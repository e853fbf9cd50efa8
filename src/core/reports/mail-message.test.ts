import { describe, expect, it } from 'vitest';
import { sampleReport } from '../../../test/fixtures/sample-report.ts';
import type { Report } from '../../contracts/report.ts';
import { messagesFor } from '../shared/index.ts';
import { composeReportMail, occasionOf } from './mail-message.ts';

const options = {
  messages: messagesFor('en'),
  language: 'en' as const,
  htmlBytes: 100 * 1024,
  markdownTokens: 6_000,
};

describe('the mail of a report', () => {
  it('has a text and an HTML part, the data and the hand-off attached', () => {
    const mail = composeReportMail(sampleReport(), options);
    expect(mail.text).toContain('■ CRITICAL');
    expect(mail.html).toContain('Production report');
    expect(Buffer.byteLength(mail.html)).toBeLessThanOrEqual(options.htmlBytes);
    expect(mail.attachments.map(({ filename, contentType }) => [filename, contentType])).toEqual([
      ['report.json', 'application/json; charset=utf-8'],
      ['report.md', 'text/markdown; charset=utf-8'],
    ]);
    expect(JSON.parse(mail.attachments[0]?.content ?? '')).toEqual(sampleReport());
    expect(mail.attachments[1]?.content).toContain('## 10. Done when');
  });

  it.each(['critical_signals', 'error_patterns', 'issues', 'recommendations', 'log_samples', 'window'] as const)(
    'goes out when the section %s is absent, and names the part that could not be made (row 27)',
    (section) => {
      const { [section]: _absent, ...rest } = sampleReport();
      const mail = composeReportMail(rest as Report, options);
      expect(mail.text).toMatch(/The (?:text|html|markdown) of this report could not be made/);
      expect(mail.text).toContain('CRITICAL');
      expect(mail.html.length).toBeGreaterThan(40);
      expect(mail.attachments.map(({ filename }) => filename)).toContain('report.json');
    },
  );

  it('goes out when a section is misshapen (row 27)', () => {
    const misshapen = { ...sampleReport(), recommendations: 'none', issues: 7 } as unknown as Report;
    const mail = composeReportMail(misshapen, options);
    expect(mail.text).toContain('could not be made');
    expect(mail.html).not.toMatch(/<script/i);
    expect(mail.attachments).not.toHaveLength(0);
  });

  it('is decided by what its report holds, so that subject and content agree (row 28)', () => {
    const report = sampleReport();
    expect(occasionOf(report)).toEqual({
      status: report.status,
      issues: report.issues.map(({ fingerprint }) => fingerprint),
      hasRegression: report.issues.some((issue) => issue.is_regression),
    });
  });
});
