import { describe, expect, it } from 'vitest';
import { sampleReport } from '../../../test/fixtures/sample-report.ts';
import { usageSummary } from '../../contracts/api/usage.ts';
import type { Report } from '../../contracts/report.ts';
import { messagesFor } from '../shared/index.ts';
import { composeReportMail } from './mail-message.ts';

const options = {
  messages: messagesFor('en'),
  language: 'en' as const,
  htmlBytes: 100 * 1024,
  markdownTokens: 6_000,
};

const usage = usageSummary.parse({
  period: '2026-01-31 06:15 - 08:15',
  ...{ active_users: 2, total_requests: 40, total_errors: 3 },
  users: [
    {
      ...{ email: 'ana<b>@example.com', total_time_minutes: 42, features_used: ['chat'] },
      ...{ requests_count: 30, errors_count: 2, errors: [] },
    },
  ],
  top_features: [{ name: 'chat_message', count: 30 }],
  error_breakdown: { 404: 1, 500: 2 },
  meta: {
    ...{ schemaVersion: 1, start: '2026-01-31T06:15:00.000Z', end: '2026-01-31T08:15:00.000Z', timeZone: 'UTC' },
    ...{ service: null, anonymousRequests: 10, anonymousErrors: 1, cutUsers: 0, cutErrors: 2 },
    ...{ activeUsersAre: 'exact', missingRecords: 0, isEstimated: false },
    ...{ lastRecordAt: '2026-01-31T07:00:00.000Z', generatedAt: '2026-01-31T08:15:00.000Z' },
  },
});

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

  it('ends with who used the application, in both parts, where usage is tracked', () => {
    const mail = composeReportMail(sampleReport(), { ...options, usage });
    for (const said of ['2 active users · 40 requests · 3 errors', 'Users with the most requests', '500: 2']) {
      expect(mail.text).toContain(said);
      expect(mail.html).toContain(said);
    }
    expect(mail.text).toContain('ana<b>@example.com: 42 min');
    expect(mail.html).toContain('ana&lt;b&gt;@example.com: 42 min');
    expect(mail.html.indexOf('42 min')).toBeLessThan(mail.html.indexOf('</body>'));
    expect(Buffer.byteLength(mail.html)).toBeLessThanOrEqual(options.htmlBytes);
    expect(composeReportMail(sampleReport(), options).text).not.toContain('active user');
  });

  it('says that no usage came, or that it could not be read, instead of zeros', () => {
    const empty = { ...usage, total_requests: 0, total_errors: 0 };
    expect(composeReportMail(sampleReport(), { ...options, usage: empty }).text).toContain(
      'No record of usage came in this time; the last one is of 2026-01-31T07:00:00.000Z.',
    );
    const french = { ...options, messages: messagesFor('fr'), language: 'fr' as const, usage: null };
    expect(composeReportMail(sampleReport(), french).html).toContain('n’a pas pu être lue');
  });

  it('goes out when a section is misshapen (row 27)', () => {
    const misshapen = { ...sampleReport(), recommendations: 'none', issues: 7 } as unknown as Report;
    const mail = composeReportMail(misshapen, options);
    expect(mail.text).toContain('could not be made');
    expect(mail.html).not.toMatch(/<script/i);
    expect(mail.attachments).not.toHaveLength(0);
  });
});
