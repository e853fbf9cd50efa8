import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshPostgresDatabase, type TestDatabase } from '../fixtures/postgres.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { postAlert } from './night-load.ts';
import { doubledTicks, untilAllTold } from './night-rows.ts';
import { openRows, type RowReader } from './stored-rows.ts';

const NODES = 3;
/** Runs that last, half of them with a retry. */
const LASTING = 6;
const POLLED = { timeout: 60_000, interval: 100 };
/** A living node that is held up for so long keeps its runs. */
const BUSY_MS = 8_000;

let database: TestDatabase;
let receiver: Receiver;
let reader: RowReader;
let folder: string;
const nodes: RunningServer[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'three-nodes-'));
  database = await freshPostgresDatabase();
  receiver = await startReceiver();
  writeFileSync(join(folder, 'begun'), '');
  writeFileSync(join(folder, 'endless'), '');
  writeFileSync(join(folder, 'guardian.config.ts'), `export default ${JSON.stringify(configuration())};\n`);
  // The first makes the tables.
  nodes.push(await startGuardian({ folder, databaseUrl: database.url }));
  for (let node = 1; node < NODES; node++) nodes.push(await startGuardian({ folder, databaseUrl: database.url }));
  reader = openRows({ folder, databaseUrl: database.url });
});
afterAll(async () => {
  await reader?.close();
  for (const node of nodes) await node.stop();
  await receiver?.stop();
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

function configuration() {
  const begin = `echo "$GUARDIAN_JOB $GUARDIAN_RUN_ID" >> '${join(folder, 'begun')}'`;
  const lasting = (index: number) => ({
    shell: `${begin}; sleep 6`,
    retries: index % 2 === 0 ? 0 : { count: 1, first: '100ms', jitter: 0 },
  });
  return {
    alertTypes: ['PROOF'],
    jobs: {
      beat: { shell: begin, every: '1s', overlap: 'allow' },
      behind: { shell: begin, after: ['beat'], overlap: 'allow' },
      endless: { shell: `while true; do echo on >> '${join(folder, 'endless')}'; sleep 0.1; done` },
      ...Object.fromEntries(Array.from({ length: LASTING }, (_, index) => [`lasting-${index}`, lasting(index)])),
    },
    recipients: { proof: { webhook: `${receiver.url}/hook` } },
    routes: [{ name: 'proof', on: ['alert_fired'], to: ['proof'], over: ['webhook'] }],
    notify: { groupFor: '0s', burstMessages: 1_000_000 },
    // Few at a time, so that each of the three has some.
    jobEngine: { runsAtOnce: 4 },
  };
}

interface LastingRow {
  id: string;
  job_id: string;
  status: string;
  reason: string | null;
  node: string | null;
  attempts: string;
  finished_at: number | null;
}
const rowsOf = (jobs: string) =>
  reader.rows<LastingRow>(
    `SELECT id, job_id, status, reason, node, attempts, finished_at FROM run WHERE job_id LIKE '${jobs}' ORDER BY job_id`,
  );
const lastingRows = () => rowsOf('lasting-%');
const nodeOf = ({ node }: Pick<LastingRow, 'node'>) => nodes.find(({ pid }) => node?.includes(`:${pid}:`));

async function ask(node: RunningServer, job: string): Promise<void> {
  const reply = await fetch(`${node.url}/api/jobs/${job}/run`, { method: 'POST' });
  expect([reply.status, await reply.text()]).toMatchObject([202, expect.any(String)]);
}

/** Posts these to the nodes in turn; all are accepted. */
async function post(ids: readonly string[], to: readonly RunningServer[]): Promise<void> {
  const replies = await Promise.all(
    ids.map((id, index) => postAlert({ ...to[index % to.length]!, key: nodes[0]!.key }, id)),
  );
  expect(replies.filter(({ status }) => status !== 201)).toEqual([]);
}
const names = (what: string, count: number) => Array.from({ length: count }, (_, index) => `${what}-${index}-`);
const timesTold = (ids: readonly string[]) =>
  ids.map((id) => receiver.received.filter(({ body }) => body.includes(id)).length);

it('three nodes over one PostgreSQL tell each alert once and run each tick once; a killed one leaves nothing open', async () => {
  const before = names('before', 60);
  await post(before, nodes);
  for (let index = 0; index < LASTING; index++) await ask(nodes[index % NODES]!, `lasting-${index}`);
  await expect
    .poll(async () => (await lastingRows()).filter(({ status }) => status === 'running').length, POLLED)
    .toBe(LASTING);
  await untilAllTold(reader, 60_000);
  expect(timesTold(before)).toEqual(before.map(() => 1));

  const running = await lastingRows();
  const dying = nodes.toSorted((a, b) => runsOf(b).length - runsOf(a).length).at(0)!;
  const orphans = runsOf(dying);
  await dying.kill();
  const diedAt = Date.now();
  const living = nodes.filter((node) => node !== dying);
  const after = names('after', 60);
  await post(after, living);
  await holdUp(living[0]!, () => pause(BUSY_MS));

  await expect.poll(async () => (await lastingRows()).filter(({ finished_at }) => !finished_at), POLLED).toEqual([]);
  for (const row of await lastingRows()) {
    const attempts = JSON.parse(row.attempts) as { status: string; reason: string | null; finishedAt: number }[];
    const isOrphan = orphans.some(({ id }) => id === row.id);
    if (!isOrphan) expect(row).toMatchObject({ status: 'success', reason: null });
    else if (attempts.length > 1) expect(row).toMatchObject({ status: 'success' });
    else expect(row).toMatchObject({ status: 'error', reason: 'lost' });
    expect(attempts).toHaveLength(isOrphan && Number(row.job_id.at(-1)) % 2 === 1 ? 2 : 1);
    if (isOrphan) expect(attempts[0]).toMatchObject({ status: 'error', reason: 'lost' });
    if (isOrphan) expect(attempts[0]!.finishedAt - diedAt).toBeLessThan(30_000);
  }
  expect(orphans.length).toBeGreaterThan(0);

  await untilAllTold(reader, 60_000);
  expect(timesTold(after)).toEqual(after.map(() => 1));
  expect(await doubledTicks(reader)).toEqual([]);
  expect(await ticksLeftOut()).toEqual([]);
  expect(begunTwice()).toEqual([]);

  function runsOf(node: RunningServer): LastingRow[] {
    return running.filter((row) => nodeOf(row) === node);
  }
}, 180_000);

it('a node that comes back to a run that was taken from it stops its work', async () => {
  const living = nodes.filter(({ pid }) => isAlive(pid));
  await ask(living[0]!, 'endless');
  const endless = async () => (await rowsOf('endless')).at(0);
  await expect.poll(async () => (await endless())?.node ?? null, POLLED).not.toBeNull();
  const holder = nodeOf((await endless())!)!;
  const size = () => statSync(join(folder, 'endless')).size;
  // Its row is there before its process.
  await expect.poll(size, POLLED).toBeGreaterThan(0);
  await holdUp(holder, async () => {
    await expect.poll(async () => (await endless())?.status, POLLED).toBe('error');
    const before = size();
    await expect.poll(size, POLLED).toBeGreaterThan(before);
  });
  await expect
    .poll(async () => {
      const before = size();
      await pause(1_000);
      return size() - before;
    }, POLLED)
    .toBe(0);
  expect(await rowsOf('endless')).toMatchObject([{ status: 'error', reason: 'lost' }]);
}, 180_000);

/** Nothing of its process goes on meanwhile; what it started does. */
async function holdUp({ pid }: RunningServer, meanwhile: () => Promise<void>): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  try {
    await meanwhile();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Seconds between the first and the last tick that have no row. */
async function ticksLeftOut(): Promise<number[]> {
  const rows = await reader.rows<{ tick: number }>(`SELECT tick FROM run WHERE job_id = 'beat' ORDER BY tick`);
  const ticks = new Set(rows.map(({ tick }) => tick));
  const [first, last] = [rows[0]!.tick, rows.at(-1)!.tick];
  const due = Array.from({ length: (last - first) / 1_000 + 1 }, (_, index) => first + index * 1_000);
  expect(due.length).toBeGreaterThan(5);
  return due.filter((tick) => !ticks.has(tick));
}

/** Runs without a retry that were begun more than once. */
function begunTwice(): string[] {
  const lines = readFileSync(join(folder, 'begun'), 'utf8').trim().split('\n');
  const retried = /^lasting-\d*[13579] /;
  const begun = Map.groupBy(lines, (line) => line);
  return [...begun].filter(([line, times]) => times.length > 1 && !retried.test(line)).map(([line]) => line);
}
