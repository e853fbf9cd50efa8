import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR, MINUTE, POLICY, START, tooDry, tooHumid } from '../../src/core/alerts/alert-fixtures.ts';
import {
  ALERT_ACTIONS,
  type AlertActionKind,
  type AlertReader,
  type AlertStore,
  createAlerts,
  createRuleSet,
  type MeasurementRule,
  type MeasurementStore,
  type TextStore,
} from '../../src/core/alerts/index.ts';
import { createMemoryAlertStore } from '../../src/core/alerts/memory-alert-store-fixtures.ts';
import { messagesFor } from '../../src/core/shared/index.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';

interface Stores {
  alerts: AlertStore & AlertReader;
  measurements: MeasurementStore;
  texts: TextStore;
}

const dry: MeasurementRule = {
  ...tooDry,
  damping: { forMs: 0, badCount: 2, goodCount: 1 },
  check: {
    of: 'value',
    bad: [{ is: 'below', value: 35 }],
    clear: [{ is: 'from', value: 38 }],
    tiers: [{ is: 'below', value: 30, severity: 'critical' }],
  },
};
const changed: MeasurementRule = {
  ...tooHumid,
  check: { of: 'change', withinMs: HOUR, as: 'difference', bad: [{ is: 'above', value: 20 }], clear: [], tiers: [] },
};

function serviceOver({ alerts, measurements, texts }: Stores, clock: { now(): number }) {
  return createAlerts({
    store: alerts,
    measurements,
    texts,
    rules: createRuleSet({ rules: [dry, changed], types: ['TOO_DRY', 'TOO_HUMID'] }),
    readers: { issues: null, jobs: null, usage: null, parts: null },
    policy: POLICY,
    messages: messagesFor('en'),
    clock,
  });
}

type Step =
  | { kind: 'measure'; values: (number | null)[]; minutes: number }
  | { kind: 'post'; state: 'firing' | 'resolved'; minutes: number }
  | { kind: 'act'; action: AlertActionKind; minutes: number; isUndone: boolean }
  | { kind: 'due'; minutes: number };

const minutes = fc.integer({ min: 1, max: 300 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('measure' as const),
    values: fc.array(fc.constantFrom(20, 33, 36, 45, 60, null), { minLength: 1, maxLength: 4 }),
    minutes,
  }),
  fc.record({
    kind: fc.constant('post' as const),
    state: fc.constantFrom('firing' as const, 'resolved' as const),
    minutes,
  }),
  fc.record({
    kind: fc.constant('act' as const),
    action: fc.constantFrom(...ALERT_ACTIONS),
    minutes,
    isUndone: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('due' as const), minutes }),
);

/** Carries the steps out on a subject of its own; what the store then holds of it. */
async function rowsAfter(stores: Stores, steps: readonly Step[], piano: string, projectId: number) {
  const clock = { at: START, now: () => clock.at };
  const service = serviceOver(stores, clock);
  const subject = { kind: 'piano', id: piano, name: 'Piano', labels: { place: 'Pollack' } };
  for (const one of steps) {
    clock.at += one.minutes * MINUTE;
    const { at } = clock;
    switch (one.kind) {
      case 'measure':
        await service.postMeasurements(
          one.values.map((value, index) => ({
            projectId,
            name: 'humidity',
            subject,
            at: at + index,
            value,
            unit: '%',
          })),
        );
        break;
      case 'post':
        await service
          .postAlert({
            ...{ projectId, type: 'TOO_DRY', state: one.state, severity: 'error', subject, value: null, unit: null },
            ...{ threshold: null, description: 'posted', advice: null, evidence: { a: [1, 'é'] } },
          })
          .catch((error: { code?: string }) => expect(error.code).toBe('not_found'));
        break;
      case 'act': {
        const ids = (await rowsOf(stores, piano)).map(({ id }) => id);
        if (ids.length === 0) break;
        const { undo } = await service.act(ids, { kind: one.action, notes: 'why' }, 'Nicolas');
        if (one.isUndone && undo) await service.undo(undo, 'Nicolas');
        break;
      }
      case 'due':
        await service.carryOutDue(1_000);
        break;
      default:
        one satisfies never;
    }
  }
  const rows = await rowsOf(stores, piano);
  return Promise.all(
    rows.map(async ({ id, number: _number, dedupeKey, subject: { id: _id, ...about }, ...row }) => ({
      ...row,
      about,
      key: dedupeKey.replaceAll(piano, 'piano').replace(`@${projectId}`, ''),
      projectId: null,
      changes: (await stores.alerts.changes(id)).map(({ alertId: _alertId, detail, ...change }) => ({
        ...change,
        severity: detail?.severity,
        value: detail?.value,
      })),
    })),
  );
}

async function rowsOf({ alerts }: Stores, piano: string) {
  const found = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<AlertReader['list']>> = await alerts.list({}, { cursor, limit: 200 });
    found.push(...page.items.filter(({ subject }) => subject.id === piano));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found.toSorted((a, b) => (a.dedupeKey < b.dedupeKey ? -1 : 1));
}

describe.each(DATABASES)('alerts on $name', ({ open }) => {
  let opened: OpenedStores;
  const clock = { at: START, now: () => clock.at };

  beforeAll(async () => {
    opened = await open({ clock });
  });
  afterAll(() => opened.close());

  it('are what they are in memory, whatever is posted and done', async () => {
    const [projectId] = opened.projectIds;
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        run += 1;
        const memory = createMemoryAlertStore();
        const expected = await rowsAfter(
          { alerts: memory, measurements: memory.measurements, texts: memory.texts },
          steps,
          `p${run}`,
          projectId,
        );
        const { alerts, measurements, texts } = opened.main;
        // What an earlier sequence left to be sent is not this one's.
        await settleAll(opened);
        expect(await rowsAfter({ alerts, measurements, texts }, steps, `p${run}`, projectId)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  it('C9: of one key posted at once by two services are one row, fired once, with every post counted', async () => {
    const { alerts, measurements, texts, outbox } = opened.main;
    const services = [0, 1].map(() => serviceOver({ alerts, measurements, texts }, clock));
    const subject = { kind: 'piano', id: 'raced', name: 'Raced', labels: {} };
    const posts = Array.from({ length: 40 }, (_, index) =>
      services[index % 2]!.postAlert({
        ...{ projectId: null, type: 'TOO_DRY', state: 'firing', severity: 'warning', subject, value: null, unit: null },
        ...{ threshold: null, description: 'posted', advice: null, evidence: null },
      }),
    );
    const ids = new Set((await Promise.all(posts)).map(({ id }) => id));
    expect(ids.size).toBe(1);
    const [id] = ids;
    expect(await alerts.get(id!)).toMatchObject({ count: 40, firing: 1, dedupeKey: 'posted.TOO_DRY:piano/raced' });
    const told = (await outbox.due(['alert-fired'], 10_000)).filter(({ subjectId }) => subjectId === id);
    expect(told).toHaveLength(1);
  });

  it('C9: resolved and acknowledged at once end in one order that history tells', async () => {
    const { alerts, measurements, texts } = opened.main;
    const service = serviceOver({ alerts, measurements, texts }, clock);
    const subject = { kind: 'piano', id: 'contested', name: 'Contested', labels: {} };
    const { id } = await service.postAlert({
      ...{ projectId: null, type: 'TOO_DRY', state: 'firing', severity: 'warning', subject, value: null, unit: null },
      ...{ threshold: null, description: 'posted', advice: null, evidence: null },
    });
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        service.act([id], { kind: index % 2 === 0 ? 'acknowledge' : 'resolve', notes: null }, `person ${index}`),
      ),
    );
    const changes = await alerts.changes(id);
    let state: string | null = null;
    for (const { from, to } of changes) {
      expect(from).toBe(state);
      state = to;
    }
    expect((await alerts.get(id))?.state).toBe('resolved');
    expect(changes.filter(({ action }) => action === 'resolved')).toHaveLength(1);
  });
});

/** Nothing of the sequences before is due any longer. */
async function settleAll({ main: { alerts } }: OpenedStores): Promise<void> {
  const due = await alerts.due(Number.MAX_SAFE_INTEGER, 10_000);
  await alerts.change(
    due.map(({ id }) => id),
    (alert) => ({ alert: { ...alert, nextSendAt: null, nextSend: null }, look: null, changes: [], outbox: [] }),
  );
}
