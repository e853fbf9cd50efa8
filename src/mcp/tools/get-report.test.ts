import { describe, expect, it } from 'vitest';
import { call, openShop, READER } from '../mcp-fixtures.ts';

describe('get_report', () => {
  it('gives the newest one without an id', async () => {
    const { text, data } = await call(openShop(), 'get_report', {}, READER);
    expect(data.report).toMatchObject({ id: 'report-1', status: 'CRITICAL' });
    expect(data.content).toMatchObject({ entries: 1834, issuesLeftOut: 0 });
    const [issue] = (data.content as { issues: Record<string, unknown>[] }).issues;
    expect(Object.keys(issue!)).toContain('untrusted');
    expect(text).toContain('## 1. Verdict');
    expect(Buffer.byteLength(text) / 4).toBeLessThan(6_000);
  });

  it('gives a failed look as what it is', async () => {
    const { text, data } = await call(openShop(), 'get_report', { report: 'report-0' });
    expect(data).toMatchObject({ report: { status: 'could not look' }, content: null });
    expect(text).toContain('| problem: HTTP 403');
  });

  it('says that there is none', async () => {
    expect((await call(openShop({ reports: [] }), 'get_report')).text).toMatch(/^not_found: There is no such report\./);
    expect((await call(openShop(), 'get_report', { report: 'gone' })).isError).toBe(true);
  });
});
