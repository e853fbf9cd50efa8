import { describe, expect, it } from 'vitest';
import { HOUR, humidity, MINUTE, POLICY, START, setUp, tooDry, tooHumid, words } from '../alert-fixtures.ts';
import { nextSendWords } from '../next-send-words.ts';
import type { MeasurementRule } from '../rules/rule.ts';

const damped = (
  damping: Partial<MeasurementRule['damping']>,
  given: Partial<MeasurementRule> = {},
): MeasurementRule => ({
  ...tooDry,
  ...given,
  damping: { ...tooDry.damping, ...damping },
});

describe('an alert', () => {
  it('28.5 % fires once, critical, whatever often it is measured', async () => {
    const { alerts, only, told } = setUp([tooDry, tooHumid]);
    await alerts.postMeasurements([humidity(28.5, START)]);
    await alerts.postMeasurements([humidity(28.5, START + MINUTE), humidity(28.5, START + 2 * MINUTE)]);
    expect(only()).toMatchObject({
      number: 1,
      type: 'TOO_DRY',
      severity: 'critical',
      state: 'firing',
      firing: 1,
      count: 3,
      value: 28.5,
      unit: '%',
      threshold: 'below 30 %',
      dedupeKey: 'too-dry:piano/12@1',
      description: 'humidity of Piano 12 is 28.5 % (limit: below 30 %)',
      firstSeen: START,
      lastSeen: START + 2 * MINUTE,
      nextSendAt: START + 4 * HOUR,
      nextSend: 'repeat',
    });
    expect(told()).toEqual(['alert-fired']);
  });

  it.each([
    [35, null, null],
    [34.9, 'TOO_DRY', 'warning'],
    [30, 'TOO_DRY', 'warning'],
    [29.9, 'TOO_DRY', 'critical'],
    [70, null, null],
    [70.1, 'TOO_HUMID', 'warning'],
    [90, 'TOO_HUMID', 'critical'],
  ])('of a humidity of %d %% is %s, %s', async (value, type, severity) => {
    const { alerts, store } = setUp([tooDry, tooHumid]);
    await alerts.postMeasurements([humidity(value, START)]);
    const rows = [...store.tables.alerts.values()].map((row) => [row.type, row.severity]);
    expect(rows).toEqual(type === null ? [] : [[type, severity]]);
  });

  it('becomes graver, which is told, and eases, which is not', async () => {
    const { alerts, only, told } = setUp([tooDry]);
    await alerts.postMeasurements([humidity(33, START)]);
    await alerts.postMeasurements([humidity(29, START + MINUTE)]);
    expect(only()).toMatchObject({ severity: 'critical', firing: 1 });
    await alerts.postMeasurements([humidity(33, START + 2 * MINUTE)]);
    expect(only()).toMatchObject({ severity: 'warning', state: 'firing', firing: 1 });
    expect(told()).toEqual(['alert-fired', 'alert-fired', 'alert-changed']);
  });

  it('waits until the condition has held for long enough, also when nothing more is measured', async () => {
    const { alerts, store, clock, only } = setUp([damped({ forMs: 10 * MINUTE })]);
    await alerts.postMeasurements([humidity(33, START)]);
    clock.at = START + 9 * MINUTE;
    await alerts.evaluateSchedules();
    expect(store.tables.alerts.size).toBe(0);
    clock.at = START + 10 * MINUTE;
    await alerts.evaluateSchedules();
    expect(only()).toMatchObject({ state: 'firing', firstSeen: START, count: 1 });
    // What was measured before that look and came later is no less true.
    await alerts.postMeasurements([humidity(40, START + 9 * MINUTE)]);
    expect(only()).toMatchObject({ state: 'resolved', value: 40 });
  });

  it('starts waiting anew when the condition was broken', async () => {
    const { alerts, store, only } = setUp([damped({ forMs: 10 * MINUTE })]);
    await alerts.postMeasurements([humidity(33, START), humidity(40, START + 5 * MINUTE)]);
    await alerts.postMeasurements([humidity(33, START + 6 * MINUTE), humidity(33, START + 15 * MINUTE)]);
    expect(store.tables.alerts.size).toBe(0);
    await alerts.postMeasurements([humidity(33, START + 16 * MINUTE)]);
    expect(only().firingSince).toBe(START + 6 * MINUTE);
  });

  it('needs so many bad looks in a row to fire, and so many good ones to end', async () => {
    const { alerts, store, only } = setUp([damped({ badCount: 3, goodCount: 2 })]);
    let at = START;
    const post = (...values: number[]) => {
      const measured = values.map((value, index) => humidity(value, at + index));
      at += values.length;
      return alerts.postMeasurements(measured);
    };
    await post(33, 33, 40, 33, 33);
    expect(store.tables.alerts.size).toBe(0);
    await post(33);
    expect(only()).toMatchObject({ state: 'firing', count: 3 });
    await post(40, 33, 40);
    expect(only().state).toBe('firing');
    await post(41);
    expect(only()).toMatchObject({ state: 'resolved', value: 41, resolved: { by: 'guardian' } });
  });

  it('ends only past the clear threshold; between both it goes on, and nothing begins', async () => {
    const rule: MeasurementRule = {
      ...tooDry,
      check: { of: 'value', bad: [{ is: 'below', value: 35 }], clear: [{ is: 'from', value: 38 }], tiers: [] },
    };
    const { alerts, store, only } = setUp([rule]);
    await alerts.postMeasurements([humidity(36, START)]);
    expect(store.tables.alerts.size).toBe(0);
    await alerts.postMeasurements([humidity(34, START + 1), humidity(37.9, START + 2)]);
    expect(only()).toMatchObject({ state: 'firing', value: 37.9, count: 1 });
    await alerts.postMeasurements([humidity(38, START + 3)]);
    expect(only().state).toBe('resolved');
  });

  it('fires again under its own number, one firing more', async () => {
    const { alerts, only, told } = setUp([tooDry]);
    await alerts.postMeasurements([humidity(33, START), humidity(40, START + HOUR), humidity(33, START + 2 * HOUR)]);
    expect(only()).toMatchObject({ number: 1, firing: 2, state: 'firing', resolved: null, count: 2 });
    expect(told()).toEqual(['alert-fired', 'alert-resolved', 'alert-fired']);
  });

  it('that flaps is counted and not told, until it stays', async () => {
    const { alerts, clock, only, told } = setUp([tooDry]);
    const go = (value: number, minutes: number) => alerts.postMeasurements([humidity(value, START + minutes * MINUTE)]);
    for (const [value, minutes] of [
      [33, 0],
      [40, 2],
      [33, 4],
      [40, 6],
      [33, 8],
      [40, 10],
      [33, 12],
    ] as const)
      await go(value, minutes);
    expect(only()).toMatchObject({ firing: 4, isFlapping: true, nextSend: 'repeat' });
    expect(told().filter((kind) => kind !== 'alert-changed')).toEqual([
      'alert-fired',
      'alert-resolved',
      'alert-fired',
      'alert-resolved',
    ]);
    clock.at = START + 42 * MINUTE;
    expect(await alerts.carryOutDue()).toBe(1);
    expect(only().isFlapping).toBe(false);
    await go(40, 50);
    expect(told().slice(-2)).toEqual(['alert-repeated', 'alert-resolved']);
  });

  it('that a person resolved is told when it fires again, however soon', async () => {
    const { alerts, clock, only, told } = setUp([tooDry]);
    await alerts.postMeasurements([humidity(33, START), humidity(40, START + 1), humidity(33, START + 2)]);
    clock.at = START + MINUTE;
    await alerts.act([only().id], { kind: 'resolve', notes: null }, 'Nicolas');
    await alerts.postMeasurements([humidity(33, START + 2 * MINUTE)]);
    expect(only()).toMatchObject({ firing: 3, isFlapping: false });
    expect(told().at(-1)).toBe('alert-fired');
  });

  it('that is critical is told each time, however it flaps', async () => {
    const { alerts, told } = setUp([tooDry]);
    for (let minute = 0; minute < 6; minute += 2)
      await alerts.postMeasurements([
        humidity(20, START + minute * MINUTE),
        humidity(40, START + (minute + 1) * MINUTE),
      ]);
    expect(told().filter((kind) => kind === 'alert-fired')).toHaveLength(3);
  });

  it('C5: says when it is told next, in plain words', async () => {
    const { alerts, clock, only } = setUp([tooDry]);
    await alerts.postMeasurements([humidity(33, START)]);
    expect(nextSendWords(only(), words)).toBe(
      'Told again at 2026-01-31T04:00:00.000Z, unless somebody acknowledges it',
    );
    clock.at = START + HOUR;
    await alerts.act([only().id], { kind: 'acknowledge', notes: null }, 'Nicolas');
    expect(nextSendWords(only(), words)).toBe(
      'Acknowledged by Nicolas; told again from 2026-01-31T05:00:00.000Z on if it still holds',
    );
    await alerts.postMeasurements([humidity(45, START + 2 * HOUR)]);
    expect(nextSendWords(only(), words)).toBe('Nothing more is sent');
  });

  it('C5: repeats at the one interval that the policy gives, however long it is', async () => {
    const longMs = 99_999 * HOUR;
    const nextSend = ({ state }: { state: string }, at: number) =>
      state === 'firing' ? { at: at + longMs, kind: 'repeat' as const } : null;
    const { alerts, clock, only, told } = setUp([tooDry], { policy: { ...POLICY, nextSend } });
    await alerts.postMeasurements([humidity(33, START)]);
    clock.at = START + longMs - 1;
    expect(await alerts.carryOutDue()).toBe(0);
    clock.at = START + longMs;
    expect(await alerts.carryOutDue()).toBe(1);
    expect(only().nextSendAt).toBe(START + 2 * longMs);
    expect(told()).toEqual(['alert-fired', 'alert-repeated']);
  });

  it('is told once when two find it due: the second sees that it no longer is', async () => {
    const { alerts, clock, only } = setUp([tooDry]);
    await alerts.postMeasurements([humidity(33, START)]);
    clock.at = START + 4 * HOUR;
    const [first, second] = await Promise.all([alerts.carryOutDue(), alerts.carryOutDue()]);
    expect([first, second]).toEqual([1, 0]);
    expect(only().nextSendAt).toBe(START + 8 * HOUR);
  });

  it('is passed on step by step while nobody acknowledges it', async () => {
    const nextSend = (
      { state, step, acknowledged }: { state: string; step: number; acknowledged: { until: number } | null },
      at: number,
    ) => {
      if (state === 'acknowledged') return { at: acknowledged!.until, kind: 'lapse' as const };
      return step < 2 ? { at: at + 15 * MINUTE, kind: 'escalate' as const, step: step + 1 } : null;
    };
    const { alerts, clock, only, store } = setUp([tooDry], { policy: { ...POLICY, nextSend } });
    await alerts.postMeasurements([humidity(33, START)]);
    clock.at = START + 15 * MINUTE;
    await alerts.carryOutDue();
    expect(only()).toMatchObject({ step: 1, nextSend: 'escalate' });
    await alerts.act([only().id], { kind: 'acknowledge', notes: null }, 'Allan');
    clock.at = START + HOUR;
    expect(await alerts.carryOutDue()).toBe(0);
    expect(store.tables.changes.map(({ action }) => action)).toEqual(['fired', 'escalated', 'acknowledged']);
  });

  it('waits for an answer from when people hear of it, not from when it became bad', async () => {
    const waiting = setUp([damped({ forMs: 30 * MINUTE })]);
    await waiting.alerts.postMeasurements([humidity(33, START), humidity(33, START + 40 * MINUTE)]);
    expect(waiting.only()).toMatchObject({ firingSince: START, unanswered: { since: START + 40 * MINUTE } });
    const { alerts, clock, only } = setUp([tooDry]);
    for (let minute = 0; minute <= 12; minute += 2)
      await alerts.postMeasurements([humidity(minute % 4 === 0 ? 33 : 40, START + minute * MINUTE)]);
    expect(only()).toMatchObject({ isFlapping: true, unanswered: { since: START + 12 * MINUTE } });
    clock.at = START + 42 * MINUTE;
    await alerts.carryOutDue();
    expect(only()).toMatchObject({ isFlapping: false, unanswered: { since: START + 42 * MINUTE } });
  });

  it('is told again as grave as it was, when only the less grave was acknowledged', async () => {
    const { alerts, only, store } = setUp([tooDry]);
    await alerts.postMeasurements([humidity(29, START), humidity(33, START + 1)]);
    await alerts.act([only().id], { kind: 'acknowledge', notes: null }, 'Nicolas');
    await alerts.postMeasurements([humidity(29, START + 2)]);
    const fired = store.tables.outbox.filter(({ kind }) => kind === 'alert-fired');
    expect(new Set(fired.map(({ payload }) => payload?.telling)).size).toBe(2);
    expect(only()).toMatchObject({ state: 'firing', unanswered: { since: START + 2, severity: 'critical' }, step: 0 });
  });

  it('that was acknowledged lapses after four hours, and is told again', async () => {
    const { alerts, clock, only, told } = setUp([tooDry]);
    await alerts.postMeasurements([humidity(33, START)]);
    await alerts.act([only().id], { kind: 'acknowledge', notes: 'on my way' }, 'Nicolas');
    expect(only()).toMatchObject({ state: 'acknowledged', nextSend: 'lapse', nextSendAt: START + 4 * HOUR });
    clock.at = START + 4 * HOUR - 1;
    expect(await alerts.carryOutDue()).toBe(0);
    clock.at = START + 4 * HOUR;
    expect(await alerts.carryOutDue()).toBe(1);
    expect(only()).toMatchObject({ state: 'firing', nextSend: 'repeat' });
    expect(told().at(-1)).toBe('alert-repeated');
  });

  it('that was acknowledged is told when it becomes graver, and not when it goes to and fro', async () => {
    const { alerts, only, told } = setUp([tooDry]);
    await alerts.postMeasurements([humidity(29, START)]);
    await alerts.act([only().id], { kind: 'acknowledge', notes: null }, 'Nicolas');
    await alerts.postMeasurements([humidity(33, START + 1), humidity(29, START + 2)]);
    expect(only()).toMatchObject({ state: 'acknowledged', severity: 'critical' });
    expect(told()).toEqual(['alert-fired', 'alert-changed']);
    const other = setUp([tooDry]);
    await other.alerts.postMeasurements([humidity(33, START)]);
    await other.alerts.act([other.only().id], { kind: 'acknowledge', notes: null }, 'Nicolas');
    await other.alerts.postMeasurements([humidity(29, START + 1)]);
    expect(other.only()).toMatchObject({ state: 'firing', severity: 'critical', acknowledged: null });
    expect(other.told()).toEqual(['alert-fired', 'alert-changed', 'alert-fired']);
  });
});

describe('what is told of an alert that was reopened', () => {
  it('is told anew: its steps, its repeats and its end', async () => {
    const { alerts, clock, only, store } = setUp([tooDry]);
    await alerts.postMeasurements([humidity(33, START)]);
    const end = () => alerts.act([only().id], { kind: 'resolve', notes: null }, 'Nicolas');
    await end();
    clock.at = START + HOUR;
    await alerts.act([only().id], { kind: 'reopen', notes: 'not yet' }, 'Louise');
    expect(only()).toMatchObject({ state: 'firing', firing: 1, nextSendAt: START + 5 * HOUR });
    clock.at = START + 2 * HOUR;
    await end();
    const tellings = store.tables.outbox.map(({ payload }) => payload?.telling);
    expect(new Set(tellings).size).toBe(tellings.length);
  });

  it('carries the row as it was at that moment, without its number and evidence', async () => {
    const { alerts, store, only } = setUp([tooDry]);
    await alerts.postMeasurements([humidity(28.5, START)]);
    const { number: _number, evidence: _evidence, ...row } = only();
    expect(store.tables.outbox).toEqual([
      {
        kind: 'alert-fired',
        projectId: 1,
        subjectId: row.id,
        payload: {
          ...{ action: 'fired', at: START, by: 'guardian', notes: null, alert: row },
          telling: `${row.id}:1:fired:critical`,
        },
      },
    ]);
  });
});

describe('what is unknown', () => {
  it('F14: resolves nothing and fires nothing; the row reads unknown, never 0', async () => {
    const { alerts, only, told } = setUp([tooDry]);
    await alerts.postMeasurements([humidity(33, START), humidity(null, START + 1)]);
    expect(only()).toMatchObject({ state: 'firing', value: null, lastSeen: START, count: 1 });
    await alerts.postMeasurements([humidity(null, START + 2)]);
    expect(told()).toEqual(['alert-fired']);
    const quiet = setUp([tooDry]);
    await quiet.alerts.postMeasurements([humidity(null, START)]);
    expect(quiet.store.tables.alerts.size).toBe(0);
  });

  it('three times in a row is an alert of the rule itself, which ends when every subject could be looked at', async () => {
    const { alerts, store } = setUp([tooDry]);
    const own = () => [...store.tables.alerts.values()].find(({ type }) => type === 'RULE_CANNOT_LOOK');
    const post = (value: number | null, minute: number, piano: string) =>
      alerts.postMeasurements([humidity(value, START + minute * MINUTE, piano)]);
    for (const minute of [0, 1]) await post(null, minute, '12');
    await post(50, 2, '14');
    expect(own()).toBeUndefined();
    await post(null, 3, '12');
    expect(own()).toMatchObject({
      rule: 'rule-cannot-look',
      state: 'firing',
      subject: { kind: 'rule', id: 'too-dry' },
      description: 'Rule too-dry could not look at piano/12: humidity of Piano 12 could not be measured',
    });
    for (const minute of [4, 5, 6]) await post(null, minute, '15');
    expect(own()).toMatchObject({ evidence: { subjects: ['piano/12', 'piano/15'] } });
    await post(50, 7, '12');
    expect(own()?.state).toBe('firing');
    await post(33, 8, '15');
    expect(own()?.state).toBe('resolved');
  });

  it('neither breaks what was bad in a row, nor lengthens it', async () => {
    const { alerts, store, only } = setUp([damped({ badCount: 2, forMs: 10 * MINUTE })]);
    await alerts.postMeasurements([humidity(33, START), humidity(null, START + 5 * MINUTE)]);
    await alerts.postMeasurements([humidity(null, START + 11 * MINUTE)]);
    expect(store.tables.alerts.size).toBe(0);
    await alerts.postMeasurements([humidity(33, START + 12 * MINUTE)]);
    expect(only()).toMatchObject({ state: 'firing', firingSince: START, count: 2 });
  });

  it('is a value in another unit than the rule’s', async () => {
    const { alerts, store } = setUp([{ ...tooDry, measurement: 'temperature', unit: '°C' }]);
    await alerts.postMeasurements([{ ...humidity(20, START), name: 'temperature', unit: '°F' }]);
    expect(store.tables.looks.get('too-dry:piano/12@1')).toMatchObject({ unknownCount: 1, badCount: 0 });
  });
});
