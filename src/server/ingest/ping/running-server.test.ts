import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startGuardian } from '../../../../test/fixtures/running-server.ts';

const MAIN = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));
const RID = '728b3763-ea80-4113-9fc0-f89b36af0b0b';
const OTHER_RID = '0c6e1f7a-2f0d-4b0e-9b5a-5d7a1b1d2c3e';

let folder: string;
let guardian: RunningServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'guardian-pings-'));
  writeFileSync(
    join(folder, 'guardian.config.ts'),
    `export default { jobs: { script: { shell: 'echo a > /dev/stdout; echo b > /dev/stderr' }, backup: { watched: { grace: '30m' }, cron: '0 3 * * *', failWhen: [{ field: 'rows', is: 'below', value: 1 }] } } };\n`,
  );
  guardian = await startGuardian({ folder });
});
afterAll(async () => {
  await guardian.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface SeenRun {
  id: string;
  status: string;
  reason: string | null;
  trigger: string;
}

async function get<T>(path: string): Promise<T> {
  const response = await fetch(`${guardian.url}${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json() as Promise<T>;
}

const runsOf = async (job: string) => (await get<{ items: SeenRun[] }>(`/api/jobs/${job}/runs`)).items;

async function outputOf({ id }: SeenRun): Promise<string> {
  const { chunks } = await get<{ chunks: { text: string }[] }>(`/api/runs/${id}/output`);
  return chunks.map(({ text }) => text).join('');
}

/** As the Sources screen shows it. */
async function droppedOf(reason: string): Promise<{ reason: string; category: string; quantity: number }[]> {
  const { items } = await get<{ items: { kind: string; dropped: Awaited<ReturnType<typeof droppedOf>> }[] }>(
    '/api/sources',
  );
  return items.flatMap(({ dropped }) => dropped).filter((one) => one.reason === reason);
}

function exec(job: string, script: string) {
  return spawnSync(process.execPath, [MAIN, 'exec', '--job', job, '--', 'sh', '-c', script], {
    cwd: folder,
    env: { PATH: process.env.PATH, GUARDIAN_URL: guardian.url, GUARDIAN_API_KEY: guardian.key },
    encoding: 'utf8',
  });
}

describe('a running server', () => {
  it('opens and ends a run by pings, judged by the stats in their body', async () => {
    const { pingUrl } = await get<{ pingUrl: string }>('/api/jobs/backup');
    const ping = async (rest: string, body?: string) => {
      const response = await fetch(`${pingUrl}${rest}`, body === undefined ? {} : { method: 'POST', body });
      return `${response.status} ${await response.text()}`;
    };
    expect(await ping(`/start?rid=${RID}`)).toBe('200 OK');
    expect(await runsOf('backup')).toMatchObject([{ status: 'running', trigger: 'ping' }]);
    expect(await ping(`/0?rid=${RID}`, 'wrote 0 rows\nguardian:stats {"rows":0}\n')).toBe('200 OK');
    expect(await ping('/3', 'disk full')).toBe('200 OK');
    const runs = await runsOf('backup');
    expect(runs).toMatchObject([
      { status: 'error', reason: 'exit' },
      { status: 'error', reason: 'fail_when' },
    ]);
    expect(await outputOf(runs[0]!)).toBe('disk full');
    expect(await outputOf(runs[1]!)).toContain('wrote 0 rows');
    // A client's retry, and what another run left behind.
    expect(await ping(`/0?rid=${RID}`, 'wrote 0 rows\nguardian:stats {"rows":0}\n')).toBe('200 OK');
    expect(await ping(`/log?rid=${OTHER_RID}`, 'half-way')).toBe('200 OK');
    expect(await ping(`/0?rid=${OTHER_RID}`, 'guardian:stats {"rows":5}')).toBe('200 OK');
    const all = await runsOf('backup');
    expect(all).toMatchObject([{ status: 'success' }, { status: 'error' }, { status: 'error' }]);
    expect(await outputOf(all[0]!)).toMatch(/^half-way/);
    expect(await outputOf(all[1]!)).toBe('disk full');
    expect((await outputOf(all[2]!)).match(/wrote 0 rows/g)).toHaveLength(1);
  });

  it('takes pings by the key of a project, and makes a job only when it is asked to', async () => {
    const url = `${guardian.url}/ping/${guardian.key}/new-job`;
    expect((await fetch(url)).status).toBe(404);
    expect((await fetch(`${url}?create=1`)).status).toBe(200);
    expect((await fetch(`${url}/fail`)).status).toBe(200);
    expect((await runsOf('new-job')).map(({ status }) => status)).toEqual(['error', 'success']);
  });

  it('counts pings of unknown jobs', async () => {
    const before = await metric();
    expect((await fetch(`${guardian.url}/ping/00000000-d4c7-4bf5-bcc8-b8d8a82ea278`)).status).toBe(404);
    expect(await metric()).toBe(before + 1);
    async function metric(): Promise<number> {
      const text = await (await fetch(`${guardian.url}/api/metrics`)).text();
      return Number(/^guardian_ingest_refused_total\{format="ping",reason="unknown-job"\} (\d+)/m.exec(text)?.[1] ?? 0);
    }
  });

  it('makes a job of the monitor of a Sentry check-in, and pairs its end with its start', async () => {
    const checkIn = (status: string) =>
      fetch(`${guardian.url}/api/${guardian.project}/cron/nightly-export/${guardian.key}/`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          status,
          check_in_id: RID.replaceAll('-', ''),
          monitor_config: { schedule: { type: 'crontab', value: '0 3 * * *' }, timezone: 'America/Montreal' },
          stats: { rows: 7 },
        }),
      });
    expect((await checkIn('in_progress')).status).toBe(200);
    const look = async () => (await runsOf('nightly-export').catch(() => [])).map(({ status }) => status);
    await expect.poll(look).toEqual(['running']);
    expect((await checkIn('ok')).status).toBe(200);
    await expect.poll(look).toEqual(['success']);
    const [run] = await runsOf('nightly-export');
    expect((await get<{ stats: unknown }>(`/api/runs/${run!.id}`)).stats).toEqual({ rows: 7 });
    // Another environment of it is a job of its own.
    const path = `${guardian.url}/api/${guardian.project}/cron/nightly-export/${guardian.key}/`;
    expect((await fetch(`${path}?status=error&environment=staging`)).status).toBe(200);
    const staging = async () => (await runsOf('nightly-export-staging').catch(() => [])).map(({ status }) => status);
    await expect.poll(staging).toEqual(['error']);
    expect(await look()).toEqual(['success']);
    const jobs = await get<{ items: { id: string; label: string; problem: unknown }[] }>('/api/jobs');
    expect(jobs.items.find(({ id }) => id === 'nightly-export-staging')).toMatchObject({
      label: 'nightly-export (staging)',
    });
  });

  it('answers a check-in by address of an unknown monitor with 404, and counts it; one that describes its monitor opens the way', async () => {
    const checkIn = (slug: string, query: string, body?: object) =>
      fetch(`${guardian.url}/api/${guardian.project}/cron/${slug}/${guardian.key}/${query}`, {
        ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
      });
    const unknown = await checkIn('nobody-knows', '?status=ok');
    expect([unknown.status, unknown.headers.get('x-sentry-error')]).toEqual([
      404,
      expect.stringMatching(/no such monitor/),
    ]);
    expect((await checkIn('nobody-knows', '', { status: 'ok', stats: { rows: 1 } })).status).toBe(404);
    await expect
      .poll(() => droppedOf('unknown-monitor'))
      .toEqual([{ reason: 'unknown-monitor', category: 'request', quantity: 2 }]);
    const metrics = await (await fetch(`${guardian.url}/api/metrics`)).text();
    expect(metrics).toContain('guardian_ingest_refused_total{format="sentry-envelope",reason="unknown-monitor"} 2');
    const monitor_config = { schedule: { type: 'interval', value: 1, unit: 'day' } };
    expect((await checkIn('Short Job', '', { status: 'in_progress', monitor_config })).status).toBe(200);
    // At once, before it can have become a job.
    expect((await checkIn('Short%20Job', '?status=ok')).status).toBe(200);
    expect((await checkIn('backup', '?status=ok')).status).toBe(200);
    await expect
      .poll(async () => (await runsOf('short-job').catch(() => [])).map(({ status }) => status))
      .toEqual(['success']);
  });

  it('counts a check-in of an unknown monitor that came in an envelope, which is answered for all it holds', async () => {
    const lines = [{}, { type: 'check_in' }, { check_in_id: RID, monitor_slug: 'stranger', status: 'ok' }];
    const sent = await fetch(`${guardian.url}/api/${guardian.project}/envelope/?sentry_key=${guardian.key}`, {
      method: 'POST',
      body: `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`,
    });
    expect(sent.status).toBe(200);
    await expect
      .poll(async () => (await droppedOf('unknown-monitor')).filter(({ category }) => category === 'monitor'))
      .toEqual([{ reason: 'unknown-monitor', category: 'monitor', quantity: 1 }]);
  });

  it('runs a script that opens its output by name', async () => {
    const asked = await fetch(`${guardian.url}/api/jobs/script/run`, {
      method: 'POST',
      headers: { origin: guardian.url, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(asked.status).toBe(202);
    await expect.poll(async () => (await runsOf('script'))[0]?.status).toBe('success');
    const [run] = await runsOf('script');
    expect((await outputOf(run!)).split('\n').sort()).toEqual(['', 'a', 'b']);
  });

  it('records a command that guardian exec wraps', async () => {
    const done = exec('report', 'echo one; echo two >&2; echo \'guardian:stats {"rows":2}\'; exit 4');
    expect([done.status, done.stdout, done.stderr]).toEqual([4, 'one\nguardian:stats {"rows":2}\n', 'two\n']);
    const [run] = await runsOf('report');
    expect(run).toMatchObject({ status: 'error', reason: 'exit', trigger: 'posted' });
    expect(await get(`/api/runs/${run!.id}`)).toMatchObject({ stats: { rows: 2 } });
    expect((await outputOf(run!)).split('\n').sort()).toEqual(['', 'guardian:stats {"rows":2}', 'one', 'two']);
    expect(readdirSync(join(folder, '.guardian', 'exec'))).toEqual([]);
  });

  it('keeps two commands of one job from running at once', async () => {
    const inner = `"${process.execPath}" "${MAIN}" exec --job alone -- echo inner; echo "status $?"`;
    const done = exec('alone', inner);
    expect(done.stdout).toBe('status 75\n');
    expect(done.stderr).toMatch(/^guardian exec: alone was not run: run [\w-]+ is open since /);
    expect((await runsOf('alone')).map(({ status }) => status)).toEqual(['success']);
  });
});
