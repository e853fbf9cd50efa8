import { describe, expect, it, vi } from 'vitest';
import { GuardianError } from '../../shared/index.ts';
import { HOUR, humidity, MINUTE, START, setUp, textRule, tooDry, tooHumid } from '../alert-fixtures.ts';
import type { MeasurementRule } from '../rules/rule.ts';
import { gatherPosts } from './gather-posts.ts';
import type { AlertPost } from './post-alerts.ts';

const post = (given: Partial<AlertPost> = {}): AlertPost => ({
  projectId: 1,
  type: 'TOO_DRY',
  state: 'firing',
  severity: 'warning',
  subject: { kind: 'piano', id: '12', name: 'Piano 12', labels: {} },
  value: null,
  unit: null,
  threshold: null,
  description: 'The tank is empty',
  advice: null,
  evidence: null,
  ...given,
});

const unplugged = textRule({ name: 'unplugged', type: 'UNPLUGGED', any: ['unplugged'], resolution: ['plugged back'] });
const empty = textRule({ name: 'empty', type: 'TANK_EMPTY', any: ['tank empty'] });
const text = (content: string, id = 'note-1', at = START) => ({
  projectId: 1,
  id,
  at,
  content,
  subject: { kind: 'piano', id: '12', name: 'Piano 12', labels: {} },
});

describe('measurements', () => {
  it('are kept and decided on in one transaction, however many', async () => {
    const { alerts, store } = setUp([tooDry, tooHumid]);
    const many = Array.from({ length: 500 }, (_, index) => humidity(20 + (index % 60), START + index, `${index % 20}`));
    const outcome = await alerts.postMeasurements(many);
    expect(outcome.newMeasurements).toBe(500);
    expect(store.transactions).toBe(1);
  });

  it('F4: a write that fails fails the post, with nothing kept of it', async () => {
    const { alerts, store, only } = setUp([tooDry]);
    store.failNext('before');
    await expect(alerts.postMeasurements([humidity(20, START)])).rejects.toThrow('the database is away');
    expect(store.tables.measurements.size + store.tables.alerts.size + store.tables.outbox.length).toBe(0);
    // The client asks again, also when only the answer got lost.
    store.failNext('after');
    await expect(alerts.postMeasurements([humidity(20, START)])).rejects.toThrow();
    await alerts.postMeasurements([humidity(20, START)]);
    expect(only()).toMatchObject({ count: 1, firing: 1 });
    expect(store.tables.outbox).toHaveLength(1);
  });

  it('F13: late ones change nothing that newer ones said', async () => {
    const { alerts, store, only } = setUp([tooDry]);
    await alerts.postMeasurements([humidity(50, START + HOUR)]);
    await alerts.postMeasurements([humidity(20, START)]);
    expect(store.tables.alerts.size).toBe(0);
    expect(store.tables.measurements.size).toBe(2);
    await alerts.postMeasurements([humidity(20, START + 2 * HOUR), humidity(50, START + HOUR + 1)]);
    expect(only().state).toBe('firing');
  });

  it.each<[Partial<MeasurementRule>, number]>([
    [{ labels: { place: 'Salle Pollack' } }, 1],
    [{ labels: { place: 'Tanna Schulich' } }, 0],
    [{ labels: { constructor: 'x' } }, 0],
    [{ subjectKind: 'piano' }, 1],
    [{ subjectKind: 'room' }, 0],
    [{ projectId: 1 }, 1],
    [{ projectId: 2 }, 0],
    [{ measurement: 'temperature' }, 0],
  ])('tell their rules only: with %j there are %d alerts', async (given, fires) => {
    const { alerts, store } = setUp([{ ...tooDry, ...given }]);
    await alerts.postMeasurements([humidity(20, START)]);
    expect(store.tables.alerts.size).toBe(fires);
  });

  it('that change too much are told with what they changed from', async () => {
    const rule: MeasurementRule = {
      ...tooDry,
      check: {
        ...{ of: 'change', withinMs: HOUR, as: 'difference', clear: [], tiers: [] },
        bad: [
          { is: 'below', value: -10 },
          { is: 'above', value: 10 },
        ],
      },
    };
    const { alerts, store, only } = setUp([rule]);
    await alerts.postMeasurements([humidity(45, START), humidity(40, START + 30 * MINUTE)]);
    expect(store.tables.alerts.size).toBe(0);
    await alerts.postMeasurements([humidity(33, START + 50 * MINUTE)]);
    expect(only()).toMatchObject({
      value: -12,
      evidence: { from: 45, to: 33 },
      threshold: 'below -10 %',
    });
    await alerts.postMeasurements([humidity(33, START + 80 * MINUTE)]);
    expect(only()).toMatchObject({ state: 'resolved', value: -7 });
  });

  it('that stay away are told, and are well again when they come', async () => {
    const rule: MeasurementRule = {
      ...tooDry,
      name: 'silent',
      type: 'NO_DATA',
      check: { of: 'silence', afterMs: HOUR },
    };
    const { alerts, clock, store, only } = setUp([rule]);
    await alerts.postMeasurements([humidity(50, START)]);
    clock.at = START + HOUR;
    await alerts.evaluateSchedules();
    expect(store.tables.alerts.size).toBe(0);
    clock.at = START + HOUR + 5 * MINUTE;
    await alerts.evaluateSchedules();
    expect(only()).toMatchObject({
      type: 'NO_DATA',
      description: 'No humidity of Piano 12 came for 1 h 5 min (limit: 1 h)',
      state: 'firing',
    });
    await alerts.postMeasurements([humidity(null, clock.at)]);
    clock.at += MINUTE;
    await alerts.evaluateSchedules();
    expect(only().state).toBe('resolved');
  });

  it('fill a rule’s own sentence in, and say what is not known', async () => {
    const description = '{label.place}: {subject} at {value} {unit} ({threshold}); key {label.key}';
    const { alerts, only } = setUp([{ ...tooDry, description, advice: 'Fill the tank' }]);
    await alerts.postMeasurements([humidity(28.5, START)]);
    expect(only()).toMatchObject({
      description: 'Salle Pollack: Piano 12 at 28.5 % (below 30 %); key unknown',
      advice: 'Fill the tank',
    });
  });
});

describe('texts', () => {
  it('raise several alerts each, one for each type, once', async () => {
    const { alerts, store, told } = setUp([unplugged, empty]);
    const first = await alerts.postTexts([text('Found it unplugged, tank empty')]);
    expect(first).toMatchObject({ newTexts: 1, alerts: [{ type: 'UNPLUGGED' }, { type: 'TANK_EMPTY' }] });
    expect(await alerts.postTexts([text('Found it unplugged, tank empty')])).toEqual({
      newTexts: 0,
      newMeasurements: 0,
      alerts: [],
    });
    expect(told()).toEqual(['alert-fired', 'alert-fired']);
    expect([...store.tables.alerts.values()].map(({ count, evidence }) => [count, evidence?.text])).toEqual([
      [1, 'note-1'],
      [1, 'note-1'],
    ]);
  });

  it('are not raised again after a person resolved them, posted as often as they may be', async () => {
    const { alerts, clock, only } = setUp([unplugged]);
    await alerts.postTexts([text('unplugged')]);
    clock.at = START + HOUR;
    await alerts.act([only().id], { kind: 'resolve', notes: null }, 'Nicolas');
    await alerts.postTexts([text('unplugged')]);
    expect(only()).toMatchObject({ state: 'resolved', firing: 1 });
    await alerts.postTexts([text('unplugged again', 'note-2', START + 2 * HOUR)]);
    expect(only()).toMatchObject({ state: 'firing', firing: 2 });
  });

  it('that say that it was put right resolve what fires; others change nothing', async () => {
    const { alerts, only } = setUp([unplugged]);
    await alerts.postTexts([text('unplugged')]);
    await alerts.postTexts([text('tuned, all well', 'note-2', START + 1)]);
    expect(only().state).toBe('firing');
    await alerts.postTexts([text('plugged back in', 'note-3', START + 2)]);
    expect(only()).toMatchObject({ state: 'resolved', description: 'Piano 12: “unplugged”' });
  });

  it('F13: that are old raise nothing, and are not looked at again', async () => {
    const { alerts, store } = setUp([{ ...unplugged, oldestMs: 24 * HOUR }]);
    const old = text('unplugged', 'note-0', START - 25 * HOUR);
    expect(await alerts.postTexts([old])).toMatchObject({ newTexts: 1, alerts: [] });
    expect(store.tables.texts.get('1 note-0')?.types).toEqual(['UNPLUGGED']);
  });

  it('are looked at for a type that is new, and for that alone', async () => {
    const { store, alerts } = setUp([unplugged]);
    await alerts.postTexts([text('unplugged, tank empty')]);
    const later = setUp([unplugged, empty]);
    await later.store.texts.add({ ...store.tables.texts.get('1 note-1')! });
    const { newTexts, alerts: raised } = await later.alerts.postTexts([text('unplugged, tank empty')]);
    expect([newTexts, raised.map(({ type }) => type)]).toEqual([0, ['TANK_EMPTY']]);
  });
});

describe('alerts from outside', () => {
  it('fire and end, one row for a type and subject', async () => {
    const { alerts, only, told } = setUp([tooDry]);
    const fired = await alerts.postAlert(post());
    expect(fired).toMatchObject({ number: 1, rule: 'posted', state: 'firing', dedupeKey: 'posted.TOO_DRY:piano/12@1' });
    await alerts.postAlert(post({ severity: 'info', description: 'half full' }));
    expect(only()).toMatchObject({ count: 2, severity: 'info', description: 'half full' });
    expect(await alerts.postAlert(post({ state: 'resolved' }))).toMatchObject({ id: fired.id, state: 'resolved' });
    expect(await alerts.postAlert(post({ state: 'resolved' }))).toMatchObject({ id: fired.id, state: 'resolved' });
    expect(told()).toEqual(['alert-fired', 'alert-changed', 'alert-resolved']);
  });

  it('F4: of a type that nobody declared are refused before anything is written', async () => {
    const { alerts, store } = setUp([tooDry]);
    await expect(alerts.postAlert(post({ type: 'TOO_WET' }))).rejects.toMatchObject({
      code: 'payload_invalid',
      about: { key: 'type', reason: '"TOO_WET" is not declared' },
    });
    expect(store.transactions).toBe(0);
  });

  it('that end without having fired are not there', async () => {
    const { alerts } = setUp([tooDry]);
    await expect(alerts.postAlert(post({ state: 'resolved' }))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('keep evidence up to a bound, and say what was left out', async () => {
    const { alerts } = setUp([tooDry]);
    const large = await alerts.postAlert(post({ evidence: { log: 'x'.repeat(20_000) } }));
    expect(large.evidence).toEqual({ isLeftOut: true, characters: 20_010 });
  });

  it('that come in a burst are written together, and none waits for company', async () => {
    const { alerts, store } = setUp([tooDry]);
    const burst = Array.from({ length: 50 }, (_, index) =>
      alerts.postAlert(post({ subject: { kind: 'piano', id: `${index}`, name: '', labels: {} } })),
    );
    const numbers = (await Promise.all(burst)).map(({ number }) => number);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(store.transactions).toBe(2);
  });

  it('that follow each other closely are written together as well; after a pause each goes at once', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] });
    const written: number[][] = [];
    const gather = gatherPosts(async (posts: readonly number[]) => {
      written.push([...posts]);
      return [...posts];
    });
    try {
      await gather(1);
      const soon = [gather(2)];
      await vi.advanceTimersByTimeAsync(10);
      soon.push(gather(3));
      expect(written).toEqual([[1]]);
      await vi.advanceTimersByTimeAsync(15);
      expect([await Promise.all(soon), written]).toEqual([
        [2, 3],
        [[1], [2, 3]],
      ]);
      await vi.advanceTimersByTimeAsync(25);
      await gather(4);
      expect(written.at(-1)).toEqual([4]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('get each its own answer, whatever comes with it', async () => {
    const { alerts } = setUp([tooDry]);
    const [fired, ended, again, never] = await Promise.allSettled([
      alerts.postAlert(post()),
      alerts.postAlert(post({ state: 'resolved' })),
      alerts.postAlert(post()),
      alerts.postAlert(post({ state: 'resolved', subject: { kind: 'piano', id: 'x', name: '', labels: {} } })),
    ]);
    const stateOf = (one: typeof fired) =>
      one.status === 'fulfilled' ? [one.value.number, one.value.state, one.value.firing] : one.reason.code;
    expect([fired, ended, again, never].map(stateOf)).toEqual([
      [1, 'firing', 1],
      [1, 'resolved', 1],
      [1, 'firing', 2],
      'not_found',
    ]);
  });

  it('of which one cannot be written spoil no other; a store that is away is told to all', async () => {
    const tries: number[][] = [];
    const gather = gatherPosts(async (posts: readonly number[]) => {
      tries.push([...posts]);
      if (posts.includes(3)) throw new GuardianError('payload_invalid', { reason: 'three' });
      return posts.map((one) => one * 10);
    });
    const settled = await Promise.allSettled([1, 2, 3, 4].map(gather));
    expect(settled.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.code))).toEqual([
      10,
      20,
      'payload_invalid',
      40,
    ]);
    expect(tries).toEqual([[1], [2, 3, 4], [2], [3], [4]]);
    const away = gatherPosts(async () => {
      throw new GuardianError('store_unavailable');
    });
    expect((await Promise.allSettled([1, 2, 3].map(away))).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'rejected',
    ]);
  });

  it('C9: posted at once are one row, and the key that is shown is the one that counts', async () => {
    const { alerts, only, told } = setUp([tooDry]);
    const posted = await Promise.all(Array.from({ length: 50 }, () => alerts.postAlert(post())));
    expect(new Set(posted.map(({ id }) => id)).size).toBe(1);
    expect(only()).toMatchObject({ count: 50, firing: 1, dedupeKey: posted[0]!.dedupeKey });
    expect(told()).toEqual(['alert-fired']);
  });
});

describe('trying a rule', () => {
  it('says what it would say, and writes nothing', () => {
    const { alerts, store } = setUp([tooDry, unplugged]);
    expect(alerts.tryRule('too-dry', { value: 28.5 })).toMatchObject({
      condition: 'bad',
      severity: 'critical',
      type: 'TOO_DRY',
    });
    expect(alerts.tryRule('too-dry', { value: 45 }).condition).toBe('good');
    expect(alerts.tryRule('unplugged', { text: 'Found it unplugged' })).toMatchObject({
      condition: 'bad',
      matches: [{ clause: 'Found it unplugged', pattern: 'unplugged' }],
    });
    expect(alerts.tryRule('unplugged', { text: 'plugged back in' }).condition).toBe('good');
    expect(alerts.tryRule('unplugged', { text: 'tuned' }).condition).toBe('none');
    expect(store.transactions).toBe(0);
  });

  it.each([
    ['nothing', { value: 1 }, 'not_found'],
    ['too-dry', { text: 'x' }, 'payload_invalid'],
    ['unplugged', { value: 1 }, 'payload_invalid'],
    ['guardian-channel', { value: 1 }, 'payload_invalid'],
  ] as const)('refuses %s with %j', (name, given, code) => {
    const { alerts } = setUp([tooDry, unplugged]);
    expect(() => alerts.tryRule(name, given)).toThrow(expect.objectContaining({ code }));
  });
});
