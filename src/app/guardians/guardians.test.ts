import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeRepository, type TemporaryRepository } from '../../../test/fixtures/make-repository.ts';
import { configurationSchema } from '../../config/schema.ts';
import { runAccepted, runDetail } from '../../contracts/api/jobs.ts';
import { unifiedReport } from '../../contracts/api/unified.ts';
import { ask, makeShop, NOW, openTestServer, type TestServer } from '../../server/server-fixtures.ts';
import { documentsWork } from './documents.ts';
import { failingCallsWork } from './failing-calls.ts';

const DAY = 86_400_000;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function open(guardians: object, repository?: TemporaryRepository): Promise<TestServer> {
  const server = await openTestServer({
    options: { partProblems: async () => [] },
    configuration: { guardians, ...(repository ? { repository: { path: repository.folder } } : {}) },
  });
  closing.push(server.close);
  await server.startShift();
  return server;
}

/** Runs a job of Guardian's own to its end. */
async function run(server: TestServer, job: string) {
  const asked = await ask(server, `/api/jobs/${job}/run`, { method: 'POST', json: {} });
  const { id } = runAccepted.parse(await asked.json()).run;
  return vi.waitFor(
    async () => {
      const ended = runDetail.parse(await (await ask(server, `/api/runs/${id}`)).json());
      expect(ended.finishedAt).not.toBeNull();
      return ended;
    },
    { timeout: 30_000, interval: 50 },
  );
}

const partOf = async (server: TestServer, job: string) => {
  const report = unifiedReport.parse(await (await ask(server, '/api/reports/unified')).json());
  return report.jobs.find(({ id }) => id === job);
};

describe('the job over documents', () => {
  const pairs = [
    { path: '/src/server/', document: 'docs/api.md' },
    { path: '/src/*.sql', document: 'docs/schema.md' },
  ];
  const commit = (subject: string, days: number, ...paths: string[]) => ({
    subject,
    time: NOW - days * DAY,
    files: Object.fromEntries(paths.map((path) => [path, `${subject}\n`])),
  });

  it('names what was changed since its document was, in the report over everything, and blocks nothing', async () => {
    const repository = makeRepository([
      commit('Long ago', 40, 'src/server/old.ts'),
      commit('Before the document', 9, 'src/server/routes.ts'),
      commit('Routes and their document', 8, 'src/server/routes.ts', 'docs/api.md'),
      commit('Elsewhere', 7, 'src/client.ts', 'src/deep/more.sql'),
      commit('Another route | quietly', 3, 'src/server/deep/more.ts'),
      commit('A column', 2, 'src/tables.sql'),
    ]);
    closing.push(repository.remove);
    const server = await open({ documents: { pairs } }, repository);
    const { status, stats, recordErrors } = await run(server, 'guardian-documents');
    expect([status, stats]).toEqual(['success', { looked: 5, commits: 2, missing: 1 }]);
    const short = (index: number) => repository.hashes[index]!.slice(0, 8);
    expect(recordErrors).toEqual({
      total: 3,
      kept: [
        { subject: 'docs/schema.md', reason: 'is not in the repository' },
        {
          subject: `${short(4)} Another route | quietly`,
          reason: 'touches src/server/deep/more.ts, and docs/api.md was not touched since',
        },
        { subject: `${short(5)} A column`, reason: 'touches src/tables.sql, and docs/schema.md was not touched since' },
      ],
    });
    expect(await partOf(server, 'guardian-documents')).toMatchObject({ status: 'OK', findingCount: 3 });
    const text = await (await ask(server, '/api/reports/unified?format=text')).text();
    expect(text).toContain('and docs/api.md was not touched since');
  });

  it('could not look without a repository: it fails, and says why', async () => {
    const configuration = configurationSchema.parse({
      guardians: { documents: { pairs } },
      repository: { path: '/nowhere/at/all' },
    });
    const work = documentsWork({ configuration, folder: '/nowhere', clock: { now: () => NOW } })!;
    const context = { signal: new AbortController().signal, output: () => {} };
    await expect(work.run(context, { tick: null, createdAt: NOW })).rejects.toMatchObject({
      code: 'repository_unavailable',
    });
  });
});

describe('the job over own calls', () => {
  const answered = (id: string, status: number, path: string, more: object = {}) => ({
    ...{ id, time: '2026-01-31T08:15:00.000Z', severity: 'warn', message: `${status} ${path}`, service: 'cart' },
    ...more,
    request: {
      method: 'GET',
      path,
      status,
      host: 'shop.piano.ca',
      userAgent: 'Mozilla/5.0',
      ...(more as { request?: object }).request,
    },
  });
  const from = (referer: string) => ({ attributes: { 'http.request.header.referer': referer } });

  it('names what pages, clients and people who are signed in asked for in vain; scanners are nobody’s call', async () => {
    const server = await open({ calls: { every: '1h', hosts: ['www.piano.ca'], agents: ['piano-app/'] } });
    const { key } = await makeShop(server);
    const events = [
      answered('a1', 404, '/api/pianos/12', from('https://shop.piano.ca/list')),
      answered('a2', 404, '/api/pianos/13', from('https://www.piano.ca/')),
      answered('a3', 405, '/api/orders', { request: { method: 'DELETE', userAgent: 'piano-app/3 (Android)' } }),
      answered('a4', 404, '/api/me/photo', { user: { id: 'ana' } }),
      answered('s1', 404, '/wp-login.php'),
      answered('s2', 404, '/.env', from('https://evil.example.net/')),
      answered('w1', 200, '/api/pianos', from('https://shop.piano.ca/list')),
      answered('w2', 403, '/api/admin', from('https://shop.piano.ca/list')),
    ];
    const headers = { authorization: `Bearer ${key}` };
    const sent = await ask(server, '/api/events', {
      method: 'POST',
      body: events.map((one) => JSON.stringify(one)).join('\n'),
      headers,
    });
    expect(await sent.json()).toMatchObject({ accepted: 8, rejected: [] });
    const ended = await run(server, 'guardian-failing-calls');
    expect(ended).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('3 calls of your own are answered 404 or 405'),
      stats: { looked: 6, calls: 3, requests: 4 },
    });
    expect(ended.recordErrors?.kept).toEqual([
      { subject: 'cart GET /api/pianos/:id → 404', reason: '2 requests' },
      { subject: 'cart GET /api/me/photo → 404', reason: '1 request' },
      { subject: 'cart DELETE /api/orders → 405', reason: '1 request' },
    ]);
    expect(await partOf(server, 'guardian-failing-calls')).toMatchObject({ status: 'DEGRADED', findingCount: 3 });
  });

  it('says when there was more than it may look at, and is not there unless it is wanted', async () => {
    const server = await open({ calls: { every: '1h', events: 1 } });
    const { key } = await makeShop(server);
    const events = [answered('s1', 404, '/a'), answered('s2', 404, '/b')];
    const headers = { authorization: `Bearer ${key}` };
    await ask(server, '/api/events', {
      method: 'POST',
      body: events.map((one) => JSON.stringify(one)).join('\n'),
      headers,
    });
    expect(await run(server, 'guardian-failing-calls')).toMatchObject({
      ...{ status: 'warning', stats: { looked: 1, calls: 0 } },
      message: expect.stringContaining('Only the newest 1 answers of this kind were looked at'),
    });
    const configuration = configurationSchema.parse({});
    expect(failingCallsWork({ configuration, index: server.store.index, clock: server.clock })).toBeNull();
    expect(documentsWork({ configuration, folder: '/', clock: server.clock })).toBeNull();
  });
});
