import { describe, expect, it } from 'vitest';
import { call, openShop, READER } from '../mcp-fixtures.ts';

describe('add_note', () => {
  it('adds the text in the name of the key', async () => {
    const shop = openShop();
    const { data } = await call(shop, 'add_note', { issue: 'shop-7', text: '  The timeout is 2 s.\n' });
    expect(shop.acted).toEqual([
      { ids: ['issue-2'], action: { type: 'note', text: 'The timeout is 2 s.' }, actor: 'agent:fixer' },
    ]);
    expect(data).toMatchObject({ shortId: 'SHOP-7', state: 'regressed' });
  });

  it('refuses an empty note, a book, and a key that may read only', async () => {
    const shop = openShop();
    expect((await call(shop, 'add_note', { issue: 'SHOP-7', text: ' ' })).text).toMatch(/^payload_invalid: .* at text/);
    expect((await call(shop, 'add_note', { issue: 'SHOP-7', text: 'x'.repeat(10_001) })).isError).toBe(true);
    expect((await call(shop, 'add_note', { issue: 'SHOP-7', text: 'x' }, READER)).text).toMatch(/^forbidden: /);
    expect(shop.acted).toEqual([]);
  });
});
