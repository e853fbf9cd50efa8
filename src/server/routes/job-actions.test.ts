import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobList, resumePreview, runAccepted, runDetail, runOutput, runPage } from '../../contracts/api/jobs.ts';
import { problem } from '../../contracts/api/shared.ts';
import { eventually, makePeople, type People } from '../jobs/run-fixtures.ts';
import { ask, NOW, openTestServer, type TestServer } from '../server-fixtures.ts';

const HOUR = 60 * 60_000;

let server: TestServer;
let people: People;

beforeAll(async () => {
  server = await openTestServer({
    configuration: {
      jobs: {
        greet: { label: 'Greeting', shell: 'echo hello; echo oh >&2; echo bye', overlap: 'skip' },
        wait: { shell: 'echo begun; exec sleep 60', overlap: 'skip' },
        hourly: { shell: 'true', every: '1h', catchUp: { all: 3 } },
        elsewhere: { watched: {}, cron: '0 3 * * *' },
      },
    },
  });
  people = await makePeople(server);
  await server.startShift();
});
afterAll(() => server.close());

type Who = keyof People;

const post = (path: string, json: unknown = {}, who: Who = 'member') =>
  ask(server, path, { method: 'POST', json, headers: people[who] });
const read = async (path: string) => (await ask(server, path, { headers: people.viewer })).json();
const runOf = async (id: string) => runDetail.parse(await read(`/api/runs/${id}`));
const ended = (id: string) =>
  eventually(
    () => runOf(id),
    ({ status }) => status !== 'queued' && status !== 'running',
  );

async function begin(job: string, who: Who = 'member') {
  const reply = await post(`/api/jobs/${job}/run`, {}, who);
  expect(reply.status).toBe(202);
  return runAccepted.parse(await reply.json()).run;
}

describe('a run that was asked for', () => {
  it('F23: is a row with its id at once, belongs to whoever is signed in, and is carried out', async () => {
    const accepted = await begin('greet');
    expect(accepted).toMatchObject({ job: 'greet', label: 'Greeting', trigger: 'manual', triggeredBy: 'manual' });
    expect(accepted.triggeredByUser).toBe('The member');
    const run = await ended(accepted.id);
    expect([run.status, run.attempt, run.attempts.map(({ status }) => status)]).toEqual(['success', 1, ['success']]);
    const { items } = runPage.parse(await read('/api/jobs/greet/runs'));
    expect(items.map(({ id }) => id)).toEqual([accepted.id]);
  });

  it('by a program belongs to its key', async () => {
    const made = await ask(server, '/api/keys', {
      method: 'POST',
      json: { label: 'deploy script', scope: 'write' },
      headers: people.admin,
    });
    const { key } = (await made.json()) as { key: string };
    const reply = await ask(server, '/api/jobs/greet/run', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
    });
    expect(reply.status).toBe(202);
    const { run } = runAccepted.parse(await reply.json());
    expect(run).toMatchObject({ trigger: 'api', triggeredBy: 'api', triggeredByUser: 'deploy script' });
    await ended(run.id);
  });

  it('is the same run when the same key asks again', async () => {
    const ids = await Promise.all(
      [1, 2, 3].map(async () => {
        const reply = await post('/api/jobs/greet/run', { idempotencyKey: 'button-1' });
        return runAccepted.parse(await reply.json()).run.id;
      }),
    );
    expect(new Set(ids).size).toBe(1);
    await ended(ids[0]!);
  });

  it('is refused with the run in its way, and cancelled once', async () => {
    const { id } = await begin('wait');
    const refused = await post('/api/jobs/wait/run');
    expect(refused.status).toBe(409);
    expect(problem.parse(await refused.json())).toMatchObject({
      code: 'conflict',
      inWay: id,
      detail: `This contradicts what is there: run ${id} is open, and this job does not run beside itself.`,
    });
    await eventually(
      () => runOf(id),
      ({ status }) => status === 'running',
    );
    const cancelled = await post(`/api/runs/${id}/cancel`, { reason: 'wrong night' });
    expect(cancelled.status).toBe(200);
    expect(runDetail.parse(await cancelled.json()).cancelRequestedBy).toBe('The member');
    expect(await ended(id)).toMatchObject({ status: 'cancelled', reason: 'requested' });
    const again = await ask(server, `/api/runs/${id}/cancel`, {
      method: 'POST',
      headers: { ...people.member, 'accept-language': 'fr' },
    });
    expect(again.status).toBe(409);
    expect(problem.parse(await again.json()).detail).toContain('elle est déjà terminée');
  });

  it('of a job that runs elsewhere is refused with the reason', async () => {
    const reply = await post('/api/jobs/elsewhere/run');
    expect(reply.status).toBe(409);
    expect(problem.parse(await reply.json()).detail).toContain('it runs elsewhere');
  });
});

describe('what a run wrote', () => {
  it('is read in pieces to its end, each once, by stream', async () => {
    const { id } = await begin('greet');
    await ended(id);
    const pieces: string[] = [];
    let after = 0;
    for (let isDone = false; !isDone; ) {
      const page = runOutput.parse(await read(`/api/runs/${id}/output?after=${after}&limit=1`));
      pieces.push(...page.chunks.map(({ stream, text }) => `${stream}: ${text}`));
      expect(page.chunks.length).toBeLessThanOrEqual(1);
      ({ next: after, isDone } = page);
    }
    expect(pieces.join('')).toContain('stderr: oh');
    expect(pieces.filter((piece) => piece.startsWith('stdout')).join('')).toContain('hello');
    const whole = runOutput.parse(await read(`/api/runs/${id}/output`));
    expect(whole.chunks).toHaveLength(pieces.length);
    expect((await ask(server, `/api/runs/${id}/output?limit=1001`, { headers: people.viewer })).status).toBe(400);
  });
});

describe('pausing', () => {
  const hourly = async () => jobList.parse(await read('/api/jobs')).items.find(({ id }) => id === 'hourly')!;

  it('F23: stops one job until a time, with who and why, and needs no edit', async () => {
    const until = new Date(NOW + 12 * HOUR).toISOString();
    const reply = await post('/api/jobs/hourly/pause', { until, reason: 'stock-taking' });
    expect(jobList.parse(await reply.json()).items.map(({ id }) => id)).toEqual(['hourly']);
    const { pause, nextTick } = await hourly();
    expect(pause).toEqual({ at: new Date(NOW).toISOString(), until, reason: 'stock-taking', by: 'The member' });
    // The first tick after the pause, not one within it.
    expect(nextTick).toBe(new Date(NOW + 13 * HOUR).toISOString());
  });

  it('takes a time in any zone, and none that is over', async () => {
    const reply = await post('/api/jobs/hourly/pause', { until: '2026-02-01T09:00:00+02:00' });
    expect([reply.status, (await hourly()).pause?.until]).toEqual([200, '2026-02-01T07:00:00.000Z']);
    expect((await post('/api/jobs/hourly/pause', { until: '2026-01-30T00:00:00Z' })).status).toBe(400);
    expect((await post('/api/jobs/hourly/pause', { until: 'tonight' })).status).toBe(400);
  });

  it('says before a resume how many runs it would start, and starts these', async () => {
    await post('/api/jobs/hourly/pause', {});
    expect((await hourly()).nextTick).toBeNull();
    server.clock.pass(5 * HOUR + 60_000);
    expect(resumePreview.parse(await read('/api/jobs/hourly/resume'))).toEqual({ runs: 3, skipped: 2 });
    expect((await post('/api/jobs/hourly/resume')).status).toBe(200);
    const runs = await eventually(
      async () => runPage.parse(await read('/api/jobs/hourly/runs')).items,
      (items) => items.length >= 5 && items.every(({ finishedAt }) => finishedAt !== null),
    );
    expect(runs.filter(({ status }) => status === 'success')).toHaveLength(3);
    expect(runs.filter(({ reason }) => reason === 'missed')).toHaveLength(2);
    expect((await hourly()).pause).toBeNull();
  });

  it('of all jobs is an administrator’s, and leaves Guardian’s own alone', async () => {
    expect((await post('/api/jobs/pause')).status).toBe(403);
    const paused = jobList.parse(await (await post('/api/jobs/pause', { reason: 'move' }, 'admin')).json());
    expect(paused.items.map(({ id }) => id).toSorted()).toEqual(['elsewhere', 'greet', 'hourly', 'wait']);
    const { items } = jobList.parse(await read('/api/jobs'));
    expect(items.filter(({ pause }) => pause !== null)).toHaveLength(4);
    await post('/api/jobs/resume', {}, 'admin');
    expect(jobList.parse(await read('/api/jobs')).items.every(({ pause }) => pause === null)).toBe(true);
  });

  it('and running are noted in the audit log', async () => {
    const { items } = (await (await ask(server, '/api/audit', { headers: people.admin })).json()) as {
      items: { action: string; target: string }[];
    };
    const actions = new Set(items.map(({ action }) => action));
    for (const action of ['job run', 'job paused', 'job resumed', 'run cancelled']) expect(actions).toContain(action);
  });
});

describe('who may do what', () => {
  const READS = [
    '/api/jobs',
    '/api/jobs/greet',
    '/api/jobs/greet/runs',
    '/api/jobs/greet/resume',
    '/api/chains',
    '/api/alerts',
    '/api/rules',
    '/api/deliveries',
    '/api/recipients',
    '/api/routes',
    '/api/channels',
  ];
  /** What stands on the page that is for administrators. */
  const HEALTH_LOG = ['scheduler-logs', 'sync-logs'].flatMap((log) =>
    ['recent', 'stats', 'export'].map((what) => `/api/${log}/${what}`),
  );
  const ACTS: [string, unknown][] = [
    ['/api/jobs/greet/run', {}],
    ['/api/jobs/greet/pause', {}],
    ['/api/jobs/greet/resume', {}],
    ['/api/runs/x/cancel', {}],
    ['/api/alerts/actions', { ids: ['x'], action: 'resolve' }],
    ['/api/alerts/undo', { undo: 'x' }],
    ['/api/deliveries/x/resend', {}],
    ['/api/channels/email/test', { recipient: 'ada' }],
  ];
  const POSTS: [string, unknown][] = [
    ['/api/sync-logs', { script_name: 'import.py', status: 'success' }],
    ['/api/measurements', { name: 'humidity', subject: { id: 'p1' }, value: 40 }],
    ['/api/texts', { id: 't1', text: 'all is well' }],
  ];

  it.each(READS)('a viewer reads %s; an ingest key and nobody do not', async (path) => {
    expect((await ask(server, path, { headers: people.viewer })).status).toBe(200);
    expect((await ask(server, path, { headers: people.ingest })).status).toBe(401);
    expect((await ask(server, path)).status).toBe(401);
  });

  it.each(HEALTH_LOG)('an administrator reads %s; nobody else does', async (path) => {
    expect((await ask(server, path, { headers: people.admin })).status).toBe(200);
    for (const who of ['viewer', 'member'] as const)
      expect([who, (await ask(server, path, { headers: people[who] })).status]).toEqual([who, 403]);
    expect((await ask(server, path, { headers: people.ingest })).status).toBe(401);
    expect((await ask(server, path)).status).toBe(401);
  });

  it.each([...ACTS, ...POSTS])('a viewer may not %s', async (path, json) => {
    const reply = await ask(server, path, {
      method: 'POST',
      json,
      headers: { ...people.viewer, 'accept-language': 'fr' },
    });
    expect(reply.status).toBe(403);
    expect(problem.parse(await reply.json()).detail).not.toContain('right to write');
  });

  it.each(ACTS)('an ingest key may not %s', async (path, json) => {
    expect((await post(path, json, 'ingest')).status).toBe(401);
  });

  it.each(POSTS)('an ingest key and a member may %s; nobody and another site’s page may not', async (path, json) => {
    for (const who of ['ingest', 'member'] as const)
      expect([who, (await post(path, json, who)).ok]).toEqual([who, true]);
    expect((await ask(server, path, { method: 'POST', json })).status).toBe(401);
    const { cookie = '' } = people.member;
    const elsewhere = { cookie, 'sec-fetch-site': 'cross-site' };
    expect((await ask(server, path, { method: 'POST', json, headers: elsewhere })).status).toBe(403);
  });

  it('what an ingest key posts counts against its rate', async () => {
    const made = await ask(server, '/api/projects', { method: 'POST', json: { name: 'Slow' }, headers: people.admin });
    const { id } = (await made.json()) as { id: number };
    const keyed = await ask(server, `/api/projects/${id}/keys`, {
      method: 'POST',
      json: { label: 'browser', ratePerMinute: 2 },
      headers: people.admin,
    });
    const { key } = (await keyed.json()) as { key: string };
    const statuses: number[] = [];
    for (let index = 0; index < 3; index += 1) {
      const reply = await ask(server, '/api/sync-logs', {
        method: 'POST',
        json: { script_name: 'x', status: 'success' },
        headers: { authorization: `Bearer ${key}` },
      });
      statuses.push(reply.status);
    }
    expect(statuses).toEqual([201, 201, 429]);
  });
});
