import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { put, workspace } from './workspace.ts';

/** What a server that really runs does with work that is heavy, and when it is told to end. */
const folder = workspace();
const gate = join(folder, 'may-end');
let outside: Receiver;
let server: RunningServer;

beforeAll(async () => {
  outside = await startReceiver();
  put(
    folder,
    'heavy.ts',
    `import { existsSync } from 'node:fs';\nexport function spin() {\n  while (!existsSync(${JSON.stringify(gate)}));\n  return { rows: 1 };\n}\n`,
  );
  put(
    folder,
    'guardian.config.ts',
    `export default {
      jobs: {
        spin: { function: { module: './heavy.ts', export: 'spin' } },
        slow: { shell: 'echo begun; sleep 2; echo ended' },
      },
      notify: { deadManUrl: '${outside.url}/alive', deadManEvery: '1s' },
    };\n`,
  );
  server = await startGuardian({ folder });
});
afterAll(async () => {
  await server?.stop();
  await outside?.stop();
});

interface SeenRun {
  id: string;
  status: string;
  stats: unknown;
}

const get = async <T>(path: string) => (await (await fetch(`${server.url}${path}`)).json()) as T;
const runOf = (id: string) => get<SeenRun>(`/api/runs/${id}`);

async function begin(job: string): Promise<string> {
  const asked = await fetch(`${server.url}/api/jobs/${job}/run`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect(asked.status).toBe(202);
  const { run } = (await asked.json()) as { run: { id: string } };
  await expect.poll(async () => (await runOf(run.id)).status).toBe('running');
  return run.id;
}

/** Processes that this one has started, as the system counts them. */
function childrenOf(pid: number): string[] {
  const parentOf = (name: string) => {
    try {
      // The name of a program stands in brackets, and may hold anything.
      return Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[1]);
    } catch {
      return null;
    }
  };
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === pid);
}

it('C16: is one process, and keeps everything in one folder', async () => {
  expect((await fetch(`${server.url}/api/jobs`)).status).toBe(200);
  if (process.platform === 'linux')
    expect([childrenOf(server.pid), childrenOf(process.pid).includes(String(server.pid))]).toEqual([[], true]);
  expect(readdirSync(folder).sort()).toEqual(['.guardian', 'guardian.config.ts', 'heavy.ts']);
});

it('F24: a job that holds its thread without a break keeps nobody waiting: events are taken in and read meanwhile', async () => {
  const id = await begin('spin');
  for (let index = 0; index < 20; index++) {
    const sent = await fetch(`${server.url}/api/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.key}` },
      body: JSON.stringify({ severity: 'error', service: 'shop', message: `failure ${index}` }),
    });
    expect(await sent.json()).toMatchObject({ accepted: 1 });
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  }
  expect((await runOf(id)).status).toBe('running');
  writeFileSync(gate, '');
  await expect.poll(async () => (await runOf(id)).status).toBe('success');
  expect(await runOf(id)).toMatchObject({ stats: { rows: 1 } });
});

it('F18, C14: says to an outside address that all parts turn, again and again', async () => {
  const before = outside.received.length;
  await outside.count(before + 2);
  expect(new Set(outside.received.map(({ method, path }) => `${method} ${path}`))).toEqual(new Set(['GET /alive']));
});

it('takes check-ins of Sentry clients that come in envelopes, of the monitor they describe', async () => {
  const tell = async (status: string) => {
    const item = {
      check_in_id: '728b3763ea8041139fc0f89b36af0b0b',
      monitor_slug: 'nightly-envelope',
      status,
      monitor_config: { schedule: { type: 'crontab', value: '0 3 * * *' }, timezone: 'America/Montreal' },
    };
    const lines = [{}, { type: 'check_in' }, item].map((line) => JSON.stringify(line));
    const sent = await fetch(`${server.url}/api/${server.project}/envelope/?sentry_key=${server.key}`, {
      method: 'POST',
      body: `${lines.join('\n')}\n`,
    });
    expect(sent.status).toBe(200);
  };
  const statuses = async () => {
    const { items = [] } = await get<{ items?: SeenRun[] }>('/api/jobs/nightly-envelope/runs');
    return items.map(({ status }) => status);
  };
  await tell('in_progress');
  await expect.poll(statuses).toEqual(['running']);
  await tell('error');
  await expect.poll(statuses).toEqual(['error']);
});

it('SIGTERM lets what runs end: it is a success after the next start', async () => {
  const id = await begin('slow');
  expect(await server.stop()).toBe(0);
  const pings = outside.received.length;
  server = await startGuardian({ folder });
  expect(await runOf(id)).toMatchObject({ status: 'success' });
  const { chunks } = await get<{ chunks: { text: string }[] }>(`/api/runs/${id}/output`);
  expect(chunks.map(({ text }) => text).join('')).toBe('begun\nended\n');
  await outside.count(pings + 1);
});
