import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newDeployment } from '../../../test/contract/store-deployments.ts';
import { type ModelServer, sayJson, startModelServer, status } from '../../../test/fixtures/model-server/index.ts';
import type { ConfigurationInput } from '../../config/schema.ts';
import { type IssueExplanation, issueExplanation } from '../../contracts/api/analysis.ts';
import type { IssueEvidenceView } from '../../contracts/api/issues.ts';
import { ask, makeShop, NOW, openTestServer, type TestServer } from '../server-fixtures.ts';

const HASH = 'abc1234def5678901234567890123456789012ab';
const EVIDENCE: IssueEvidenceView = {
  ...{ truth: 'running revision', commit: HASH, reason: 'it runs', owners: [], testCommand: null },
  snippets: [
    {
      file: 'src/cart.js',
      line: 12,
      startLine: 11,
      lines: ['const cart = find(id);', 'return cart.total;'],
      function: 'checkout',
      revision: HASH,
    },
  ],
  suspects: {
    verdict: 'ranked',
    reason: null,
    commits: [
      {
        ...{
          rank: 1,
          hash: HASH,
          author: 'Ana',
          committedAt: '2026-01-30T10:00:00.000Z',
          subject: 'Find carts faster',
        },
        ...{
          score: 0.9,
          confidence: 'high',
          reasons: ['last changed the failing line'],
          diff: '-if (!cart) return 0;',
        },
      },
    ],
  },
};

let models: ModelServer;
let server: TestServer;
let evidence: IssueEvidenceView;
beforeEach(async () => {
  models = await startModelServer();
  evidence = EVIDENCE;
});
afterEach(async () => {
  await server.close();
  await models.stop();
});

/** A server with one issue, seen first in a revision that Guardian deployed. */
async function open(analysis: ConfigurationInput['analysis'] = {}): Promise<string> {
  server = await openTestServer({ configuration: { analysis }, options: { evidenceOf: async () => evidence } });
  const { key } = await makeShop(server);
  await server.store.deployments.open(
    newDeployment({ service: 'cart', revision: 'cart-00042', createdAt: NOW - 60_000 }),
  );
  const event = {
    ...{ id: 'a1', time: '2026-01-31T08:15:00.000Z', severity: 'error', message: 'checkout failed', service: 'cart' },
    exception:
      'EmptyCart: cart is empty\n    at checkout (/app/src/cart.js:12:5)\n    at handle (/app/src/server.js:7:3)',
    revision: 'cart-00042',
  };
  await ask(server, '/api/events', {
    method: 'POST',
    body: JSON.stringify(event),
    headers: { authorization: `Bearer ${key}` },
  });
  await server.fold();
  const { items } = (await (await ask(server, '/api/issues')).json()) as { items: { id: string }[] };
  return items[0]!.id;
}
const provider = () => ({
  providers: [
    { name: 'first', vendor: 'openai' as const, model: 'gpt-5-mini', apiKey: 'sk-first', baseUrl: models.urls.openai },
  ],
});

async function explain(id: string, json: object = {}, headers: Record<string, string> = {}): Promise<IssueExplanation> {
  const response = await ask(server, `/api/issues/${id}/explanation`, { method: 'POST', json, headers });
  expect(response.status).toBe(200);
  return issueExplanation.parse(await response.json());
}

const CAUSE = {
  text: 'The commit removed the check for a cart that is not there.',
  evidence: ['frame:0', 'suspect:abc1234def56'],
};

describe('POST /api/issues/{id}/explanation', () => {
  it('without a model names the top frame of the application, the ranked suspect and the deployment it came with', async () => {
    const id = await open();
    const explanation = await explain(id);
    expect(explanation).toMatchObject({
      ...{ issue: id, label: 'hypothesis', confidence: 0.6, droppedClaims: 0 },
      rootCause: {
        text: 'EmptyCart is raised at src/cart.js:12 checkout; commit abc1234def56 most likely brought it.',
        evidence: ['frame:0', 'suspect:abc1234def56'],
      },
      metadata: { provider: 'builtin', extractive: true },
    });
    const { items } = await server.store.deployments.list({
      service: 'cart',
      isOpen: null,
      phases: null,
      cursor: null,
      limit: 1,
    });
    expect(explanation.claims.map((claim) => claim.evidence)).toEqual([
      ['suspect:abc1234def56'],
      [`deployment:${items[0]!.id}`],
    ]);
    expect(explanation.claims[1]!.text).toBe(
      'It was first seen at 2026-01-31T08:15:00.000Z, in revision cart-00042, which build 1 brought; that deployment began at 2026-01-31T08:14:30.123Z.',
    );
    const ids = explanation.evidence.map((one) => one.id);
    for (const { evidence: named } of [...explanation.claims, ...explanation.nextLook])
      expect(ids).toEqual(expect.arrayContaining(named));
    expect((await explain(id, {}, { 'accept-language': 'fr' })).rootCause!.text).toContain('est levée à');
  });

  it('says little where little is known, and does not pretend', async () => {
    const id = await open();
    evidence = {
      ...EVIDENCE,
      snippets: [],
      suspects: { verdict: 'could not look', reason: 'no repository', commits: [] },
    };
    const { confidence, claims, rootCause } = await explain(id);
    expect([confidence, rootCause!.evidence, claims.length]).toEqual([0.2, ['frame:0'], 1]);
  });

  it('keeps of a model only claims that name existing evidence, and counts the others', async () => {
    const id = await open(provider());
    models.behave(() =>
      sayJson({
        rootCause: CAUSE,
        claims: [
          { text: 'The line reads a total of nothing.', evidence: ['frame:0', 'frame:99'] },
          { text: 'The network was slow.', evidence: ['log:7'] },
          { text: 'The moon was full.', evidence: [] },
        ],
        confidence: 0.8,
        nextLook: [{ text: 'Read the commit.', evidence: ['suspect:abc1234def56'] }],
      }),
    );
    expect(await explain(id)).toMatchObject({
      ...{ label: 'hypothesis', rootCause: CAUSE, confidence: 0.8, droppedClaims: 2 },
      claims: [{ text: 'The line reads a total of nothing.', evidence: ['frame:0'] }],
      metadata: { provider: 'first', model: 'gpt-5-mini', extractive: false, cache: 'none' },
    });
    const sent = models.requests[0]!.prompt.map(({ text }) => text).join('\n');
    expect(sent).toContain('| id: suspect:abc1234def56');
    expect(sent).toContain('| -if (!cart) return 0;');
  });

  it('is not believed where nothing in it names evidence: the model is asked once more, then the evidence speaks', async () => {
    const id = await open(provider());
    const nothing = { text: 'It is the database.', evidence: ['database'] };
    models.behave(() => sayJson({ rootCause: nothing, claims: [nothing], confidence: 1, nextLook: [] }));
    const { metadata, confidence } = await explain(id);
    expect([metadata.provider, confidence, models.requests.length]).toEqual(['builtin', 0.6, 2]);
    expect(metadata.attempts.map(({ error_type }) => error_type)).toEqual(['invalid_output', 'invalid_output']);
  });

  it('is read by whoever may read, once somebody asked for it', async () => {
    const id = await open();
    const before = await ask(server, `/api/issues/${id}/explanation`);
    expect([before.status, await before.json()]).toEqual([200, null]);
    const made = await explain(id);
    const kept = await ask(server, `/api/issues/${id}/explanation`);
    expect([kept.status, await kept.json()]).toEqual([200, made]);
  });

  it('is kept until the evidence changes, or somebody asks anew', async () => {
    const id = await open(provider());
    models.behave(() => sayJson({ rootCause: CAUSE, claims: [], confidence: 0.5, nextLook: [] }));
    const [first, second] = await Promise.all([explain(id), explain(id)]);
    expect([first.metadata.cache, second.metadata.cache, models.requests.length]).toEqual(['none', 'none', 1]);
    expect((await explain(id)).metadata.cache).toBe('database');
    await explain(id, { force: true });
    expect(models.requests).toHaveLength(2);
    evidence = { ...EVIDENCE, snippets: [] };
    await explain(id);
    expect(models.requests).toHaveLength(3);
  });

  it('is 503 with the attempts where nobody answers, and 404 for an issue that is not there', async () => {
    const id = await open({ ...provider(), builtin: false });
    models.behave(() => status(500));
    const response = await ask(server, `/api/issues/${id}/explanation`, { method: 'POST', json: {} });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      code: 'analysis_unavailable',
      attempts: [{ provider: 'first', status: 500 }],
    });
    expect((await ask(server, '/api/issues/none/explanation', { method: 'POST', json: {} })).status).toBe(404);
  });
});
