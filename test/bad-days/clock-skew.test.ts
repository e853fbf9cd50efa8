import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventSummary } from '../../src/contracts/api/events.ts';
import { pageOf } from '../../src/contracts/api/shared.ts';
import { type GuardianApi, guardianApi } from '../fixtures/guardian-api.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { send } from './send.ts';

const DAY_MS = 86_400_000;

let server: RunningServer;
let api: GuardianApi;
beforeAll(async () => {
  server = await startGuardian();
  api = guardianApi(server.url);
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

function native(records: readonly object[]) {
  return send(server, {
    path: '/api/events',
    headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(records),
  });
}

async function told(text: string) {
  const { at, isTimeSuspect } = await api.waitForEvent(text);
  return { at: Date.parse(at), isTimeSuspect };
}

/** Bodies of the events that stand in the hour before and the hour behind now. */
async function eventsOfNow(): Promise<string[]> {
  const around = (ms: number) => new Date(Date.now() + ms).toISOString();
  const path = `/api/events?limit=200&from=${around(-3_600_000)}&to=${around(3_600_000)}`;
  const { items } = pageOf(eventSummary).parse(await (await fetch(`${server.url}${path}`)).json());
  return items.map(({ body }) => body);
}

describe('clients whose clock is wrong', () => {
  it.each([
    ['three-days-ahead', () => new Date(Date.now() + 3 * DAY_MS).toISOString()],
    ['forty-days-back', () => new Date(Date.now() - 40 * DAY_MS).toISOString()],
    ['ten-years-back', () => new Date(Date.now() - 3_650 * DAY_MS).toISOString()],
    ['at-the-epoch', () => '1970-01-01T00:00:00Z'],
    ['before-the-epoch', () => '1923-05-04T00:00:00Z'],
    ['in-the-year-9999', () => '9999-12-31T23:59:59Z'],
  ])('%s: it stands where it came, marked as doubtful', async (name, time) => {
    const { status } = await native([{ time: time(), severity: 'error', message: `clock ${name}`, service: 'skewed' }]);
    expect(status).toBe(200);
    expect((await told(`clock ${name}`)).isTimeSuspect).toBe(true);
    expect(await eventsOfNow()).toContain(`clock ${name}`);
  });

  it('believes an hour ahead and a week back', async () => {
    for (const offset of [3_600_000, -7 * DAY_MS]) {
      const time = Date.now() + offset;
      const message = `clock off by ${offset} ms`;
      await native([{ time: new Date(time).toISOString(), severity: 'info', message, service: 'skewed' }]);
      // The list of events shows the newest first: a week back is asked for by its words.
      const found = await api.events(`"${message}"`);
      const detail = await api.event(found[0]!.id);
      expect(Date.parse(detail.at)).toBe(time);
      expect(detail.isTimeSuspect).toBe(false);
    }
  });

  it('refuses no event for a time that is none', async () => {
    for (const time of ['yesterday', '', {}, [], true, '2026-13-45T99:99:99Z', 1e300, -1e300]) {
      const { status } = await native([
        { time, severity: 'info', message: `time ${JSON.stringify(time)}`, service: 'skewed' },
      ]);
      expect([200, 400]).toContain(status);
    }
    expect((await fetch(`${server.url}/api/ready`)).status).toBe(200);
  });

  it.each([
    ['an hour slow', -3_600_000],
    ['two days fast', 2 * DAY_MS],
    ['ten years slow', -3_650 * DAY_MS],
  ])('takes the drift of a Sentry client off: %s', async (name, drift) => {
    const happened = Date.now() - 5_000;
    const id = crypto.randomUUID().replaceAll('-', '');
    const payload = JSON.stringify({ timestamp: (happened + drift) / 1_000, level: 'error', message: `drift ${name}` });
    const { status } = await send(server, {
      path: `/api/${server.project}/envelope/?sentry_key=${server.key}&sentry_version=7`,
      body: `{"event_id":"${id}","sent_at":"${new Date(Date.now() + drift).toISOString()}"}\n{"type":"event"}\n${payload}\n`,
    });
    expect(status).toBe(200);
    const { at, isTimeSuspect } = await told(`drift ${name}`);
    expect(Math.abs(at - happened)).toBeLessThan(5_000);
    expect(isTimeSuspect).toBe(false);
  });

  it('still shows every page', async () => {
    for (const path of [
      '/api/overview',
      '/api/issues?state=all',
      '/api/events',
      '/api/events/histogram',
      '/api/sources',
    ])
      expect(`${path} ${(await fetch(`${server.url}${path}`)).status}`).toBe(`${path} 200`);
  });
});
