import { describe, expect, it } from 'vitest';
import { call, openShop, READER } from '../mcp-fixtures.ts';

describe('list_reports', () => {
  it('lists reports and failed looks, why they failed as a quote', async () => {
    const { text, data } = await call(openShop(), 'list_reports', {}, READER);
    expect(data.reports).toMatchObject([
      {
        id: 'report-1',
        status: 'CRITICAL',
        errors: 12,
        from: '2026-03-14T08:00:00.000Z',
        untrusted: { service: 'shop' },
      },
      { id: 'report-0', status: 'could not look', from: null, untrusted: { problem: 'HTTP 403' } },
    ]);
    expect(text).toContain('Report report-1: CRITICAL, 12 errors, 3 warnings, 2026-03-14T08:00:00.000Z to');
    expect(text).toContain('| problem: HTTP 403');
  });

  it('filters by status and gives pages', async () => {
    const { data } = await call(openShop(), 'list_reports', { status: 'could not look' });
    expect(data.reports).toHaveLength(1);
    expect((await call(openShop(), 'list_reports', { limit: 1 })).data.nextCursor).toBe('1');
  });
});
