import { expect, it } from 'vitest';
import { sampleReport } from '../../../test/fixtures/sample-report.ts';
import { configurationSchema } from '../../config/schema.ts';
import { newsOfReport } from './report-news.ts';

const HOUR = 60 * 60_000;
const configuration = configurationSchema.parse({});
const at = Date.UTC(2026, 0, 31);

function news(last: Parameters<ReturnType<typeof newsOfReport>>[0], over: { status?: string; at?: number } = {}) {
  const content = sampleReport();
  if (over.status !== undefined && over.status !== 'could not look') content.status = over.status as 'OK';
  const isFailed = over.status === 'could not look';
  const given = { status: over.status ?? content.status, content: isFailed ? null : content, at: over.at ?? at };
  return newsOfReport(configuration, given)(last);
}

it('a report is news by the rules of its mail: first, worse, new issue, cool-down over; not on OK', () => {
  const first = news(null)!;
  expect(first).toMatchObject({ at, status: 'CRITICAL' });
  expect(first.issues.length).toBeGreaterThan(0);
  expect(news(first, { at: at + 6 * HOUR - 1 })).toBeNull();
  expect(news(first, { at: at + 6 * HOUR })).not.toBeNull();
  expect(news({ ...first, status: 'DEGRADED' })).not.toBeNull();
  expect(news({ ...first, issues: first.issues.slice(1) })).not.toBeNull();
  expect(news({ ...first, issues: [...first.issues, 'gone since'] })).toBeNull();
  expect(news(null, { status: 'OK' })).toBeNull();
});

it('a look that failed is news once in the cool-down', () => {
  const failed = news(news(null), { status: 'could not look' })!;
  expect(failed).toEqual({ at, status: 'could not look', issues: [] });
  expect(news(failed, { status: 'could not look', at: at + HOUR })).toBeNull();
  expect(news(failed, { status: 'could not look', at: at + 6 * HOUR })).not.toBeNull();
  expect(news(failed)).not.toBeNull();
});
