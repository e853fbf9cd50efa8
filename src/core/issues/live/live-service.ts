import type { OriginOf } from '../application-frame.ts';
import { compareEvents } from '../fold/candidate.ts';
import { fold } from '../fold/fold.ts';
import type { UnderstandingLimits } from '../limits.ts';
import type { ServiceScope } from '../ports.ts';
import type { FolderKnobs } from './knobs.ts';
import { isTold, type LiveEvent, type LiveIncident, type ToldIncident, toLiveIncident } from './live-event.ts';

const MINUTE_MS = 60_000;

export interface LiveServiceOptions {
  scope: ServiceScope;
  limits: UnderstandingLimits;
  originOf: OriginOf;
  knobs: FolderKnobs;
}

/**
 * The events of one service that are not settled, and what they come to. Folding is of all that is held: its keys reach a minute and
 * more, so at any rate that matters a smaller part would be the whole again.
 */
export class LiveService {
  readonly scope: ServiceScope;
  readonly #options: LiveServiceOptions;
  #events: LiveEvent[] = [];
  #isDirty = false;
  /** What is not told as it is now. */
  #waiting: LiveIncident[] = [];
  #nextSettling = Number.POSITIVE_INFINITY;

  constructor(options: LiveServiceOptions) {
    this.#options = options;
    this.scope = options.scope;
  }

  get size(): number {
    return this.#events.length;
  }

  /** Events that are part of nothing that is told. */
  get untold(): number {
    return this.#waiting.reduce((sum, { members }) => sum + members.filter(({ told }) => told === null).length, 0);
  }

  add(event: LiveEvent): void {
    this.#events.push(event);
    this.#isDirty = true;
    this.#nextSettling = Math.min(this.#nextSettling, event.readAt + this.#options.knobs.holdMs);
  }

  /** Folds when something arrived; gives what is not told as it is now. */
  refold(): readonly LiveIncident[] {
    if (!this.#isDirty) return this.#waiting;
    this.#isDirty = false;
    for (const { members } of this.#waiting) for (const member of members) member.waiting = null;
    this.#events.sort((a, b) => compareEvents(a.event, b.event));
    const { limits, originOf, scope } = this.#options;
    this.#waiting = fold(this.#events, { limits, originOf })
      .filter((folded) => !isTold(folded))
      .map((folded) => toLiveIncident(scope, folded));
    for (const incident of this.#waiting) for (const member of incident.members) member.waiting = incident;
    return this.#waiting;
  }

  /** They are told now. */
  noteTold(told: ReadonlySet<LiveIncident>): void {
    if (told.size > 0) this.#waiting = this.#waiting.filter((incident) => !told.has(incident));
  }

  /**
   * Told incidents of which no event, and none around them that could change them, arrived within the hold: nothing meets them any more.
   * Looks again a tenth of the hold later.
   */
  due(now: number): ToldIncident[] {
    const { holdMs, reachMs } = this.#options.knobs;
    if (now < this.#nextSettling) return [];
    this.#nextSettling = now + holdMs / 10;
    const newestRead = new Map<number, number>();
    for (const { event, readAt } of this.#events) {
      const minute = Math.floor(event.time / MINUTE_MS);
      newestRead.set(minute, Math.max(newestRead.get(minute) ?? 0, readAt));
    }
    const reach = Math.ceil(reachMs / MINUTE_MS);
    const isQuietAround = ({ event }: LiveEvent) => {
      const minute = Math.floor(event.time / MINUTE_MS);
      for (let at = minute - reach; at <= minute + reach; at++)
        if ((newestRead.get(at) ?? 0) + holdMs > now) return false;
      return true;
    };
    const found = new Set<ToldIncident>();
    for (const { told, waiting } of this.#events) if (told !== null && waiting === null) found.add(told);
    return [...found].filter(
      ({ members, missing }) =>
        missing === 0 && members.every((member) => member.waiting === null && isQuietAround(member)),
    );
  }

  remove(settled: ReadonlySet<LiveEvent>): void {
    this.#events = this.#events.filter((event) => !settled.has(event));
  }
}

/**
 * Which incidents may be told: those that have been quiet for a moment (or are forced), together with all that share an incident that was
 * told before, so that no event ever counts in two.
 */
export function tellable(
  waiting: readonly LiveIncident[],
  options: { now: number; knobs: FolderKnobs; isForced(incident: LiveIncident): boolean; isCaughtUp: boolean },
): LiveIncident[][] {
  const sharing = new Map<ToldIncident, LiveIncident[]>();
  for (const incident of waiting) {
    for (const told of incident.told) {
      const others = sharing.get(told);
      if (others) others.push(incident);
      else sharing.set(told, [incident]);
    }
  }
  const seen = new Set<LiveIncident>();
  const result: LiveIncident[][] = [];
  for (const first of waiting) {
    if (seen.has(first)) continue;
    const together = connected(first, sharing, seen);
    const isComplete = options.isCaughtUp || together.every(({ told }) => told.every(({ missing }) => missing === 0));
    const isReady = together.every((incident) => isQuiet(incident, options)) || together.some(options.isForced);
    if (isComplete && isReady) result.push(together);
  }
  return result;
}

function connected(
  first: LiveIncident,
  sharing: ReadonlyMap<ToldIncident, LiveIncident[]>,
  seen: Set<LiveIncident>,
): LiveIncident[] {
  const found = [first];
  seen.add(first);
  const visited = new Set<ToldIncident>();
  for (const incident of found) {
    for (const told of incident.told) {
      if (visited.has(told)) continue;
      visited.add(told);
      for (const other of sharing.get(told) ?? []) {
        if (seen.has(other)) continue;
        seen.add(other);
        found.push(other);
      }
    }
  }
  return found;
}

function isQuiet({ members, folded }: LiveIncident, { now, knobs }: { now: number; knobs: FolderKnobs }): boolean {
  let last = 0;
  let firstUntold = Number.POSITIVE_INFINITY;
  for (const { readAt, told } of members) {
    last = Math.max(last, readAt);
    if (told === null) firstUntold = Math.min(firstUntold, readAt);
  }
  // A clock that was set back keeps nothing waiting.
  if (last > now) return true;
  const isFatal = folded.signal !== null && folded.signal.signal?.type !== 'UNHEALTHY';
  return now - last >= (isFatal ? knobs.fatalQuietMs : knobs.quietMs) || now - firstUntold >= knobs.longestWaitMs;
}
