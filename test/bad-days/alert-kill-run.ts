import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { randomOf } from './kill-run.ts';
import { startAlertLoad } from './night-load.ts';
import { doubledTicks, runningRuns, runsById, statesBySubject, untilAllTold } from './night-rows.ts';
import { openRows, type RowReader } from './stored-rows.ts';

export interface AlertKillOptions {
  kills: number;
  /** Alerts that are posted meanwhile, in all. */
  alerts: number;
  /** PostgreSQL; without it SQLite in a folder of its own. */
  databaseUrl?: string | undefined;
  /** Decides the moments of the kills. */
  seed?: number;
  onProgress?(text: string): void;
}

export interface AlertKillOutcome {
  kills: number;
  accepted: number;
  /** Accepted, and neither sent nor visibly failed, or called sent though the receiver has nothing. */
  lost: string[];
  /** Accepted, and dead: people see that. */
  dead: number;
  /** Requests that told the receiver what it had been told before, each with the id of the first. */
  repeats: number;
  /** Of those, the ones that a receiver could not know for a repeat: another id. */
  unrecognisable: number;
  /** Runs in all, and those that a dead node left running. */
  runs: number;
  left: number;
  /** Left behind and still open, and ms from the death until the slowest of the others was closed. */
  open: string[];
  slowestCloseMs: number;
  doubledTicks: string[];
  /** Runs that were begun more than once, though none may be tried again. */
  begunTwice: string[];
  unexpected: string[];
  exitStatus: number | null;
}

/** Nothing was lost and nothing was done twice. */
export const PROVEN = { lost: [], open: [], doubledTicks: [], begunTwice: [], unexpected: [], exitStatus: 0 };

/** A claim of a node that died holds for two minutes. */
const TOLD_WITHIN_MS = 240_000;
const CLOSED_WITHIN_MS = 60_000;

/**
 * Programs raise alerts and jobs run, while the server is killed at random moments and started again on the same data. Then every accepted alert is compared
 * with what its receiver has, and every run that was left behind with the moment of the death.
 */
export async function alertKillRun(options: AlertKillOptions): Promise<AlertKillOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-alert-kill-'));
  const receiver = await startReceiver();
  writeConfiguration(folder, receiver);
  try {
    return await kill({ ...options, folder, receiver });
  } finally {
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function kill(options: AlertKillOptions & { folder: string; receiver: Receiver }): Promise<AlertKillOutcome> {
  const { kills, alerts, folder, receiver, databaseUrl, seed = 1, onProgress } = options;
  const random = randomOf(seed);
  const start = () => startGuardian({ folder, databaseUrl });
  let server: RunningServer | null = await start();
  const load = startAlertLoad({ server: () => server, total: alerts });
  const left = new Map<string, number>();
  const reader = openRows({ folder, databaseUrl });
  try {
    for (let number = 1; number <= kills; number++) {
      load.allow(Math.ceil((alerts * number) / kills));
      await pause(50 + random() * 1_500);
      const dying: RunningServer = server!;
      // Those who post go on until the connection breaks under them.
      await dying.kill();
      const diedAt = Date.now();
      server = null;
      for (const { id } of await runningRuns(reader)) if (!left.has(id)) left.set(id, diedAt);
      server = await start();
      onProgress?.(`${number} kills, ${load.accepted.size} accepted, ${receiver.received.length} told`);
    }
    await load.finish();
    await untilAllTold(reader, TOLD_WITHIN_MS);
    await untilClosed(reader, left);
    const last: RunningServer = server;
    server = null;
    const exitStatus = await last.stop();
    const counted = await count(reader, { folder, receiver, left, accepted: load.accepted });
    return { kills, ...counted, unexpected: load.unexpected, exitStatus };
  } finally {
    await server?.kill();
    await load.finish().catch(() => {});
    await reader.close();
  }
}

function writeConfiguration(folder: string, receiver: Receiver): void {
  const begun = join(folder, 'begun');
  appendFileSync(begun, '');
  writeFileSync(
    join(folder, 'beat.ts'),
    `import { appendFileSync } from 'node:fs';
export default async function beat(_input: unknown, { run }: { run: { id: string } }) {
  appendFileSync(${JSON.stringify(begun)}, \`\${run.id}\\n\`);
  await new Promise((resolve) => setTimeout(resolve, 700));
  return { beats: 1 };
}
`,
  );
  const shell = (seconds: number) => `echo "$GUARDIAN_RUN_ID" >> '${begun}'; sleep ${seconds}`;
  const configuration = {
    alertTypes: ['PROOF'],
    jobs: {
      beat: { function: { module: './beat.ts' }, every: '1s', overlap: 'queue' },
      tick: { shell: shell(0), every: '1s', catchUp: { all: 100 } },
      slow: { shell: shell(2), every: '3s' },
      behind: { shell: shell(0), after: ['tick'], rule: 'all_done' },
    },
    recipients: { proof: { webhook: `${receiver.url}/hook` } },
    routes: [{ name: 'proof', on: ['alert_fired'], to: ['proof'], over: ['webhook'] }],
    notify: { groupFor: '0s', burstMessages: 1_000_000 },
  };
  writeFileSync(join(folder, 'guardian.config.ts'), `export default ${JSON.stringify(configuration)};\n`);
}

async function untilClosed(reader: RowReader, left: ReadonlyMap<string, number>): Promise<void> {
  const end = performance.now() + CLOSED_WITHIN_MS;
  while ((await runningRuns(reader)).some(({ id }) => left.has(id)) && performance.now() < end) await pause(250);
}

interface Given {
  folder: string;
  receiver: Receiver;
  left: ReadonlyMap<string, number>;
  accepted: ReadonlySet<string>;
}

async function count(reader: RowReader, { folder, receiver, left, accepted }: Given) {
  const told = Map.groupBy(receiver.received, ({ body }) => subjectOf(body));
  const states = await statesBySubject(reader);
  const isDead = (id: string) => states.get(id)?.includes('dead') ?? false;
  const runs = await runsById(reader);
  const closed = [...left].flatMap(([id, diedAt]) => (runs.get(id)?.finished_at ?? Number.NaN) - diedAt);
  const begun = Map.groupBy(readFileSync(join(folder, 'begun'), 'utf8').trim().split('\n'), (id) => id);
  const repeats = [...told.values()].map((requests) => ({
    requests: requests.length - 1,
    ids: new Set(requests.map(({ headers }) => headers['webhook-id'])).size - 1,
  }));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  return {
    accepted: accepted.size,
    lost: [...accepted].filter((id) => !isDead(id) && !(told.has(id) && states.get(id)?.includes('sent'))),
    dead: [...accepted].filter(isDead).length,
    repeats: sum(repeats.map(({ requests }) => requests)),
    unrecognisable: sum(repeats.map(({ ids }) => ids)),
    runs: runs.size,
    left: left.size,
    open: [...left.keys()].filter((id) => (runs.get(id)?.finished_at ?? null) === null),
    slowestCloseMs: Math.max(0, ...closed.filter((ms) => !Number.isNaN(ms))),
    doubledTicks: await doubledTicks(reader),
    begunTwice: [...begun].filter(([, times]) => times.length > 1).map(([id]) => id),
  };
}

function subjectOf(body: string): string {
  const { data } = JSON.parse(body) as { data: { notifications: { facts: { subject: string } }[] } };
  return /k-\d+/.exec(data.notifications[0]?.facts.subject ?? '')?.[0] ?? body;
}
