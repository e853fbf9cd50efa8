import { afterEach, beforeEach, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import { jobOf, newRun, noFollow } from '../../../test/contract/store-jobs.ts';
import { configurationSchema } from '../../config/schema.ts';
import { badHours } from '../../core/jobs/prediction/history-fixtures.ts';
import { DEFAULT_NOTIFY_KNOBS as knobs } from '../../core/notify/index.ts';
import { GuardianError, messagesFor } from '../../core/shared/index.ts';
import { openAlerts } from '../alerts/open-alerts.ts';
import { createForetelling } from './predictions.ts';

const HOUR = 3_600_000;
const SIGNAL = new AbortController().signal;

/** It fails at two and three in the morning of its zone, and hardly ever else. */
const { history } = badHours(4, 400);
const LOOKED_FROM = 350;

let now = history[0]!.dueAt - HOUR;
const clock = { now: () => now };
let stores: OpenedStores;
beforeEach(async () => {
  now = history[0]!.dueAt - HOUR;
  stores = await DATABASES[0]!.open({ clock });
});
afterEach(() => stores.close());

async function playRun(index: number): Promise<void> {
  await playOf('full_sync', `run-${index}`, history[index]!);
}

async function playOf(jobId: string, id: string, played: (typeof history)[number]): Promise<void> {
  const { runs } = stores.main;
  const { dueAt, startedAt, finishedAt, hasFailed } = played;
  const run = newRun(id, jobId, { tick: dueAt, createdAt: dueAt, trigger: 'schedule', keys: [] });
  await runs.admit({ run, decide: () => ({ kind: 'queue', cancel: [] }) }, noFollow);
  await runs.claim({ node: 'n', at: startedAt, limit: 1 });
  const status = hasFailed ? 'error' : 'success';
  const attempt = { number: 1, startedAt, finishedAt, status, reason: null, error: null } as const;
  const end = { runId: run.id, node: null, at: finishedAt, attempt, reason: null, message: null, error: null };
  await runs.settle([{ ...end, next: { kind: 'terminal', status }, stats: null, recordErrors: null }], noFollow);
  now = finishedAt + 1_000;
}

it('foretells each run as a row, judges it by what came, and raises an alert before bad hours that ends behind them', async () => {
  const trigger = { kind: 'interval', everyMs: HOUR, anchor: history[0]!.dueAt } as const;
  await stores.main.jobs.declare('configuration', [jobOf('full_sync', { label: 'Full sync', trigger })], now);
  const alerts = openAlerts({
    configuration: configurationSchema.parse({}),
    store: stores.main,
    knobs,
    parts: { parts: async () => [] },
    clock,
    onChange: () => {},
    onTold: () => {},
  });
  const look = createForetelling({
    store: stores.main,
    alerts,
    raisesAlerts: true,
    timeZone: 'America/Montreal',
    messages: messagesFor('en'),
    clock,
    onFailure: (_, error) => expect.unreachable(error.message),
  });
  for (let index = 0; index < LOOKED_FROM; index++) await playRun(index);
  const isFiring: Record<string, boolean> = {};
  for (let index = LOOKED_FROM; index < history.length - 1; index++) {
    await playRun(index);
    await look(SIGNAL);
    const { items } = await stores.main.alerts.list({ states: ['firing'] }, { cursor: null, limit: 9 });
    expect(items.every(({ type }) => type === 'JOB_LIKELY_TO_FAIL')).toBe(true);
    isFiring[history[index + 1]!.dueAt] = items.length > 0;
  }

  const hourOf = (dueAt: string) => new Date(Number(dueAt) - 5 * HOUR).getUTCHours();
  const warned = Object.keys(isFiring).filter((dueAt) => isFiring[dueAt]);
  expect(warned.length).toBeGreaterThan(2);
  expect(warned.filter((dueAt) => ![2, 3].includes(hourOf(dueAt)))).toEqual([]);
  const [alert] = (await stores.main.alerts.list({}, { cursor: null, limit: 9 })).items;
  expect(alert).toMatchObject({ subject: { kind: 'job', id: 'full_sync', name: 'Full sync' }, unit: '%' });

  const rows = (await stores.main.predictions.list('full_sync', 100)).filter(({ judged }) => judged !== null);
  expect(rows.length).toBeGreaterThan(40);
  for (const { forAt, judged } of rows) {
    const came = history.find(({ dueAt }) => dueAt === forAt)!;
    expect(judged).toMatchObject({ runId: `run-${history.indexOf(came)}`, came: came.hasFailed });
  }
});

it('comes to every job in turn, however many are busy, and to all behind one that cannot be foretold', async () => {
  const trigger = { kind: 'interval', everyMs: HOUR, anchor: history[0]!.dueAt } as const;
  const ids = Array.from({ length: 51 }, (_, index) => `job-${String(index).padStart(2, '0')}`);
  await stores.main.jobs.declare(
    'configuration',
    ids.map((id) => jobOf(id, { trigger })),
    now,
  );
  const { runs } = stores.main;
  const lookedAt: string[] = [];
  const failures: string[] = [];
  const list: typeof runs.list = async (filter, page) => {
    lookedAt.push(...filter.jobIds!);
    if (filter.jobIds!.includes(ids[0]!)) throw new GuardianError('internal', { reason: 'unreadable' });
    return runs.list(filter, page);
  };
  const look = createForetelling({
    ...{ store: { ...stores.main, runs: { ...runs, list } }, timeZone: 'UTC', clock, raisesAlerts: false },
    alerts: { postAlert: () => expect.unreachable() },
    messages: messagesFor('en'),
    onFailure: (what, { code }) => failures.push(`${what}: ${code}`),
  });
  const rounds: string[][] = [];
  for (const round of [0, 1]) {
    for (const id of ids) await playOf(id, `${id} ${round}`, history[round]!);
    await look(SIGNAL);
    rounds.push(lookedAt.splice(0));
  }
  expect(rounds).toEqual([ids.slice(0, 50), [...ids.slice(50), ...ids.slice(0, 49)]]);
  expect(failures).toEqual(['predictions of job-00: internal', 'predictions of job-00: internal']);
});
