import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addIssue, MENDED } from '../../../test/contract/fixes-fixtures.ts';
import { hostileTexts } from '../../../test/fixtures/instructions.ts';
import { outsideBlocks } from '../../../test/fixtures/marked-blocks.ts';
import { makeShop, openTestServer, type TestServer } from '../../server/server-fixtures.ts';
import { call, openShop, READER, type Shop } from '../mcp-fixtures.ts';

const DOCUMENT = '# Hand-off of SHOP-1\n';
let server: TestServer;
let shop: Shop;
beforeEach(async () => {
  server = await openTestServer({
    fixMaterialOf: async () => ({
      handOff: { markdown: DOCUMENT, json: {} as never },
      fixability: { score: 80, points: [], cap: null },
      ...{ revision: 'r-1', commit: 'a'.repeat(40), testCommand: null, isPublic: false, isNew: true },
    }),
  });
  const { id: projectId } = await makeShop(server);
  await addIssue(server.store, { id: 'issue-1', projectId });
  shop = openShop();
  shop.options.fixes = { ...server.options.fixes, ...server.store.fixes };
  shop.options.findIssue = server.agents.findIssue;
  shop.options.projects = () => server.store.projects.list();
});
afterEach(() => server.close());

interface FixData {
  id: string;
}
async function takenOn(): Promise<FixData> {
  const { data } = await call(shop, 'hand_off_issue', { issue: 'shop-1' });
  return data as unknown as FixData;
}

describe('an agent that mends', () => {
  it('takes an issue on by its short name, with its document, in the name of its key', async () => {
    const { text, data, isError } = await call(shop, 'hand_off_issue', { issue: 'SHOP-1' });
    expect([isError, text]).toEqual([false, expect.stringContaining(DOCUMENT.trim())]);
    expect(data).toEqual({
      id: expect.stringMatching(/^fix-[0-9a-f]{12}$/),
      issue: 'SHOP-1',
      state: 'handed off',
      level: 'pull request',
      untrusted: { document: expect.stringContaining(DOCUMENT) },
    });
    expect((await call(shop, 'get_fix', { fix: data.id })).data.fix).toMatchObject({
      way: 'mcp',
      commit: 'a'.repeat(40),
      untrusted: { agent: 'fixer', service: 'shop' },
    });
    expect((await server.store.fixes.list({ ...EVERY, limit: 1 })).items[0]?.handedOffBy).toBe('agent:fixer');
  });

  it('says what came of it, step by step, and is told so', async () => {
    const { id } = await takenOn();
    const url = 'https://github.com/acme/shop/pull/7';
    await call(shop, 'reply_to_fix', { fix: id, action: 'propose', pullRequest: url, text: 'the price may be null' });
    const { text, data } = await call(shop, 'reply_to_fix', { fix: id, action: 'deploy', revision: 'r-2' });
    expect(text).toBe(`Done: ${id} of SHOP-1 is deployed.`);
    expect(data).toEqual({ id, issue: 'SHOP-1', state: 'deployed', level: 'pull request' });
    const read = await call(shop, 'get_fix', { fix: id });
    expect(read.data.fix).toMatchObject({ state: 'deployed', untrusted: { pullRequest: url, revision: 'r-2' } });
    expect(read.data.history).toMatchObject([
      { action: 'handed off' },
      { action: 'proposed', untrusted: { by: 'agent:fixer', said: expect.stringContaining('the price may be null') } },
      { action: 'deployed', untrusted: { said: 'r-2' } },
    ]);
    expect((await call(shop, 'list_fixes', { issue: 'SHOP-1' })).data.fixes).toHaveLength(1);
    expect((await call(shop, 'list_fixes', { states: ['verified'] })).data.fixes).toEqual([]);
  });

  it('is refused by code and reason: a second hand-off, a step back, nothing said, nobody there, a key that may read only', async () => {
    const { id } = await takenOn();
    await call(shop, 'reply_to_fix', { fix: id, action: 'merge' });
    const refusals: [string, Record<string, unknown>, string][] = [
      [
        'hand_off_issue',
        { issue: 'SHOP-1' },
        'conflict: This contradicts what is there: its issue was handed off already',
      ],
      ['hand_off_issue', { issue: 'SHOP-9' }, 'not_found: '],
      [
        'reply_to_fix',
        { fix: id, action: 'propose', branch: 'b' },
        'conflict: This contradicts what is there: it is further',
      ],
      ['reply_to_fix', { fix: id, action: 'note' }, 'payload_invalid: '],
      ['reply_to_fix', { fix: 'fix-000000000000', action: 'merge' }, 'not_found: '],
      ['reply_to_fix', { fix: id, action: 'propose', pullRequest: 'javascript:alert(1)' }, 'payload_invalid: '],
      ['get_fix', { fix: 'fix-000000000000' }, 'not_found: '],
      ['get_fix', { fix: 'SHOP-1' }, 'payload_invalid: '],
    ];
    for (const [tool, input, begins] of refusals) {
      const { text, isError } = await call(shop, tool, input);
      expect([isError, text.slice(0, begins.length)]).toEqual([true, begins]);
    }
    for (const tool of ['hand_off_issue', 'reply_to_fix']) {
      const input = tool === 'hand_off_issue' ? { issue: 'SHOP-1' } : { fix: id, action: 'merge' };
      expect((await call(shop, tool, input, READER)).text).toMatch(/^forbidden: /);
    }
  });

  it('reads what others wrote and agents printed in marked blocks alone', async () => {
    const { id } = await takenOn();
    for (const { text } of hostileTexts.slice(0, 40))
      await server.options.fixes.reply(id, { action: 'note', text }, 'user:1');
    const planted = hostileTexts.map(({ text }) => text).join('\n');
    const about = (await server.store.fixes.about(id))!;
    const attempt = {
      ...{ id: 'a-1', fixId: id, work: { kind: 'command' as const, command: 'mender' }, state: 'done' as const },
      ...{
        tries: 1,
        nextAt: 0,
        node: null,
        claimedUntil: null,
        createdAt: 0,
        startedAt: 0,
        finishedAt: 1,
        lastError: null,
      },
      run: {
        ...MENDED,
        output: { text: planted, bytes: planted.length, cutBytes: 0 },
        change: { ...MENDED.change!, diff: planted },
      },
    };
    shop.options.fixes.about = async () => ({ ...about, attempts: [attempt] });
    const { text, data } = await call(shop, 'get_fix', { fix: id });
    expect(text).toContain('marker');
    const outside = outsideBlocks(text);
    expect(hostileTexts.filter(({ marker }) => outside.includes(marker))).toEqual([]);
    const trusted = JSON.stringify(data, (key, value) => (key === 'untrusted' ? undefined : value));
    expect(hostileTexts.filter(({ marker }) => trusted.includes(marker))).toEqual([]);
  });
});

const EVERY = { states: null, projectId: null, issueId: null, service: null, since: null, cursor: null };
