import type { Event } from '../../events/index.ts';
import type { Clock } from '../../shared/index.ts';
import { createFolder } from './folder.ts';
import type { FolderKnobs } from './knobs.ts';
import { createMemoryStore, type MemoryStore } from './memory-store-fixtures.ts';
import { isFoldCandidate } from './queued-event.ts';

/** A clock that stands until it is moved. */
interface StandingClock extends Clock {
  move(ms: number): void;
}

function standingClock(start: number): StandingClock {
  let now = start;
  return {
    now: () => now,
    move(ms) {
      now += ms;
    },
  };
}

/** A folder over a store in memory, driven by hand. */
export function livingStore(start: number, knobs: Partial<FolderKnobs> = {}) {
  const clock = standingClock(start);
  const store: MemoryStore = createMemoryStore({ clock });
  let folder = createFolder({ store: store.fold, clock, knobs });
  return {
    clock,
    store,
    get folder() {
      return folder;
    },
    restart() {
      folder = createFolder({ store: store.fold, clock, knobs });
    },
    /** As ingest does: only what may belong to an incident is queued. */
    arrive(events: readonly Event[], projectId = 1) {
      store.append(projectId, events.filter(isFoldCandidate));
    },
    pass: () => folder.pass(),
    /** Until everything is told. */
    async settleDown() {
      await folder.pass();
      clock.move(2_000);
      await folder.pass();
    },
    issues: () => [...store.tables.issues.values()].sort((a, b) => a.number - b.number),
    incidents: () => [...store.tables.incidents.values()].sort((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1)),
    outboxKinds: () => store.tables.outbox.map(({ kind }) => kind),
  };
}
