import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, event } from '../../src/core/issues/event-fixtures.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';
import { appended } from './stored-events.ts';

const HOUR_MS = 3_600_000;
/** The database says by its own clock what is late. */
const past = (ms: number) => Date.UTC(2025, 0, 1, 12) + ms;

for (const { name, open } of DATABASES) {
  describe(`what a search cluster is told: ${name}`, () => {
    let stores: OpenedStores;
    const store = (...events: Parameters<typeof event>[0][]) =>
      stores.ingest.events.append(
        appended(
          stores.projectIds[0],
          events.map((changes) => event(changes)),
          { at: at(0) },
        ),
      );
    const queue = () => stores.main.searchQueue;
    const seqsOf = async () =>
      (await stores.main.kysely.selectFrom('event').select('seq').orderBy('seq').execute()).map(({ seq }) => seq);
    /** Everything that waits is told, as `id` or `-seq`. */
    const tell = async () => {
      const waiting = await queue().waiting(100);
      await queue().told(waiting);
      return waiting.changes.map(({ seq, event: stored }) => stored?.event.id ?? `-${seq}`);
    };

    beforeEach(async () => {
      stores = await open({ clock: { now: () => at(0) } });
    });
    afterEach(() => stores.close());

    it('queues nothing while there is no cluster', async () => {
      await store({ id: 'alone' });
      expect(await queue().progress()).toBeNull();
      expect((await queue().waiting(10)).arrivals).toEqual([]);
    });

    it('reads what was stored before, newest first, and queues what comes meanwhile', async () => {
      await store({ id: 'one', time: at(0) }, { id: 'two', time: at(1) }, { id: 'three', time: at(2) });
      await queue().follow('here');
      await store({ id: 'four', time: at(3) });
      expect(await queue().progress()).toMatchObject({ isFilling: true, waiting: 1, refused: 0 });
      const filled: string[] = [];
      for (let step = await queue().filling(2); step.length > 0; step = await queue().filling(2)) {
        filled.push(...step.map(({ event: stored }) => stored!.event.id));
        await queue().filled(step.at(-1)!.seq);
      }
      expect(filled).toEqual(['four', 'three', 'two', 'one']);
      expect(await tell()).toEqual(['four']);
      expect(await queue().progress()).toMatchObject({ isFilling: false, waiting: 0, oldestAt: null });
      // The same one again changes nothing; another one begins anew.
      await queue().follow('here');
      expect(await queue().progress()).toMatchObject({ isFilling: false });
      await queue().follow('elsewhere');
      expect(await queue().progress()).toMatchObject({ isFilling: true });
      await queue().unfollow();
      expect(await queue().progress()).toBeNull();
    });

    it('queues what came, what got an issue and what went, once, and not a repeat', async () => {
      await queue().follow('here');
      await store({ id: 'one', time: at(0) }, { id: 'two', time: at(1) });
      await store({ id: 'one', time: at(0) });
      expect(await tell()).toEqual(['one', 'two']);
      const [first, second] = (await seqsOf()) as [number, number];
      await stores.main.kysely.updateTable('event').set({ issue_id: 'ab12' }).where('seq', '=', first).execute();
      await stores.main.kysely.updateTable('event').set({ issue_id: 'ab12' }).where('seq', '=', first).execute();
      const waiting = await queue().waiting(100);
      expect(waiting.arrivals).toHaveLength(1);
      expect(waiting.changes[0]?.event?.issueId).toBe('ab12');
      await queue().told(waiting);
      await stores.main.index.remove([second]);
      expect(await tell()).toEqual([`-${second}`]);
    });

    it('tells an event as it is when it is told, and again when another node was faster', async () => {
      await queue().follow('here');
      await store({ id: 'one', time: at(0) });
      const mine = await queue().waiting(100);
      const theirs = await queue().waiting(100);
      await queue().told(theirs);
      expect((await queue().waiting(100)).arrivals).toEqual([]);
      await queue().told(mine);
      expect(await tell()).toEqual(['one']);
      expect(await tell()).toEqual([]);
    });

    it('keeps of a queue over its bound the deletions, and reads the rest again', async () => {
      await queue().follow('here');
      while ((await queue().filling(10)).length > 0) await queue().filled(0);
      await store({ id: 'one', time: at(0) }, { id: 'two', time: at(1) }, { id: 'three', time: at(2) });
      const [first] = await seqsOf();
      await stores.main.index.remove([first!]);
      expect(await queue().shorten(100)).toBe(false);
      expect(await queue().shorten(2)).toBe(true);
      expect(await queue().progress()).toMatchObject({ isFilling: true });
      expect((await queue().filling(10)).map(({ event: stored }) => stored!.event.id)).toEqual(['three', 'two']);
      expect(await tell()).toEqual([`-${first}`]);
    });

    it('says that answers about an hour are no longer true, of that hour alone', async () => {
      const { searchChanges } = stores.main;
      const span = { from: past(0), to: past(10) };
      const later = { from: past(5 * HOUR_MS), to: past(6 * HOUR_MS) };
      const states: string[] = [];
      const look = async () => {
        states.push(await searchChanges.stateOf(span));
        return states.length === 1 || states.at(-1) !== states.at(-2);
      };
      const elsewhere = await searchChanges.stateOf(later);
      await look();
      await store({ id: 'late', time: past(1) });
      expect(await look()).toBe(true);
      expect(await look()).toBe(false);
      const [seq] = await seqsOf();
      await stores.main.kysely.updateTable('event').set({ issue_id: 'ab12' }).where('seq', '=', seq!).execute();
      expect(await look()).toBe(true);
      await stores.main.index.remove([seq!]);
      expect(await look()).toBe(true);
      await searchChanges.changed([past(0) - (past(0) % HOUR_MS)], past(0));
      expect(await look()).toBe(true);
      expect(await searchChanges.stateOf(later)).toBe(elsewhere);
      await searchChanges.forget(Number.MAX_SAFE_INTEGER);
      expect(await look()).toBe(true);
    });
  });
}
