import { describe, expect, it } from 'vitest';
import { call, openShop, READER } from '../mcp-fixtures.ts';

describe('list_issues', () => {
  it('lists what is open, with what the events call it in a marked block and under `untrusted`', async () => {
    const { text, data } = await call(openShop(), 'list_issues', {}, READER);
    expect(data).toMatchObject({ total: 2, nextCursor: null });
    const [first] = data.issues as Record<string, unknown>[];
    expect(first).toMatchObject({
      id: 'issue-1',
      shortId: 'SHOP-12',
      project: 'shop',
      state: 'open',
      severity: 'error',
      incidents: 1,
      firstSeen: '2026-03-14T09:00:00.000Z',
      untrusted: {
        title: "KeyError: 'CHF'",
        type: 'KeyError',
        file: 'src/checkout/cart.py',
        line: 88,
        service: 'shop',
      },
    });
    expect(text).toContain('2 of 2 issues.\nSHOP-12: open, error, 1 incidents');
    expect(text).toMatch(/```text untrusted source=event id=SHOP-12 nonce=[0-9a-f]{8}\n\| title: KeyError: 'CHF'\n/);
  });

  it('filters by words, state and severity', async () => {
    const shop = openShop();
    shop.issues[0]!.state = 'resolved';
    const idsOf = async (input: object) =>
      ((await call(shop, 'list_issues', { ...input })).data.issues as { id: string }[]).map(({ id }) => id);
    expect(await idsOf({})).toEqual(['issue-2']);
    expect(await idsOf({ states: ['resolved'] })).toEqual(['issue-1']);
    expect(await idsOf({ words: ['timeout'] })).toEqual(['issue-2']);
    expect(await idsOf({ minimumSeverity: 'fatal' })).toEqual([]);
    expect((await call(shop, 'list_issues', { words: ['none'] })).text).toBe('No issue matches.');
  });

  it('gives pages', async () => {
    const shop = openShop();
    const first = await call(shop, 'list_issues', { limit: 1 });
    expect(first.data).toMatchObject({ nextCursor: '1' });
    expect(first.text).toContain('More: call again with nextCursor.');
    const second = await call(shop, 'list_issues', { limit: 1, cursor: '1' });
    expect((second.data.issues as { id: string }[])[0]!.id).toBe('issue-2');
    expect(second.data.nextCursor).toBeNull();
  });

  it('refuses a project that is not there, and sizes beyond the bound', async () => {
    expect(await call(openShop(), 'list_issues', { project: 'nowhere' })).toMatchObject({
      isError: true,
      text: expect.stringMatching(/^not_found: There is no such project\.\nLook it up again/),
    });
    expect((await call(openShop(), 'list_issues', { limit: 51 })).text).toMatch(/^payload_invalid: .* at limit: /);
  });

  it('stays small however large what events wrote is', async () => {
    const shop = openShop();
    const [one] = shop.issues;
    const long = 'x\u202e'.repeat(50_000);
    shop.issues = Array.from({ length: 50 }, (_, index) => ({
      ...one!,
      id: `i${index}`,
      title: long,
      service: long,
      endpoint: long,
      errorType: long,
      location: { file: long, line: 1, function: long },
      lastRevision: long,
      assignee: long,
    }));
    const { text, data } = await call(shop, 'list_issues', { limit: 50 });
    expect(JSON.stringify(data).length).toBeLessThan(150_000);
    expect(text.length).toBeLessThan(100_000);
  });
});
