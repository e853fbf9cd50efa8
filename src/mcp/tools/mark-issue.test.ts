import { describe, expect, it } from 'vitest';
import { call, openShop, READER } from '../mcp-fixtures.ts';

describe('mark_issue', () => {
  it.each([
    [{ as: 'resolved' }, { type: 'resolve', in: 'next' }, 'resolved'],
    [{ as: 'resolved', resolvedIn: 'now' }, { type: 'resolve', in: 'now' }, 'resolved'],
    [
      { as: 'resolved', resolvedIn: 'revision', revision: 'r 43' },
      { type: 'resolve', in: { revision: 'r 43' } },
      'resolved',
    ],
    [{ as: 'ignored' }, { type: 'ignore', until: 'escalating' }, 'ignored'],
    [{ as: 'ignored', ignoredUntil: 'for-ever' }, { type: 'ignore', until: 'for-ever' }, 'ignored'],
    [
      { as: 'ignored', ignoredUntil: 'incidents', incidents: 9 },
      { type: 'ignore', until: { incidents: 9 } },
      'ignored',
    ],
    [
      { as: 'ignored', ignoredUntil: 'time', time: '2026-03-15T10:00:00+01:00' },
      { type: 'ignore', until: { time: '2026-03-15T09:00:00.000Z' } },
      'ignored',
    ],
    [{ as: 'reopened' }, { type: 'reopen' }, 'open'],
    [{ as: 'handed-off' }, { type: 'hand-off' }, 'handed off'],
    [{ as: 'handed-off', to: 'the fixer' }, { type: 'hand-off', to: 'the fixer' }, 'handed off'],
  ] as const)('does %j in the name of the key', async (input, action, state) => {
    const shop = openShop();
    const { text, data } = await call(shop, 'mark_issue', { issue: 'SHOP-12', ...input });
    expect(shop.acted).toEqual([{ ids: ['issue-1'], action, actor: 'agent:fixer' }]);
    expect(data).toEqual({ id: 'issue-1', shortId: 'SHOP-12', state });
    expect(text).toBe(`Done: SHOP-12 is ${state}.`);
  });

  it.each([
    [{ as: 'resolved', resolvedIn: 'revision' }, 'revision'],
    [{ as: 'ignored', ignoredUntil: 'time' }, 'time'],
    [{ as: 'ignored', ignoredUntil: 'incidents' }, 'incidents'],
  ])('refuses %j without what it needs', async (input, key) => {
    const shop = openShop();
    const { text, isError } = await call(shop, 'mark_issue', { issue: 'SHOP-12', ...input });
    expect([isError, text]).toEqual([
      true,
      expect.stringContaining(`payload_invalid: What was sent is not valid at ${key}: it is needed here.`),
    ]);
    expect(shop.acted).toEqual([]);
  });

  it('refuses a key that may read only, and changes nothing', async () => {
    const shop = openShop();
    const { text, isError } = await call(shop, 'mark_issue', { issue: 'SHOP-12', as: 'resolved' }, READER);
    expect(isError).toBe(true);
    expect(text).toBe(
      'forbidden: This is not permitted: this API key may read only.\nUse an API key of scope "write"; an administrator of this Guardian makes one.',
    );
    expect(shop.acted).toEqual([]);
  });

  it('says why it was not done', async () => {
    const shop = openShop();
    shop.options.actOnIssues = async (ids) =>
      ids.map((id) => ({ id, isDone: false, reason: 'it is resolved already' }));
    expect((await call(shop, 'mark_issue', { issue: 'SHOP-12', as: 'resolved' })).text).toBe(
      'conflict: This contradicts what is there: it is resolved already.\nLoad it again, then decide again.',
    );
  });
});
