import { describe, expect, it } from 'vitest';
import { START } from '../../../test/fixtures/understanding.ts';
import { call, openShop, READER } from '../mcp-fixtures.ts';

const bodies = ({ data }: { data: Record<string, unknown> }) =>
  (data.events as { untrusted: { message: string } }[]).map(({ untrusted }) => untrusted.message);

describe('search_events', () => {
  it('gives events newest first, each in its own marked block', async () => {
    const found = await call(openShop(), 'search_events', {}, READER);
    expect(bodies(found)).toEqual(["KeyError: 'CHF'", 'order 8841: payment started', 'cart opened']);
    const id = String(START * 4096 + 1);
    expect(found.data.events).toMatchObject([{ id, severity: 'error', project: 'shop', issueId: 'issue-1' }, {}, {}]);
    expect(found.text).toContain(`Event ${id}: 2026-03-14T09:00:00.000Z, error, issue issue-1\n`);
    expect(found.text).toMatch(
      new RegExp(`untrusted source=event id=${id} nonce=[0-9a-f]{8}\n\\| message: KeyError: 'CHF'`),
    );
  });

  it('asks for all conditions at once', async () => {
    const shop = openShop();
    expect(bodies(await call(shop, 'search_events', { words: ['order'], withoutWords: ['KeyError'] }))).toEqual([
      'order 8841: payment started',
    ]);
    expect(bodies(await call(shop, 'search_events', { issue: 'SHOP-12' }))).toEqual(["KeyError: 'CHF'"]);
    expect(bodies(await call(shop, 'search_events', { minimumSeverity: 'warn' }))).toEqual(["KeyError: 'CHF'"]);
    expect(bodies(await call(shop, 'search_events', { fields: [{ name: 'environment', value: 'staging' }] }))).toEqual(
      [],
    );
    expect(
      bodies(await call(shop, 'search_events', { from: '2026-03-14T09:59:59+01:00', to: '2026-03-14T09:00:00Z' })),
    ).toEqual(['order 8841: payment started']);
  });

  it('gives pages, and refuses a cursor that is none', async () => {
    const shop = openShop();
    const first = await call(shop, 'search_events', { limit: 2 });
    const second = await call(shop, 'search_events', { limit: 2, cursor: first.data.nextCursor });
    expect([...bodies(first), ...bodies(second)]).toHaveLength(3);
    expect(second.data.nextCursor).toBeNull();
    expect((await call(shop, 'search_events', { cursor: 'x y' })).text).toMatch(/^payload_invalid: .* at cursor/);
  });
});
