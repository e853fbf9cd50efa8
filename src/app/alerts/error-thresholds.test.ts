import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import { ALERT_THRESHOLD_CRITICAL, ALERT_THRESHOLD_ERROR, configurationSchema } from '../../config/schema.ts';
import { EVENT_RULES } from '../../core/alerts/index.ts';
import { event } from '../../core/issues/event-fixtures.ts';
import { DEFAULT_NOTIFY_KNOBS as knobs } from '../../core/notify/index.ts';
import { messagesFor } from '../../core/shared/index.ts';
import { guardianParts } from './guardian-parts.ts';
import { openAlerts } from './open-alerts.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CRITICAL = 21;

let now = 0;
const clock = { now: () => now };
let stores: OpenedStores;
let next = 0;

function openRules() {
  const { main } = stores;
  const parts = guardianParts({
    ...{ store: main, failuresInRow: knobs.failuresInRow, engine: () => [], telling: () => [] },
    ...{ worker: () => ({ isStopped: false }), ingest: () => ({ problem: null }) },
    ...{ sources: async () => [], messages: messagesFor('en') },
  });
  const configuration = configurationSchema.parse({});
  const alerts = openAlerts({
    ...{ configuration, store: main, knobs, parts, clock, onChange: () => {}, onTold: () => {} },
  });
  const list = async () => (await main.alerts.list({ rules: [...EVENT_RULES] }, { cursor: null, limit: 50 })).items;
  return {
    list,
    /** A look, and how the alerts stand after it, as type and state. */
    async look() {
      while ((await main.analytics.fold({ now, limit: 100 })) > 0);
      const looks = await alerts.evaluateSchedules(undefined, EVENT_RULES);
      expect(looks.map(({ error }) => error)).toEqual([null, null]);
      return (await list()).map(({ type, state, subject }) => `${subject.id} ${type} ${state}`).sort();
    },
    told: async () =>
      (await main.kysely.selectFrom('outbox').select('kind').execute())
        .map(({ kind }) => kind)
        .filter((kind) => kind === 'alert-fired' || kind === 'alert-resolved'),
  };
}

/** One event for each time given. */
async function append(times: readonly number[], over: Parameters<typeof event>[0] = {}): Promise<void> {
  await stores.ingest.events.append({
    events: times.map((time) => {
      const one = event({
        id: `error-${next++}`,
        time,
        observedTime: now,
        severityNumber: 17,
        service: 'shop',
        ...over,
      });
      return { projectId: stores.projectIds[0], event: one, claimedTime: time, isCandidate: false };
    }),
    ...{ records: [], dropped: [], positions: [], at: now },
  });
}

const every = (count: number, ms: number, from = now) =>
  Array.from({ length: count }, (_, index) => Math.floor(from - index * ms));

describe.each(DATABASES)('thresholds of errors in $name', ({ open }) => {
  beforeEach(async () => {
    now = Date.UTC(2026, 0, 31, 12, 0);
    stores = await open({ clock });
  });
  afterEach(() => stores.close());

  it('are what the seed says', () => {
    expect([ALERT_THRESHOLD_ERROR, ALERT_THRESHOLD_CRITICAL]).toEqual([10, 5]);
  });

  it('fire at the tenth error of a service, whatever logger and node it is of, not at the ninth', async () => {
    const { look, told, list } = openRules();
    await append(every(5, SECOND), { logger: 'cart', instance: 'a' });
    await append(every(4, SECOND), { logger: 'pay', instance: 'b' });
    await append(every(9, SECOND), { service: 'billing' });
    expect(await look()).toEqual([]);
    now += 10 * SECOND;
    await append([now], { logger: 'mail', instance: 'c' });
    expect(await look()).toEqual(['shop ERROR_THRESHOLD firing']);
    expect(await list()).toMatchObject([
      {
        severity: 'error',
        value: 10,
        description: '10 error records of shop within 5 min',
        evidence: { isLate: false },
      },
    ]);
    expect(await told()).toEqual(['alert-fired']);
  });

  it('slide: ten within five minutes, wherever the minutes begin, and not ten within six', async () => {
    const { look } = openRules();
    await append(every(10, 34 * SECOND), { service: 'slow' });
    await append(every(10, 33 * SECOND));
    expect(await look()).toEqual(['shop ERROR_THRESHOLD firing']);
  });

  it('count what is critical in both, five for itself', async () => {
    const { look } = openRules();
    await append(every(4, SECOND), { severityNumber: CRITICAL });
    await append(every(5, SECOND));
    expect(await look()).toEqual([]);
    await append([now], { severityNumber: CRITICAL });
    expect(await look()).toEqual(['shop CRITICAL_THRESHOLD firing', 'shop ERROR_THRESHOLD firing']);
  });

  it('count each event once, and a folded record as many times as it stands for', async () => {
    const { look } = openRules();
    const [first = 0] = every(1, SECOND);
    for (let repeat = 0; repeat < 20; repeat++) await append([first], { id: 'same' });
    expect(await look()).toEqual([]);
    await append([first], { id: 'folded', attributes: { folded: { count: 9 } } });
    expect(await look()).toEqual(['shop ERROR_THRESHOLD firing']);
  });

  it('take more into the alert, and resolve it after a window without any', async () => {
    const { look, told } = openRules();
    await append(every(10, SECOND));
    await look();
    for (let minute = 0; minute < 6; minute++) {
      now += MINUTE;
      await append(every(10, SECOND));
      expect(await look()).toEqual(['shop ERROR_THRESHOLD firing']);
    }
    now += 4 * MINUTE;
    expect(await look()).toEqual(['shop ERROR_THRESHOLD firing']);
    now += 2 * MINUTE;
    expect(await look()).toEqual(['shop ERROR_THRESHOLD resolved']);
    expect(await told()).toEqual(['alert-fired', 'alert-resolved']);
    await append(every(10, SECOND));
    expect(await look()).toEqual(['shop ERROR_THRESHOLD firing']);
  });

  it('raise one, marked late, when an outage is replayed', async () => {
    const { look, told, list } = openRules();
    const then = now - 2 * HOUR;
    await append(every(30, SECOND, then));
    expect(await look()).toEqual(['shop ERROR_THRESHOLD firing']);
    expect(await list()).toMatchObject([
      { value: 30, description: 'Late: 30 error records of shop within 5 min', evidence: { isLate: true, to: then } },
    ]);
    now += 10 * SECOND;
    await append(every(30, SECOND, then + 10 * MINUTE));
    expect(await look()).toEqual(['shop ERROR_THRESHOLD firing']);
    expect(await told()).toEqual(['alert-fired']);
    now += 3 * MINUTE;
    expect(await look()).toEqual(['shop ERROR_THRESHOLD resolved']);
    now += HOUR;
    await append([now], { service: 'other' });
    expect(await look()).toEqual(['shop ERROR_THRESHOLD resolved']);
  });
});
