import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addIssue } from '../../../test/contract/fixes-fixtures.ts';
import { type FixDetail, type FixSummary, handOffOutlook } from '../../contracts/api/fixes.ts';
import type { FixMaterial } from '../../core/fixes/index.ts';
import { ask, makeShop, openTestServer, type TestServer } from '../server-fixtures.ts';

const MATERIAL: FixMaterial = {
  handOff: { markdown: '# Hand-off of SHOP-1\n', json: {} as FixMaterial['handOff']['json'] },
  fixability: {
    score: 80,
    points: [{ signal: 'application-code', points: 25 }],
    cap: null,
  },
  revision: 'r-1',
  commit: 'a'.repeat(40),
  testCommand: null,
  isPublic: false,
  isNew: true,
};

let server: TestServer;
const asked: string[] = [];
beforeEach(async () => {
  asked.length = 0;
  server = await openTestServer({
    fixMaterialOf: async (issueId) => {
      asked.push(issueId);
      return MATERIAL;
    },
    configuration: {
      mail: { enabled: true, from: 'guardian@example.com' },
      fixes: {
        agents: {
          ana: { way: 'mail', address: 'ana@example.com', description: 'mends by hand' },
          bot: { way: 'github' },
          mender: { way: 'command', command: ['true'] },
        },
      },
    },
  });
  const { id: projectId } = await makeShop(server);
  await addIssue(server.store, { id: 'issue-1', projectId });
});
afterEach(() => server.close());

const handOff = (json: unknown) => ask(server, '/api/fixes', { method: 'POST', json });
const reply = (id: string, json: unknown) => ask(server, `/api/fixes/${id}/reply`, { method: 'POST', json });
async function handedOff(): Promise<FixSummary> {
  const response = await handOff({ issue: 'SHOP-1', way: 'mcp', agent: 'codex' });
  expect(response.status).toBe(201);
  return (await response.json()) as FixSummary;
}

describe('hand-offs by the API', () => {
  it('are made of an issue by its short name, shown in the list and whole, and noted in the audit trail', async () => {
    const fix = await handedOff();
    expect(fix).toMatchObject({
      id: expect.stringMatching(/^fix-[0-9a-f]{12}$/),
      issue: { id: 'issue-1', shortId: 'SHOP-1', title: 'TypeError: no price', project: 'shop', severity: 'error' },
      state: 'handed off',
      way: 'mcp',
      agent: 'codex',
      fixability: 80,
      level: 'pull request',
      by: 'somebody at this machine',
      problem: null,
    });
    expect(asked).toEqual(['issue-1']);
    const list = (await (
      await ask(server, '/api/fixes?state=handed%20off,merged&issue=SHOP-1&project=shop')
    ).json()) as {
      items: FixSummary[];
    };
    expect(list.items).toEqual([fix]);
    expect(await (await ask(server, '/api/fixes?state=merged')).json()).toMatchObject({ items: [] });
    const whole = (await (await ask(server, `/api/fixes/${fix.id}`)).json()) as FixDetail;
    expect(whole).toMatchObject({
      ...fix,
      history: [{ state: 'handed off', text: 'Handed off', by: fix.by }],
      run: null,
      fixabilityReasons: [{ points: 25, text: 'application code shown' }],
    });
    expect((await server.store.issues.get('issue-1'))?.state).toBe('handed off');
    const entries = await server.store.audit.entries('guardian', 0, 100);
    const noted = entries.find(({ action }) => action === 'issue handed off');
    expect(noted).toMatchObject({ object: 'issue-1', fields: { fix: fix.id, way: 'mcp', agent: 'codex' } });
  });

  it('are foretold with every reason against them, and nothing is handed over', async () => {
    const outlook = async () =>
      handOffOutlook.parse(await (await ask(server, '/api/issues/SHOP-1/hand-off-outlook')).json());
    const before = await outlook();
    expect(before).toMatchObject({ fixability: 80, level: 'pull request', open: null });
    expect(before.ways.map(({ way, agent, reasons }) => [way, agent, reasons.map(({ code }) => code)])).toEqual([
      ['mail', 'ana', []],
      ['github', 'bot', ['not-set-up']],
      ['command', 'mender', []],
      ['mcp', null, []],
    ]);
    expect(before.byItself).toEqual({
      agent: null,
      reasons: [{ code: 'nobody', text: 'no agent is named for it (fixes.automatic)' }],
      againAt: null,
    });
    expect((await (await ask(server, '/api/fixes')).json()) as object).toMatchObject({ items: [] });
    const { id } = await handedOff();
    const after = await outlook();
    expect([after.open, after.ways[0]?.reasons.map(({ code }) => code)]).toEqual([id, ['open']]);
    expect((await ask(server, '/api/issues/SHOP-9/hand-off-outlook')).status).toBe(404);
  });

  it('are moved on by answers, one after the other, and never back', async () => {
    const { id } = await handedOff();
    const url = 'https://github.com/acme/shop/pull/7';
    expect(
      (await (await reply(id, { action: 'propose', branch: 'fix/price', pullRequest: url })).json()) as FixDetail,
    ).toMatchObject({
      state: 'proposed',
      branch: 'fix/price',
      pullRequest: url,
    });
    expect((await reply(id, { action: 'note', text: 'looks <b>good</b>' })).status).toBe(200);
    const deployed = (await (await reply(id, { action: 'deploy', revision: 'r-2' })).json()) as FixDetail;
    expect(deployed).toMatchObject({ state: 'deployed', revision: 'r-2' });
    expect(deployed.history.map(({ text }) => text)).toEqual([
      'Handed off',
      `A change is proposed\nfix/price\n${url}`,
      'Note\nlooks <b>good</b>',
      'Deployed\nr-2',
    ]);
    const back = await reply(id, { action: 'merge' });
    expect([back.status, await back.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'conflict', detail: expect.stringContaining('it is further than that already') }),
    ]);
  });

  it('are refused with why: a second one, nobody of that name, a way that is not set up, an issue that is not there', async () => {
    await handedOff();
    const refusals = await Promise.all(
      [
        { issue: 'issue-1', way: 'mcp' },
        { issue: 'issue-1', way: 'mail', agent: 'bob' },
        { issue: 'issue-1', way: 'github' },
        { issue: 'SHOP-9', way: 'mcp' },
        { issue: 'issue-1', way: 'fax' },
      ].map(async (json) => {
        const response = await handOff(json);
        const { code, detail } = (await response.json()) as { code: string; detail: string };
        return [response.status, code, detail.length > 20];
      }),
    );
    expect(refusals).toEqual([
      [409, 'conflict', true],
      [400, 'payload_invalid', true],
      [400, 'payload_invalid', true],
      [404, 'not_found', true],
      [400, 'payload_invalid', true],
    ]);
    expect((await ask(server, '/api/fixes/fix-000000000000')).status).toBe(404);
    expect((await reply('fix-000000000000', { action: 'merge' })).status).toBe(404);
    expect((await ask(server, '/api/fixes?state=gone')).status).toBe(400);
    expect((await ask(server, '/api/fixes?colour=red')).status).toBe(400);
  });

  it('need the right to write; reading needs the right to read', async () => {
    const key = await ask(server, '/api/keys', { method: 'POST', json: { label: 'looker', scope: 'read' } });
    const { key: secret } = (await key.json()) as { key: string };
    const headers = { authorization: `Bearer ${secret}` };
    expect((await ask(server, '/api/fixes', { headers })).status).toBe(200);
    const refused = await ask(server, '/api/fixes', { method: 'POST', headers, json: { issue: 'SHOP-1', way: 'mcp' } });
    expect(refused.status).toBe(403);
    expect((await ask(server, '/api/fixes', { headers: { authorization: 'Bearer gk_wrong' } })).status).toBe(401);
  });

  it('name the agents of the configuration, and what keeps each from being used', async () => {
    await handOff({ issue: 'SHOP-1', way: 'mail' });
    expect(await (await ask(server, '/api/fix-agents')).json()).toEqual({
      items: [
        {
          name: 'ana',
          way: 'mail',
          description: 'mends by hand',
          isAutomatic: false,
          today: 1,
          perDay: 5,
          problem: null,
        },
        {
          ...{ name: 'bot', way: 'github', description: '', isAutomatic: false, today: 0, perDay: 5 },
          problem: expect.stringContaining('GUARDIAN_GITHUB_TOKEN'),
        },
        {
          ...{ name: 'mender', way: 'command', description: '', isAutomatic: false, today: 0, perDay: 5 },
          problem: expect.stringContaining('repository.path'),
        },
      ],
    });
  });
});
