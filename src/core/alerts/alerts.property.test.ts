import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagesFor } from '../shared/index.ts';
import type { Alert, LookState, Observation } from './alert.ts';
import { HOUR, humidity, POLICY, START, setUp, tooDry } from './alert-fixtures.ts';
import type { AlertWrite, Measurement } from './ports.ts';
import type { MeasurementRule } from './rules/rule.ts';
import { ALERT_ACTIONS, type AlertActionKind, decideAction } from './transition/decide-action.ts';
import { decideDue } from './transition/decide-due.ts';
import { decideObservation } from './transition/decide-observation.ts';
import type { AlertPolicy } from './transition/policy.ts';

/** What may happen to one key. Times may go back, stand still, or leap. */
type Step =
  | {
      kind: 'look';
      condition: Observation['condition'];
      severity: Alert['severity'];
      value: number;
      after: number;
      isCurrent: boolean;
      isTimeOnly: boolean;
    }
  | { kind: 'act'; action: AlertActionKind; after: number }
  | { kind: 'due'; after: number };

const after = fc.oneof(fc.constant(0), fc.integer({ min: -HOUR, max: 5 * HOUR }));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('look' as const),
      condition: fc.constantFrom('bad' as const, 'good' as const, 'between' as const, 'unknown' as const),
      severity: fc.constantFrom('info' as const, 'warning' as const, 'critical' as const),
      value: fc.integer({ min: 0, max: 100 }),
      after,
      isCurrent: fc.boolean(),
      isTimeOnly: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('act' as const), action: fc.constantFrom(...ALERT_ACTIONS), after }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('due' as const), after }) },
);
const damping = fc.record({
  forMs: fc.constantFrom(0, HOUR),
  badCount: fc.integer({ min: 1, max: 3 }),
  goodCount: fc.integer({ min: 1, max: 3 }),
});

const policy: AlertPolicy = { ...POLICY, messages: messagesFor('en'), newId: () => 'alert-00000000000001' };

describe('whatever is seen and done', () => {
  it('a row keeps what it promises, and is told of exactly at its edges', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), damping, (steps, damped) => {
        let alert: Alert | null = null;
        let look: LookState | null = null;
        let at = START;
        for (const one of steps) {
          at += one.after;
          const before: Alert | null = alert;
          const lookBefore: LookState | null = look;
          const write = carryOut(one, before, lookBefore, at, damped);
          alert = write.alert ?? before;
          look = write.look ?? lookBefore;
          checkRow(before, alert);
          checkTelling(one, before, alert, write);
          if (one.kind === 'look' && look && lookBefore)
            expect(look.lastLookAt).toBeGreaterThanOrEqual(lookBefore.lastLookAt);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('the same measurements in any order of posting, posted any number of times, leave the same as once in order', async () => {
    const rule: MeasurementRule = { ...tooDry, damping: { forMs: 0, badCount: 2, goodCount: 2 } };
    const values = fc.array(fc.constantFrom(20, 32, 50, null), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(values, fc.array(fc.nat({ max: 11 }), { maxLength: 20 }), async (given, again) => {
        const posted = given.map((value, index) => humidity(value, START + index));
        const once = await rowsAfter(
          rule,
          posted.map((one) => [one]),
        );
        const repeats = again.map((index) => posted[index % posted.length]!);
        // Each was there once in order; what comes again comes late, in any order, alone or together.
        expect(await rowsAfter(rule, [...posted.map((one) => [one]), repeats, ...repeats.map((one) => [one])])).toEqual(
          once,
        );
        // One post may hold them in any order; only the rule's own alert looks at a post as a whole.
        if (given.includes(null)) return;
        expect(await rowsAfter(rule, [[...posted].reverse(), repeats])).toEqual(once);
      }),
      { numRuns: 200 },
    );
  });
});

function carryOut(
  one: Step,
  alert: Alert | null,
  look: LookState | null,
  at: number,
  damped: Observation['damping'],
): AlertWrite {
  const nothing: AlertWrite = { alert: null, look: null, changes: [], outbox: [] };
  if (one.kind === 'look') return decideObservation(observation(one, at, damped), alert, look, policy);
  if (!alert) return nothing;
  if (one.kind === 'due') return decideDue(alert, at, policy);
  const decision = decideAction(
    alert,
    { kind: one.action, notes: 'why' },
    { at, by: 'Nicolas', act: '0'.repeat(16), policy },
  );
  return decision.isRefused ? nothing : decision.write;
}

function observation(one: Extract<Step, { kind: 'look' }>, at: number, damped: Observation['damping']): Observation {
  const { condition, severity, value, isCurrent, isTimeOnly } = one;
  return {
    ...{ dedupeKey: 'key', rule: 'rule', type: 'TOO_DRY', projectId: null, at, condition, severity },
    subject: { kind: 'piano', id: '12', name: 'Piano 12', labels: {} },
    value: condition === 'unknown' ? null : value,
    ...{ unit: '%', threshold: null, description: '', advice: null, evidence: null, damping: damped },
    ...{ isCurrent, isTimeOnly },
  };
}

function checkRow(before: Alert | null, now: Alert | null): void {
  if (!now) return;
  expect(now.firing).toBeGreaterThanOrEqual(before?.firing ?? 1);
  expect(now.count).toBeGreaterThanOrEqual(before?.count ?? 1);
  expect(now.firing - (before?.firing ?? 0)).toBeLessThanOrEqual(1);
  // A new firing begins only from nothing or from what was resolved.
  if (before && now.firing > before.firing) expect(before.state).toBe('resolved');
  // Archived is only what is resolved.
  if (now.isArchived) expect(now.state).toBe('resolved');
  expect(now.resolved !== null).toBe(now.state === 'resolved');
  if (now.state === 'acknowledged') expect(now.acknowledged).not.toBeNull();
  // What is over sends nothing; what is to be sent says what it is.
  if (now.state === 'resolved') expect(now.nextSendAt).toBeNull();
  expect(now.nextSendAt === null).toBe(now.nextSend === null);
  if (before) expect([now.id, now.dedupeKey, now.firstSeen]).toEqual([before.id, before.dedupeKey, before.firstSeen]);
}

const RANK = { info: 0, warning: 1, error: 2, critical: 3 };

function checkTelling(
  one: Step,
  before: Alert | null,
  now: Alert | null,
  { outbox, changes, alert }: AlertWrite,
): void {
  const told = outbox.map(({ kind }) => kind).filter((kind) => kind !== 'alert-changed');
  expect(told).toEqual(one.kind === 'due' ? toldWhenDue(before, alert) : toldOfChange(before, now));
  // Each row of the outbox has its row of history, and states change by no other way.
  expect(outbox).toHaveLength(changes.length);
  if (before?.state !== now?.state) expect(changes).toHaveLength(1);
  for (const change of changes) expect([change.from, change.to]).toEqual([before?.state ?? null, now?.state]);
}

function toldWhenDue(before: Alert | null, written: Alert | null): string[] {
  if (!written) return [];
  return [before?.nextSend === 'escalate' ? 'alert-escalated' : 'alert-repeated'];
}

function toldOfChange(before: Alert | null, now: Alert | null): string[] {
  const isOpen = (row: Alert | null) => row !== null && row.state !== 'resolved';
  const hasFired = now !== null && now.firing > (before?.firing ?? 0);
  const isGraver = !hasFired && isOpen(before) && now !== null && RANK[now.severity] > RANK[before!.severity];
  const isReopened = !hasFired && before !== null && !isOpen(before) && isOpen(now);
  const hasEnded = isOpen(before) && !isOpen(now);
  return [
    ...((hasFired && !now.isFlapping) || isGraver || isReopened ? ['alert-fired'] : []),
    ...(hasEnded && !before!.isFlapping ? ['alert-resolved'] : []),
  ];
}

async function rowsAfter(rule: MeasurementRule, posts: readonly (readonly Measurement[])[]) {
  const { alerts, store } = setUp([rule]);
  for (const post of posts) if (post.length > 0) await alerts.postMeasurements(post);
  const rows = [...store.tables.alerts.values()].map(({ id: _id, ...row }) => row);
  const looks = [...store.tables.looks.entries()].toSorted();
  return {
    rows,
    looks,
    told: store.tables.outbox.map(({ kind }) => kind),
    measurements: store.tables.measurements.size,
  };
}
