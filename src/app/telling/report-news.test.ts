import { expect, it } from 'vitest';
import { sampleReport } from '../../../test/fixtures/sample-report.ts';
import { configurationSchema } from '../../config/schema.ts';
import { newsOfReport } from './report-news.ts';

const HOUR = 60 * 60_000;
const configuration = configurationSchema.parse({});
const at = Date.UTC(2026, 0, 31);

type Told = Parameters<ReturnType<typeof newsOfReport>>[0];

function news(told: Told, over: { status?: string; at?: number; issues?: string[] } = {}) {
  const content = sampleReport();
  if (over.status !== undefined && over.status !== 'could not look') content.status = over.status as 'OK';
  const [issue] = content.issues;
  if (over.issues)
    content.issues = over.issues.map((fingerprint) => ({ ...issue!, fingerprint, is_regression: false }));
  const isFailed = over.status === 'could not look';
  const given = { status: over.status ?? content.status, content: isFailed ? null : content, at: over.at ?? at };
  return newsOfReport(configuration, given)(told);
}

it('a report is news by the rules of its mail: first, worse, new issue, cool-down over; not on OK', () => {
  const told = news([])!;
  const [first] = told as [Told[number]];
  expect(first).toMatchObject({ at, status: 'CRITICAL' });
  expect(first.issues.length).toBeGreaterThan(0);
  expect(news(told, { at: at + 6 * HOUR - 1 })).toBeNull();
  expect(news(told, { at: at + 6 * HOUR })).toHaveLength(1);
  expect(news([{ ...first, status: 'DEGRADED' }])).not.toBeNull();
  expect(news([{ ...first, issues: first.issues.slice(1) }])).not.toBeNull();
  expect(news([{ ...first, issues: [...first.issues, 'gone since'] }])).toBeNull();
  expect(news([], { status: 'OK' })).toBeNull();
});

it('of issues that come by turns each is news once in the cool-down', () => {
  const first = news([], { issues: ['a'] })!;
  const both = news(first, { issues: ['b'], at: at + 2 * HOUR })!;
  expect(both.map(({ issues }) => issues)).toEqual([['b'], ['a']]);
  expect(news(both, { issues: ['a'], at: at + 4 * HOUR })).toBeNull();
  expect(news(both, { issues: ['a'], at: at + 6 * HOUR })!.map(({ issues }) => issues)).toEqual([['a'], ['b']]);
  expect(news(both, { issues: ['b'], at: at + 6 * HOUR })).toBeNull();
});

it('a look that failed is news once in the cool-down, and so is whatever is found after it', () => {
  const failed = news(news([])!, { status: 'could not look' })!;
  expect(failed[0]).toEqual({ at, status: 'could not look', issues: [] });
  expect(news(failed, { status: 'could not look', at: at + HOUR })).toBeNull();
  expect(news(failed, { status: 'could not look', at: at + 6 * HOUR })).not.toBeNull();
  expect(news(failed)).not.toBeNull();
});
