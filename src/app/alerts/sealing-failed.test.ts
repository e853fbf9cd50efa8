import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import { configurationSchema } from '../../config/schema.ts';
import { SEALING_RULE } from '../../core/alerts/index.ts';
import { event } from '../../core/issues/event-fixtures.ts';
import { DEFAULT_NOTIFY_KNOBS as knobs } from '../../core/notify/index.ts';
import { openAlerts } from './open-alerts.ts';

const MINUTE = 60_000;
let now = 0;
let next = 0;
const clock = { now: () => now };
let stores: OpenedStores;

/** One event for each, with what the SDK puts under `attributes.sealed`. */
async function append(sealed: readonly unknown[], service = 'shop'): Promise<void> {
  await stores.ingest.events.append({
    events: sealed.map((one) => {
      const given = { id: `sealed-${next++}`, time: now, observedTime: now, severityNumber: 9, service };
      const made = event({ ...given, attributes: one === undefined ? {} : { sealed: one } });
      return { projectId: stores.projectIds[0], event: made, claimedTime: now, isCandidate: false };
    }),
    ...{ records: [], dropped: [], positions: [], at: now },
  });
}

async function fold(): Promise<void> {
  while ((await stores.main.analytics.fold({ now, limit: 100 })) > 0);
}

async function look(language: 'en' | 'fr' = 'en') {
  await fold();
  const alerts = openAlerts({
    ...{ configuration: configurationSchema.parse({ language }), store: stores.main, knobs, clock },
    ...{ parts: { parts: async () => [] }, onChange: () => {}, onTold: () => {} },
  });
  const looks = await alerts.evaluateSchedules(undefined, [SEALING_RULE.name]);
  expect(looks.map(({ error }) => error)).toEqual([null]);
  const { items } = await stores.main.alerts.list({ rules: [SEALING_RULE.name] }, { cursor: null, limit: 50 });
  return items;
}

const FAILED = { version: 1, failed: 'no-key' };

describe.each(DATABASES)('a client that could not seal, in $name', ({ open }) => {
  beforeEach(async () => {
    now = Date.UTC(2026, 0, 31, 12, 0);
    stores = await open({ clock });
  });
  afterEach(() => stores.close());

  it('raises an alert of its service at the first such record, with how many and why, and what to do', async () => {
    await append([undefined, { version: 1, key: 'k', iv: 'i', paths: '[]', data: [] }, 'failed', null]);
    expect(await look()).toEqual([]);
    await append([FAILED, FAILED, { version: 1, failed: 'too-large' }]);
    const [alert] = await look();
    expect(alert).toMatchObject({
      ...{ type: 'SEALING_FAILED', severity: 'error', state: 'firing', value: 3 },
      subject: { kind: 'service', id: 'shop' },
      description: 'shop could not seal 3 records within 30 min: they came without those values (no-key, too-large)',
      advice: expect.stringContaining('no-key: let the client reach its wrapping key'),
    });
    expect((await look('fr'))[0]!.description).toContain('n’a pas pu sceller 3 enregistrements en 30 min');
  });

  it('adds up what comes within a minute, counts each once, and is over half an hour after the last', async () => {
    await append([FAILED]);
    await fold();
    await append([FAILED, FAILED]);
    expect((await look()).map(({ value, state }) => [value, state])).toEqual([[3, 'firing']]);
    now += MINUTE;
    await append([FAILED]);
    expect((await look()).map(({ value }) => value)).toEqual([4]);
    now += 30 * MINUTE;
    expect((await look()).map(({ state }) => state)).toEqual(['firing']);
    now += MINUTE;
    expect((await look()).map(({ state }) => state)).toEqual(['resolved']);
  });

  it('is one alert for each service, whatever reasons a client makes up', async () => {
    await append([{ failed: 'x'.repeat(10_000) }, { failed: { deep: true } }], 'desk');
    await append([FAILED]);
    const alerts = await look();
    expect(alerts.map(({ subject, evidence }) => [subject.id, evidence]).sort()).toEqual([
      ['desk', { reasons: ['(other)'] }],
      ['shop', { reasons: ['no-key'] }],
    ]);
  });
});
