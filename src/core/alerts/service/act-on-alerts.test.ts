import { describe, expect, it } from 'vitest';
import { messagesFor } from '../../shared/index.ts';
import { HOUR, humidity, MINUTE, POLICY, START, setUp, tooDry } from '../alert-fixtures.ts';
import type { AlertActionKind } from '../transition/decide-action.ts';
import { readUndoToken, undoToken } from '../transition/undo.ts';
import { undoAction } from './act-on-alerts.ts';

const by = (kind: AlertActionKind, notes: string | null = null) => ({ kind, notes });

async function withAlerts(count: number) {
  const made = setUp([tooDry]);
  await made.alerts.postMeasurements(Array.from({ length: count }, (_, index) => humidity(33, START, `${index}`)));
  const ids = [...made.store.tables.alerts.keys()];
  const states = () =>
    [...made.store.tables.alerts.values()].map(({ state, isArchived }) => (isArchived ? `${state}, archived` : state));
  return { ...made, ids, states };
}

describe('what people do to alerts', () => {
  it('F6: archives only what is resolved', async () => {
    const { alerts, ids, states } = await withAlerts(2);
    await alerts.act([ids[0]!], by('resolve', 'humidified'), 'Nicolas');
    const { changed, refused } = await alerts.act(ids, by('archive'), 'Nicolas');
    expect(changed.map(({ id }) => id)).toEqual([ids[0]]);
    expect(refused).toEqual([{ id: ids[1], reason: 'is-open' }]);
    expect(states()).toEqual(['resolved, archived', 'firing']);
  });

  it('F6: keeps the notes of a resolution, with who and when', async () => {
    const { alerts, store, clock, ids } = await withAlerts(1);
    clock.at = START + HOUR;
    await alerts.act(ids, by('resolve', 'tank filled'), 'Louise');
    const resolved = { at: START + HOUR, by: 'Louise', notes: 'tank filled' };
    expect(await store.get(ids[0]!)).toMatchObject({ state: 'resolved', resolved, nextSendAt: null });
    expect((await store.changes(ids[0]!)).at(-1)).toMatchObject({
      action: 'resolved',
      from: 'firing',
      to: 'resolved',
      by: 'Louise',
      notes: 'tank filled',
    });
  });

  it('F6: says that an id is unknown, and changes the others', async () => {
    const { alerts, ids, states } = await withAlerts(1);
    const { refused, changed } = await alerts.act(['alert-00000000000000', ids[0]!], by('resolve'), 'Nicolas');
    expect(refused).toEqual([{ id: 'alert-00000000000000', reason: 'not-found' }]);
    expect(changed).toHaveLength(1);
    expect(states()).toEqual(['resolved']);
  });

  it.each([
    ['acknowledge', [], 'acknowledged', null],
    ['acknowledge', ['acknowledge'], 'acknowledged', 'is-acknowledged'],
    ['acknowledge', ['resolve'], 'resolved', 'is-resolved'],
    ['resolve', ['acknowledge'], 'resolved', null],
    ['resolve', ['resolve'], 'resolved', 'is-resolved'],
    ['reopen', [], 'firing', 'is-open'],
    ['reopen', ['resolve'], 'firing', null],
    ['reopen', ['resolve', 'archive'], 'firing', null],
    ['archive', ['acknowledge'], 'acknowledged', 'is-open'],
    ['archive', ['resolve', 'archive'], 'resolved, archived', 'is-archived'],
    ['unarchive', ['resolve', 'archive'], 'resolved', null],
    ['unarchive', ['resolve'], 'resolved', 'is-not-archived'],
    ['note', [], 'firing', 'needs-notes'],
  ] as [AlertActionKind, AlertActionKind[], string, string | null][])(
    '%s after %j leaves it %s',
    async (action, before, state, reason) => {
      const { alerts, ids, states } = await withAlerts(1);
      for (const earlier of before) await alerts.act(ids, by(earlier), 'Nicolas');
      const { refused } = await alerts.act(ids, by(action), 'Nicolas');
      expect(refused.map((one) => one.reason)).toEqual(reason === null ? [] : [reason]);
      expect(states()).toEqual([state]);
    },
  );

  it('takes a note down, whatever the state', async () => {
    const { alerts, store, ids } = await withAlerts(1);
    expect(await alerts.act(ids, by('note', 'called the hall'), 'Allan')).toMatchObject({ refused: [], undo: null });
    expect((await store.changes(ids[0]!)).at(-1)).toMatchObject({
      action: 'noted',
      notes: 'called the hall',
      by: 'Allan',
    });
  });

  it('F6: takes a bulk action back, of those that nobody changed since', async () => {
    const { alerts, clock, ids, states, store } = await withAlerts(4);
    await alerts.act([ids[0]!], by('acknowledge'), 'Allan');
    const { undo } = await alerts.act(ids, by('resolve', 'cleaned up'), 'Nicolas');
    expect(states()).toEqual(['resolved', 'resolved', 'resolved', 'resolved']);
    await alerts.act([ids[1]!], by('archive'), 'Louise');
    clock.at = START + MINUTE;
    await alerts.postMeasurements([humidity(20, START + MINUTE, '2')]);
    const undone = await alerts.undo(undo!, 'Nicolas');
    expect(undone?.changed.map(({ id }) => id)).toEqual([ids[0], ids[3]]);
    expect(undone?.refused).toEqual([
      { id: ids[1], reason: 'changed-since' },
      { id: ids[2], reason: 'changed-since' },
    ]);
    expect(states()).toEqual(['acknowledged', 'resolved, archived', 'firing', 'firing']);
    expect(await store.get(ids[0]!)).toMatchObject({
      acknowledged: { by: 'Allan' },
      nextSend: 'lapse',
      resolved: null,
    });
    expect((await store.changes(ids[3]!)).at(-1)).toMatchObject({ action: 'undone', by: 'Nicolas' });
    expect((await alerts.undo(undo!, 'Nicolas'))?.changed).toEqual([]);
  });

  it('F6: takes nothing back from under somebody who changes it at the same moment', async () => {
    const { alerts, ids, store, states } = await withAlerts(1);
    const { undo } = await alerts.act(ids, by('resolve'), 'Nicolas');
    const changes = await store.changes(ids[0]!);
    await alerts.act(ids, by('archive'), 'Louise');
    // The history was read before Louise's change, the row is written after it.
    const stale = { ...store, changes: async () => changes };
    const context = {
      store: stale,
      policy: { ...POLICY, messages: messagesFor('en'), newId: () => '' },
      at: START,
      by: 'Nicolas',
    };
    expect((await undoAction(undo!, context))?.changed).toEqual([]);
    expect(states()).toEqual(['resolved, archived']);
  });

  it('refuses a token that is none of its own', async () => {
    const { alerts, ids } = await withAlerts(1);
    const { undo } = await alerts.act(ids, by('resolve'), 'Nicolas');
    for (const token of ['', 'x', '!!', `${undo}A`, undo!.slice(1), 'AAAAAAAAAAA'])
      expect(await alerts.undo(token, 'Nicolas')).toBeNull();
    const other = undoToken('0'.repeat(16), ids)!;
    expect((await alerts.undo(other, 'Nicolas'))?.refused).toEqual([{ id: ids[0], reason: 'changed-since' }]);
  });

  it('fits a thousand alerts into a token', () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `alert-${index.toString(16).padStart(14, '0')}`);
    const token = undoToken('0123456789abcdef', ids)!;
    expect(token.length).toBeLessThanOrEqual(10_000);
    expect(readUndoToken(token)).toEqual({ act: '0123456789abcdef', alertIds: ids });
  });

  it('begins anew after a person resolved it: it fires again when it is bad again, by the rule’s damping', async () => {
    const made = setUp([{ ...tooDry, damping: { forMs: 0, badCount: 2, goodCount: 1 } }]);
    const { alerts, clock, only } = made;
    await alerts.postMeasurements([humidity(33, START), humidity(33, START + 1)]);
    clock.at = START + HOUR;
    await alerts.act([only().id], by('resolve'), 'Nicolas');
    await alerts.postMeasurements([humidity(33, START + HOUR - 1), humidity(33, START + HOUR + 1)]);
    expect(only()).toMatchObject({ state: 'resolved', firing: 1 });
    await alerts.postMeasurements([humidity(33, START + HOUR + 2)]);
    expect(only()).toMatchObject({ state: 'firing', firing: 2 });
  });

  it('is written in one transaction, and asked for twice it is done once', async () => {
    const { alerts, store, ids } = await withAlerts(50);
    const before = store.transactions;
    const { changed, refused } = await alerts.act([...ids, ...ids], by('acknowledge'), 'Nicolas');
    expect([changed.length, refused]).toEqual([50, []]);
    expect(store.transactions - before).toBe(1);
    expect(store.tables.changes.filter(({ action }) => action === 'acknowledged')).toHaveLength(50);
  });
});
