import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  Alert,
  AlertChange,
  AlertFilter,
  AlertOutboxEntry,
  AlertReader,
  AlertStore,
  AlertWrite,
  LookState,
  Measurement,
  MeasurementStore,
  Observation,
  PostedText,
  TextStore,
} from '../../src/core/alerts/ports.ts';

/** One connection to the store. */
export interface AlertPorts {
  alerts: AlertStore & AlertReader;
  measurements: MeasurementStore;
  texts: TextStore;
}

/** What the suite needs of a store: fresh and empty for each test. */
export interface AlertStoreUnderTest extends AlertPorts {
  /** Another node at the same store. */
  other: AlertPorts;
  /** All rows, oldest first. */
  outbox(): Promise<AlertOutboxEntry[]>;
  close(): Promise<void>;
}

const NOW = Date.UTC(2031, 0, 6, 6);
const PIANO = { kind: 'piano', id: 'p-7', name: 'Bösendorfer', labels: { place: 'Salle Claude', client: 'É' } };

function observation(dedupeKey: string, changes: Partial<Observation> = {}): Observation {
  return {
    dedupeKey,
    rule: 'humidity',
    type: 'TOO_DRY',
    projectId: 1,
    subject: PIANO,
    at: NOW,
    condition: 'bad',
    severity: 'warning',
    value: 28.5,
    unit: '%',
    threshold: '< 35 %',
    description: 'Too dry',
    advice: null,
    evidence: null,
    damping: { forMs: 0, badCount: 1, goodCount: 1 },
    ...changes,
  };
}

function alertOf(id: string, key: string, changes: Partial<Alert> = {}): Alert {
  return {
    id,
    number: 0,
    projectId: 1,
    rule: 'humidity',
    dedupeKey: key,
    type: 'TOO_DRY',
    severity: 'warning',
    state: 'firing',
    isArchived: false,
    subject: PIANO,
    value: 28.5,
    unit: '%',
    threshold: '< 35 %',
    description: 'Too dry',
    advice: 'Add water',
    said: { description: { say: 'unmeasured', about: [{ subject: 'a\u0000b' }] }, threshold: null, advice: null },
    evidence: { readings: [28.5, 29], text: 'a\u0000b' },
    firstSeen: NOW,
    lastSeen: NOW,
    count: 1,
    firing: 1,
    firingSince: NOW,
    nextSendAt: NOW + 5,
    nextSend: 'repeat',
    nextStep: null,
    step: 0,
    unanswered: { since: NOW, severity: 'warning' },
    acknowledged: null,
    resolved: null,
    isFlapping: false,
    ...changes,
  };
}

function changeOf(alert: Alert, changes: Partial<AlertChange> = {}): AlertChange {
  return {
    alertId: alert.id,
    firing: alert.firing,
    at: NOW,
    by: 'guardian',
    action: 'fired',
    from: null,
    to: alert.state,
    notes: null,
    detail: { value: 28.5 },
    ...changes,
  };
}

const told = (alert: Alert, kind = 'alert-fired'): AlertOutboxEntry => ({
  kind,
  projectId: alert.projectId,
  subjectId: alert.id,
  payload: { firing: alert.firing },
});

const looked = (key: string, changes: Partial<LookState> = {}): LookState => ({
  dedupeKey: key,
  badSince: NOW,
  badCount: 1,
  goodCount: 0,
  unknownCount: 0,
  lastLookAt: NOW,
  ...changes,
});

const NOTHING: AlertWrite = { alert: null, look: null, changes: [], outbox: [] };

/** What every store of alerts does, whatever is behind it. Nothing outside its own ports is looked at. */
export function describeAlertStore(name: string, open: () => Promise<AlertStoreUnderTest>): void {
  describe(`alert store: ${name}`, () => {
    let store: AlertStoreUnderTest;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    const fire = (alert: Alert): AlertWrite => ({
      alert,
      look: looked(alert.dedupeKey),
      changes: [changeOf(alert)],
      outbox: [told(alert)],
    });
    async function add(...alerts: Alert[]): Promise<Alert[]> {
      const byKey = new Map(alerts.map((alert) => [alert.dedupeKey, alert]));
      return store.alerts.observe(
        alerts.map(({ dedupeKey }) => observation(dedupeKey)),
        ({ dedupeKey }) => fire(byKey.get(dedupeKey)!),
      );
    }

    describe('observing', () => {
      it('keeps what is decided, with its changes and outbox rows, and numbers alerts as they come', async () => {
        const written = await add(alertOf('a-1', 'k-1'), alertOf('a-2', 'k-2', { value: null, projectId: null }));
        expect(written.map(({ id, number }) => [id, number])).toEqual([
          ['a-1', 1],
          ['a-2', 2],
        ]);
        expect(await store.alerts.get('a-1')).toEqual({ ...alertOf('a-1', 'k-1'), number: 1 });
        expect(await store.alerts.get('a-2')).toEqual(written[1]);
        expect(await store.alerts.get('nothing')).toBeNull();
        expect(await store.alerts.changes('a-1')).toEqual([changeOf(written[0]!)]);
        expect(await store.alerts.changes('nothing')).toEqual([]);
        expect(await store.outbox()).toEqual(written.map((alert) => told(alert)));
      });

      it('shows each decision to the next one about its key, and writes each alert once', async () => {
        await add(alertOf('a-1', 'k-1'));
        const seen: unknown[] = [];
        const written = await store.alerts.observe(
          [observation('k-1'), observation('k-2'), observation('k-1'), observation('k-2')],
          ({ dedupeKey }, alert, look) => {
            seen.push([dedupeKey, alert?.count ?? null, look?.badCount ?? null]);
            const next = alert ? { ...alert, count: alert.count + 1 } : alertOf('a-2', dedupeKey);
            const badCount = (look?.badCount ?? 0) + 1;
            return { alert: next, look: looked(dedupeKey, { badCount }), changes: [], outbox: [] };
          },
        );
        expect(seen.slice(-4)).toEqual([
          ['k-1', 1, 1],
          ['k-2', null, null],
          ['k-1', 2, 2],
          ['k-2', 1, 1],
        ]);
        expect(written.map(({ id, number, count }) => [id, number, count])).toEqual([
          ['a-1', 1, 3],
          ['a-2', 2, 2],
        ]);
        expect(await store.alerts.get('a-2')).toEqual(written[1]);
      });

      it('leaves rows as they are where nothing is decided of them', async () => {
        expect(await store.alerts.observe([observation('k-1')], () => NOTHING)).toEqual([]);
        expect(await store.alerts.observe([], () => NOTHING)).toEqual([]);
        let seen: unknown = 'not asked';
        const decide = (_: Observation, alert: Alert | null, look: LookState | null) => {
          seen = [alert, look];
          return { ...NOTHING, look: looked('k-1', { badSince: null, badCount: 0, goodCount: 3 }) };
        };
        await store.alerts.observe([observation('k-1', { condition: 'good' })], decide);
        expect(seen).toEqual([null, null]);
        await store.alerts.observe([observation('k-1')], decide);
        expect(seen).toEqual([null, looked('k-1', { badSince: null, badCount: 0, goodCount: 3 })]);
      });

      it('lets nobody decide of a key at once with another: one row, one count for each look', async () => {
        const look = (ports: AlertPorts, node: number) =>
          Array.from({ length: 10 }, (_, index) =>
            ports.alerts.observe(
              // Each in another order.
              index % 2 === 0 ? [observation('k-1'), observation('k-2')] : [observation('k-2'), observation('k-1')],
              ({ dedupeKey }, alert) => {
                const next = alert
                  ? { ...alert, count: alert.count + 1 }
                  : alertOf(`${dedupeKey} of ${node}.${index}`, dedupeKey);
                return { alert: next, look: null, changes: [changeOf(next)], outbox: alert ? [] : [told(next)] };
              },
            ),
          );
        await Promise.all([...look(store, 1), ...look(store.other, 2)]);
        const { items } = await store.alerts.list({}, { cursor: null, limit: 10 });
        expect(items.map(({ dedupeKey, count }) => [dedupeKey, count]).sort()).toEqual([
          ['k-1', 20],
          ['k-2', 20],
        ]);
        expect(items.map(({ number }) => number).sort()).toEqual([1, 2]);
        expect(await store.outbox()).toHaveLength(2);
        for (const { id } of items) expect(await store.alerts.changes(id)).toHaveLength(20);
      });

      it('writes nothing by halves', async () => {
        const decide = ({ dedupeKey }: Observation): AlertWrite => {
          if (dedupeKey === 'k-2') throw new Error('the rule fell over');
          return fire(alertOf('a-1', dedupeKey));
        };
        const both = [observation('k-1'), observation('k-2')];
        await expect(store.alerts.observe(both, decide)).rejects.toThrow('the rule fell over');
        expect(await store.alerts.counts({})).toEqual({ firing: 0, acknowledged: 0, resolved: 0 });
        expect(await store.outbox()).toEqual([]);
      });
    });

    describe('changing', () => {
      it('changes alerts by their ids, and leaves out those that are not there', async () => {
        await add(alertOf('a-1', 'k-1'), alertOf('a-2', 'k-2'));
        const acknowledged = { at: NOW + 1, by: 'ann', until: NOW + 99 };
        const changed = await store.alerts.change(['a-2', 'nothing', 'a-1', 'a-2'], (alert) => {
          if (alert.id === 'a-1') return NOTHING;
          const next: Alert = { ...alert, state: 'acknowledged', acknowledged };
          const change = changeOf(next, {
            action: 'acknowledged',
            from: 'firing',
            by: 'ann',
            notes: 'mine',
            detail: null,
          });
          return { alert: next, look: null, changes: [change], outbox: [told(next, 'alert-changed')] };
        });
        expect(changed.map(({ id, state }) => [id, state])).toEqual([
          ['a-2', 'acknowledged'],
          ['a-1', 'firing'],
        ]);
        expect(await store.alerts.get('a-2')).toMatchObject({ number: 2, state: 'acknowledged', acknowledged });
        expect((await store.alerts.changes('a-2')).map(({ action, notes }) => [action, notes])).toEqual([
          ['fired', null],
          ['acknowledged', 'mine'],
        ]);
        expect((await store.outbox()).map(({ kind }) => kind)).toEqual(['alert-fired', 'alert-fired', 'alert-changed']);
        expect(await store.alerts.change([], () => NOTHING)).toEqual([]);
      });

      it('decides one change after the other, beside those who observe', async () => {
        await add(alertOf('a-1', 'k-1'), alertOf('a-2', 'k-2'));
        const counted = (alert: Alert): AlertWrite => ({
          ...NOTHING,
          alert: { ...alert, count: alert.count + 1 },
          look: looked(alert.dedupeKey),
        });
        const work = (ports: AlertPorts, index: number) =>
          index % 2 === 0
            ? ports.alerts.change(['a-2', 'a-1'], counted)
            : ports.alerts.observe([observation('k-1'), observation('k-2')], (_, alert) => counted(alert!));
        await Promise.all(Array.from({ length: 20 }, (_, index) => work(index % 4 < 2 ? store : store.other, index)));
        expect([(await store.alerts.get('a-1'))?.count, (await store.alerts.get('a-2'))?.count]).toEqual([21, 21]);
      });

      it('gives what is to be sent, oldest first', async () => {
        await add(
          alertOf('a-1', 'k-1', { nextSendAt: NOW + 5 }),
          alertOf('a-2', 'k-2', { nextSendAt: NOW + 1, nextSend: 'escalate' }),
          alertOf('a-3', 'k-3', { nextSendAt: null, nextSend: null }),
        );
        const due = async (at: number, limit = 10) => (await store.alerts.due(at, limit)).map(({ id }) => id);
        expect(await due(NOW)).toEqual([]);
        expect(await due(NOW + 5)).toEqual(['a-2', 'a-1']);
        expect(await due(NOW + 5, 1)).toEqual(['a-2']);
      });
    });

    describe('reading', () => {
      const resolved = { at: NOW + 9, by: 'guardian', notes: null };
      beforeEach(async () => {
        await add(
          alertOf('a-1', 'k-1', { firingSince: NOW, lastSeen: NOW + 100 }),
          alertOf('a-2', 'k-2', { firingSince: NOW + 1, severity: 'critical', type: 'TOO_HUMID' }),
          alertOf('a-3', 'k-3', { firingSince: NOW + 2, state: 'acknowledged', rule: 'posted', projectId: null }),
          alertOf('a-4', 'k-4', { firingSince: NOW + 3, state: 'resolved', resolved, isArchived: true, projectId: 2 }),
          alertOf('a-5', 'k-5', { firingSince: NOW + 3, state: 'resolved', resolved }),
          alertOf('a-6', 'k-6', {
            firingSince: NOW + 4,
            subject: { kind: 'job', id: 'sync', name: 'Full sync', labels: {} },
            description: 'Échec de la synchronisation à 50 %',
          }),
        );
      });

      it('lists firing ones first, then acknowledged, then resolved, the newest firing first, page by page', async () => {
        const pages: string[][] = [];
        let cursor: string | null = null;
        do {
          const page = await store.alerts.list({}, { cursor, limit: 2 });
          pages.push(page.items.map(({ id }) => id));
          cursor = page.nextCursor;
        } while (cursor !== null);
        expect(pages).toEqual([
          ['a-6', 'a-2'],
          ['a-1', 'a-3'],
          ['a-4', 'a-5'],
        ]);
        const wrong = store.alerts.list({}, { cursor: 'made-up', limit: 2 });
        await expect(wrong).rejects.toMatchObject({ code: 'payload_invalid' });
      });

      it('filters the list, and counts all that match by their state', async () => {
        const filters: [AlertFilter, string[]][] = [
          [{ states: ['firing'] }, ['a-6', 'a-2', 'a-1']],
          [{ states: ['acknowledged', 'resolved'] }, ['a-3', 'a-4', 'a-5']],
          [{ states: [] }, []],
          [{ severities: ['critical', 'error'] }, ['a-2']],
          [{ types: ['TOO_HUMID'] }, ['a-2']],
          [{ rules: ['posted'] }, ['a-3']],
          [{ subject: 'sync' }, ['a-6']],
          [{ projectId: 2 }, ['a-4']],
          [{ projectId: null }, ['a-3']],
          [{ isArchived: true }, ['a-4']],
          [{ isArchived: false, states: ['resolved'] }, ['a-5']],
          [{ from: NOW + 1 }, ['a-1']],
          [{ to: NOW + 1 }, ['a-6', 'a-2', 'a-3', 'a-4', 'a-5']],
          [{ text: 'echec DE LA' }, ['a-6']],
          [{ text: 'bosendorfer', states: ['acknowledged'] }, ['a-3']],
          [{ text: '50 %' }, ['a-6']],
          [{ text: '5_ %' }, []],
          [{ text: 'k-2' }, ['a-2']],
          [{ text: '-2' }, ['a-2']],
          [{ text: 'é la synchro', states: ['firing'] }, ['a-6']],
          [{ text: 'Échec de la synchronisation à 50 %' }, ['a-6']],
          [{ text: 'Échec de la synchronisation à 51 %' }, []],
          [{ text: '"la" OR *' }, []],
        ];
        for (const [filter, expected] of filters) {
          const { items } = await store.alerts.list(filter, { cursor: null, limit: 10 });
          expect([filter, items.map(({ id }) => id)]).toEqual([filter, expected]);
          const counts = await store.alerts.counts(filter);
          const states = { firing: 0, acknowledged: 0, resolved: 0 };
          for (const { state } of items) states[state]++;
          expect([filter, counts]).toEqual([filter, states]);
        }
      });

      it('is found by what it says now, and no longer by what it said', async () => {
        const found = async (text: string) =>
          (await store.alerts.list({ text }, { cursor: null, limit: 10 })).items.map(({ id }) => id);
        await store.alerts.change(['a-6'], (alert) => ({
          alert: { ...alert, description: 'The "disk" of node_7 is full 💥 now' },
          look: null,
          changes: [],
          outbox: [],
        }));
        expect(await found('synchronisation')).toEqual([]);
        for (const text of ['"disk" of', 'node_7', 'full 💥', '💥 n', 'DISK" OF NODE_7 IS FULL 💥 NOW'])
          expect([text, await found(text)]).toEqual([text, ['a-6']]);
        for (const text of ['nodeX7', 'disk of', 'full now']) expect([text, await found(text)]).toEqual([text, []]);
      });

      it('forgets resolved ones whose time is over, with what was posted then; the others stay', async () => {
        const measured = (at: number): Measurement => ({
          projectId: 1,
          name: 'h',
          subject: PIANO,
          at,
          value: 1,
          unit: null,
        });
        await store.measurements.add([measured(NOW), measured(NOW + 1), measured(NOW + 50)]);
        await store.texts.add({ projectId: 1, id: 't', at: NOW, content: 'c', subject: PIANO, types: ['A'] });
        let sum = 0;
        for (let step = 0; step < 20; step++) {
          const forgotten = await store.alerts.forget({ resolvedBefore: NOW + 10, limit: 1 });
          if (forgotten === 0) break;
          sum += forgotten;
        }
        expect(sum).toBe(5);
        expect(await store.alerts.counts({})).toEqual({ firing: 3, acknowledged: 1, resolved: 0 });
        expect(await store.alerts.changes('a-4')).toEqual([]);
        expect(await store.alerts.changes('a-1')).toHaveLength(1);
        expect(await store.texts.looked(1, ['t'])).toEqual(new Map());
        const query = { projectId: 1, name: 'h', subjectId: PIANO.id, from: 0, to: NOW + 99, limit: 9 };
        expect((await store.measurements.series(query)).map(({ at }) => at)).toEqual([NOW + 50]);
        expect(await store.measurements.latest('h')).toEqual([measured(NOW + 50)]);
      });
    });

    describe('what was posted', () => {
      const measured = (at: number, value: number | null, changes: Partial<Measurement> = {}): Measurement => ({
        projectId: 1,
        name: 'humidity',
        subject: PIANO,
        at,
        value,
        unit: '%',
        ...changes,
      });
      const other = { ...PIANO, id: 'p-8', name: 'Steinway', labels: {} };

      it('keeps each measurement once, and knows the newest of each series', async () => {
        const first = [
          measured(NOW, 40.25),
          measured(NOW, 41),
          measured(NOW + 1, null),
          measured(NOW, 3, { subject: other }),
        ];
        expect(await store.measurements.add(first)).toEqual([first[0], first[2], first[3]]);
        expect(await store.measurements.add([measured(NOW, 99), measured(NOW - 1, 7)])).toEqual([measured(NOW - 1, 7)]);
        await store.measurements.add([measured(NOW, 5, { projectId: 2 }), measured(NOW, 6, { name: 'heat' })]);
        expect(await store.measurements.latest('humidity')).toEqual([
          measured(NOW + 1, null),
          measured(NOW, 3, { subject: other }),
          measured(NOW, 5, { projectId: 2 }),
        ]);
        expect(await store.measurements.latest('nothing')).toEqual([]);
        const query = { projectId: 1, name: 'humidity', subjectId: 'p-7', from: NOW - 1, to: NOW + 1, limit: 10 };
        expect(await store.measurements.series(query)).toEqual([measured(NOW - 1, 7), measured(NOW, 40.25)]);
        expect(await store.measurements.series({ ...query, limit: 1 })).toHaveLength(1);
        expect(await store.measurements.add([])).toEqual([]);
      });

      it('keeps each text once; what it was looked at for adds up, however many add at once', async () => {
        const text = (id: string, ...types: string[]): PostedText => ({
          projectId: 1,
          id,
          at: NOW,
          content: 'Pédale cassée',
          subject: PIANO,
          types,
        });
        const added = await Promise.all(
          ['A', 'B', 'C', 'D'].map((type, index) =>
            (index % 2 ? store : store.other).texts.add(text('t-1', type, 'A')),
          ),
        );
        expect(added.filter((isNew) => isNew)).toHaveLength(1);
        expect(await store.texts.add({ ...text('t-1', 'X'), projectId: 2 })).toBe(true);
        const known = await store.texts.looked(1, ['t-1', 't-2', 't-1']);
        expect([...known].map(([id, types]) => [id, types.toSorted()])).toEqual([['t-1', ['A', 'B', 'C', 'D']]]);
        expect(await store.texts.looked(1, [])).toEqual(new Map());
      });

      it('keeps what was posted with what it means, or neither', async () => {
        const text: PostedText = { projectId: 1, id: 't-1', at: NOW, content: 'c', subject: PIANO, types: ['A'] };
        const posted = { measurements: [measured(NOW, 1), measured(NOW, 1)], texts: [text, text] };
        const fail = () => {
          throw new Error('the rule fell over');
        };
        await expect(store.alerts.post(posted, [observation('k-1')], fail)).rejects.toThrow('fell over');
        expect(await store.measurements.latest('humidity')).toEqual([]);
        expect(await store.texts.looked(1, ['t-1'])).toEqual(new Map());
        const decide = () => fire(alertOf('a-1', 'k-1'));
        const outcome = await store.alerts.post(posted, [observation('k-1')], decide);
        expect(outcome).toEqual({
          alerts: [{ ...alertOf('a-1', 'k-1'), number: 1 }],
          newMeasurements: 1,
          newTexts: 1,
        });
        expect(await store.alerts.post(posted, [], decide)).toEqual({ alerts: [], newMeasurements: 0, newTexts: 0 });
        expect(await store.texts.looked(1, ['t-1'])).toEqual(new Map([['t-1', ['A']]]));
      });
    });
  });
}
