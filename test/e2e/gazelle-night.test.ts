import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeData, startUpstream, type Upstream } from '../../examples/gazelle/upstream.ts';
import { freePort } from '../../src/adapters/free-port.ts';
import { type RunningGuardian, startServer } from '../../src/app/server.ts';
import { loadConfiguration } from '../../src/config/index.ts';
import type { AlertSummary } from '../../src/contracts/api/alerts.ts';
import type { SchedulerLog } from '../../src/contracts/api/job-logs.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { type Mailbox, openMailbox } from '../fixtures/smtp-mailbox.ts';

/** 23:30 in Montreal, where clocks are set forward in the night from 7 to 8 March. */
let now = Date.parse('2026-03-05T04:30:00Z');
const clock = { now: () => now };
const file = fileURLToPath(new URL('../../examples/gazelle/guardian.config.ts', import.meta.url));
let folder: string;
let upstream: Upstream;
let slack: Receiver;
let mailbox: Mailbox;
let guardian: RunningGuardian;
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gazelle-night-'));
  upstream = await startUpstream(makeData(now));
  slack = await startReceiver();
  mailbox = await openMailbox();
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const environment = {
    GAZELLE_FOLDER: join(folder, 'copy'),
    GAZELLE_UPSTREAM: upstream.url,
    GAZELLE_GUARDIAN: url,
    GAZELLE_MAIL_PORT: String(mailbox.port),
    SLACK_WEBHOOK_ADMIN_1: `${slack.url}/admin-1`,
    SLACK_WEBHOOK_ADMIN_2: `${slack.url}/admin-2`,
    SLACK_WEBHOOK_NICOLAS: `${slack.url}/nicolas`,
    SLACK_WEBHOOK_ALLAN: `${slack.url}/allan`,
    EMAIL_NICOLAS: 'nicolas@workshop.example',
    EMAIL_LOUISE: 'louise@workshop.example',
    GUARDIAN_PUBLIC_URL: url,
  };
  Object.assign(process.env, environment);
  // Its clock stands still between the hours: no bucket would fill again.
  const protection = { enabled: false };
  const overrides = { dataFolder: join(folder, 'guardian'), server: { port }, protection };
  const configuration = await loadConfiguration({ folder, file, environment, overrides });
  guardian = await startServer({ configuration, folder, clock, version: '0.0.0', logger: pino({ level: 'silent' }) });
});

afterAll(async () => {
  await guardian?.stop();
  await mailbox.close();
  await slack.stop();
  await upstream.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function until<T>(what: string, look: () => Promise<T | null | false> | T | null | false): Promise<T> {
  const end = performance.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end) throw new Error(`not seen: ${what}; ${JSON.stringify(await logs())}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const get = async <T>(path: string) => (await (await fetch(`${url}${path}`)).json()) as T;
const logs = async (query = '') =>
  (await get<{ logs: SchedulerLog[] }>(`/api/scheduler-logs/recent?limit=100${query}`)).logs;
const posted = (path: string) =>
  slack.received.filter((one) => one.path === path).map(({ body }) => JSON.parse(body) as SlackPost);
const textOf = ({ text, blocks }: SlackPost) =>
  [text, ...blocks.map((block) => block.text?.text ?? '')].join('\n').replaceAll('\u200b', '');

interface SlackPost {
  text: string;
  blocks: { text?: { text: string } }[];
}

/** The newest run of a job since the clock was set, once it has ended. */
function ended(job: string, since: number): Promise<SchedulerLog> {
  return until(`${job} has ended`, async () => {
    const [log] = await logs(`&name=${job}&from=${new Date(since).toISOString()}`);
    return log && !['queued', 'running'].includes(log.status) ? log : null;
  });
}

/** When something is due besides the hourly scan: 16:00 and 01:00 in Montreal, before and after its clocks went forward. */
const DUE = [
  '2026-03-05T06:00:00Z',
  '2026-03-05T21:00:00Z',
  '2026-03-06T06:00:00Z',
  '2026-03-06T21:00:00Z',
  '2026-03-07T06:00:00Z',
  '2026-03-07T21:00:00Z',
  '2026-03-08T06:00:00Z',
  '2026-03-08T20:00:00Z',
].map((instant) => Date.parse(instant));

/** From one moment at which something is due to the next, each with all that comes of it. */
async function passTo(instant: string): Promise<number> {
  const target = Date.parse(instant);
  const begin = now;
  for (const due of DUE.filter((one) => one > begin && one <= target)) {
    now = due + 1_000;
    await ended('humidity_scan', due);
    await settled();
    // What is told within five minutes leaves as one.
    now += 5 * 60_000;
    await settled();
  }
  return target;
}

/** Nothing runs, and nothing that may leave now has not left. */
async function settled(): Promise<void> {
  const isQuiet = async () => {
    const open = await logs('&status=queued,running');
    const { items } = await get<{ items: { nextAttemptAt: string | null; releaseAt: string | null }[] }>(
      '/api/deliveries?state=pending,sending,held',
    );
    const isDue = ({ nextAttemptAt, releaseAt }: (typeof items)[number]) =>
      Date.parse(releaseAt ?? nextAttemptAt ?? '') <= now;
    return open.every(({ attempt, status }) => attempt > 0 && status === 'queued') && !items.some(isDue);
  };
  for (let quiet = 0; quiet < 3; quiet = (await isQuiet()) ? quiet + 1 : 0)
    await new Promise((resolve) => setTimeout(resolve, 100));
}

it('copies at 01:00, reports on success, and tells nobody of a night that was well', async () => {
  const since = await passTo('2026-03-05T06:00:00Z');
  const sync = await ended('full_sync', since);
  expect(sync).toMatchObject({
    status: 'success',
    triggered_by: 'scheduler',
    stats: { clients: 120, contacts: 250, pianos: 310, timeline: 1_874, appointments: 40 },
  });
  const report = await ended('timeline_report', since);
  expect(report).toMatchObject({ status: 'success', stats: { rows: 1_874 }, chain_run_id: sync.chain_run_id });
  expect(
    readFileSync(join(folder, 'copy', 'timeline.csv'), 'utf8')
      .trim()
      .split('\n'),
  ).toHaveLength(1_875);
  expect([...posted('/admin-1'), ...posted('/admin-2')]).toEqual([]);
});

it('F21: keeps 01:00 of Montreal when the clocks go forward', async () => {
  const { nextTicks } = await get<{ nextTicks: string[] }>('/api/jobs/full_sync');
  expect(nextTicks.slice(0, 4)).toEqual([
    '2026-03-06T06:00:00.000Z',
    '2026-03-07T06:00:00.000Z',
    '2026-03-08T06:00:00.000Z',
    '2026-03-09T05:00:00.000Z',
  ]);
});

it('tells technicians of pianos that are too dry or too humid, each over their channels, once', async () => {
  await until('both alerts', async () => (await get<{ items: AlertSummary[] }>('/api/alerts')).items.length === 2);
  const { items } = await get<{ items: AlertSummary[] }>('/api/alerts');
  const dry = items.find(({ type }) => type === 'TOO_DRY')!;
  expect(dry).toMatchObject({
    severity: 'critical',
    value: 28.5,
    unit: '%',
    subject: { labels: { place: 'Domaine Forget' } },
  });
  // The first leaves at once; what comes in the next five minutes leaves with it as one.
  await until('Slack of both', () => posted('/nicolas').length > 0 && posted('/allan').length > 0);
  now += 6 * 60_000;
  await until(
    'the other',
    () => posted('/nicolas').length === 2 && posted('/allan').length === 2 && mailbox.messages.length === 2,
  );
  expect(posted('/allan').map(textOf).join('\n')).toMatch(/28\.5 %.*below 30 %/s);
  expect(posted('/nicolas').map(textOf).join('\n')).toContain('À faire');
  expect(mailbox.messages.map(({ to }) => to)).toEqual([['nicolas@workshop.example'], ['nicolas@workshop.example']]);
});

it('writes the report upstream_failed when the sync fails, and tells administrators what was held back', async () => {
  await passTo('2026-03-05T21:00:00Z');
  upstream.fail('contacts', 503, 1);
  const since = await passTo('2026-03-06T06:00:00Z');
  expect(await ended('full_sync', since)).toMatchObject({ status: 'error' });
  expect(await ended('timeline_report', since)).toMatchObject({ status: 'upstream_failed' });
  const isTold = (post: SlackPost) => textOf(post).includes('Full sync failed');
  await until('Slack', () => posted('/admin-1').some(isTold) && posted('/admin-2').some(isTold));
  const text = textOf(posted('/admin-1').find(isTold)!);
  expect(text).toContain('Full sync failed');
  expect(text).toContain('HTTP 503');
  expect(text).toContain('Timeline report');
});

it('F25: a failing report fails alone after three retries 30 s apart, and alone is run again', async () => {
  await passTo('2026-03-06T21:00:00Z');
  const told = posted('/admin-1').length;
  const first = upstream.data.timeline[0]!;
  const { at } = first;
  (first as { at: string | null }).at = null;
  // Half a minute at a time: the five of other nights would hold all three retries.
  const since = Date.parse('2026-03-07T06:00:00Z');
  now = since + 1_000;
  expect((await ended('full_sync', since)).status).toBe('success');
  const newest = async () => (await logs(`&name=timeline_report&from=${new Date(since).toISOString()}`))[0];
  for (const attempt of [1, 2, 3]) {
    await until(`attempt ${attempt}`, async () => {
      const run = await newest();
      return run?.attempt === attempt && run.status === 'queued';
    });
    expect(posted('/admin-1').slice(told).map(textOf).join()).not.toContain('Timeline report');
    now += 31_000;
  }
  expect(await ended('timeline_report', since)).toMatchObject({ status: 'error', attempt: 4 });
  now += 5 * 60_000;
  await until('Slack', () => textOf(posted('/admin-1').at(-1)!).includes('Timeline report failed'));

  first.at = at;
  const copy = join(folder, 'copy', 'timeline.json');
  writeFileSync(copy, readFileSync(copy, 'utf8').replace('"at":null', `"at":"${at}"`));
  const asked = now;
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
  const started = await fetch(`${url}/api/jobs/timeline_report/run`, request);
  expect(started.status).toBe(202);
  expect(await ended('timeline_report', asked)).toMatchObject({ status: 'success', triggered_by: 'manual' });
  now += 5 * 60_000;
  await until('the recovery', () => textOf(posted('/admin-1').at(-1)!).includes('Timeline report works again'));
  await until('both hooks', () => posted('/admin-2').length === posted('/admin-1').length);
});

it('F14: does not believe that forty appointments are gone, and keeps what it had', async () => {
  await passTo('2026-03-07T21:00:00Z');
  const appointments = upstream.data.appointments.splice(0);
  const since = await passTo('2026-03-08T06:00:00Z');
  expect(await ended('full_sync', since)).toMatchObject({ status: 'error' });
  expect(JSON.parse(readFileSync(join(folder, 'copy', 'appointments.json'), 'utf8'))).toHaveLength(40);
  upstream.data.appointments.push(...appointments);
});

it('looks after appointments of the day after at 16:00, and tells the assistant by mail in her language', async () => {
  const before = mailbox.messages.length;
  const fresh = makeData(Date.parse('2026-03-08T12:00:00Z'));
  upstream.data.appointments.splice(0, 40, ...fresh.appointments);
  const since = await passTo('2026-03-08T20:00:00Z');
  const run = await ended('appointment_alerts', since);
  expect(run).toMatchObject({ status: 'success' });
  const { unconfirmed } = run.stats as { unconfirmed: number };
  expect(unconfirmed).toBeGreaterThan(0);
  await until('mail', () => mailbox.messages.slice(before).some(({ to }) => to[0] === 'louise@workshop.example'));
  const alerts = await get<{ items: AlertSummary[] }>('/api/alerts?type=APPOINTMENT_UNCONFIRMED');
  expect(alerts.items).toHaveLength(unconfirmed);
});

it('F7: had one row for each tick, and none is left open', async () => {
  const all = await logs();
  const ticks = all
    .filter(({ trigger }) => trigger === 'schedule')
    .map(({ task_name, created_at }) => `${task_name} ${created_at}`);
  expect(new Set(ticks).size).toBe(ticks.length);
  expect(all.filter(({ status }) => status === 'queued' || status === 'running')).toEqual([]);
});
