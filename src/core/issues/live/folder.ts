import type { DecideFrameOrigin } from '../../events/index.ts';
import type { Clock } from '../../shared/index.ts';
import { originLookup } from '../application-frame.ts';
import { classify } from '../classify.ts';
import { DEFAULT_UNDERSTANDING_LIMITS, type UnderstandingLimits } from '../limits.ts';
import type { FoldStore, QueuedEvent } from '../ports.ts';
import { HeldEvents } from './held-events.ts';
import { DEFAULT_FOLDER_KNOBS, type FolderKnobs } from './knobs.ts';
import { type LiveEvent, type LiveIncident, type ToldIncident, toTold } from './live-event.ts';
import { LiveService, tellable } from './live-service.ts';
import { createPlanMaker, type IssueChange } from './make-plan.ts';
import { createQueueReader } from './queued-event.ts';
import { Resemblances } from './resemblances.ts';
import { Sentences } from './sentences.ts';

export interface FolderOptions {
  store: FoldStore;
  clock: Clock;
  limits?: Partial<UnderstandingLimits>;
  knobs?: Partial<FolderKnobs>;
  /** Which frames are the application's. Default: the rules without configuration. */
  frameOrigin?: DecideFrameOrigin;
}

export interface FoldPass {
  /** Events that were read. */
  folded: number;
  changes: IssueChange[];
  /** Events that are read and not told yet. */
  waiting: number;
}

export interface FolderState {
  /** Events held, and the bytes of their queued text. */
  events: number;
  bytes: number;
  services: number;
  /** Events that were settled before their time because a bound was reached. */
  settledEarly: number;
  /** Queued events that could not be read. */
  unreadable: number;
}

/**
 * Folds the queue of a store into incidents and issues, again and again. States: what is queued is read and held; what has been quiet for a
 * moment is told (one plan, one transaction); what nothing can meet any more is settled, which takes it from the queue.
 *
 * Guarantees. Everything that counts is in the store: a new folder over the same store goes on exactly, and after a plan that failed (or whose
 * answer was lost) this one does the same, reading again what is queued and what was told of it. A told incident is only
 * changed together with all that share its events, so no event counts twice. Order of arrival does not matter within the hold.
 * Memory is bounded: at `events` or `bytes` those that arrived first are told and settled early, and counted.
 */
export function createFolder(options: FolderOptions): { pass(): Promise<FoldPass>; state(): FolderState } {
  const folder = new Folder(options);
  let running: Promise<FoldPass> | null = null;
  return {
    pass() {
      running ??= folder.pass().finally(() => {
        running = null;
      });
      return running;
    },
    state: () => folder.state(),
  };
}

class Folder {
  readonly #store: FoldStore;
  readonly #clock: Clock;
  readonly #limits: UnderstandingLimits;
  readonly #knobs: FolderKnobs;
  readonly #originOf: ReturnType<typeof originLookup>;
  readonly #parse = createQueueReader();
  readonly #sentences: Sentences;
  readonly #resemblances: Resemblances;
  readonly #makePlan: ReturnType<typeof createPlanMaker>;
  #services = new Map<string, LiveService>();
  readonly #held: HeldEvents;
  #order = 0;
  /** The last arrival that was read. */
  #arrival = 0;
  /** Null once all that was queued at the start is read; until then what was told of it. */
  #recalled: Map<number, { told: ToldIncident; foldedBy: string }> | null = new Map();
  #unreadable: number[] = [];
  #settledEarly = 0;
  #unreadableCount = 0;

  constructor({ store, clock, limits, knobs, frameOrigin }: FolderOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#limits = { ...DEFAULT_UNDERSTANDING_LIMITS, ...limits };
    this.#knobs = { ...DEFAULT_FOLDER_KNOBS, ...knobs };
    this.#held = new HeldEvents(this.#knobs);
    this.#originOf = originLookup(frameOrigin);
    const shared = { store, originOf: this.#originOf, knobs: this.#knobs };
    this.#sentences = new Sentences(store, this.#knobs);
    this.#resemblances = new Resemblances(shared);
    this.#makePlan = createPlanMaker({ ...shared, sentences: this.#sentences, resemblances: this.#resemblances });
  }

  state(): FolderState {
    return {
      events: this.#held.count,
      bytes: this.#held.bytes,
      services: this.#services.size,
      settledEarly: this.#settledEarly,
      unreadable: this.#unreadableCount,
    };
  }

  async pass(): Promise<FoldPass> {
    try {
      return await this.#pass();
    } catch (thrown) {
      this.#forget();
      throw thrown;
    }
  }

  async #pass(): Promise<FoldPass> {
    const folded = await this.#read();
    const now = this.#clock.now();
    const waiting = [...this.#services.values()].flatMap((service) => service.refold());
    const early = this.#held.beyondBounds();
    const told = this.#choose(waiting, early, now);
    const settled = this.#settling(told, early, now);
    const seqs = [...settled].map(({ seq }) => seq).concat(this.#unreadable);
    if (told.length === 0 && seqs.length === 0) return { folded, changes: [], waiting: this.#untold };
    const { plan, changes } = await this.#makePlan(told, seqs, now);
    await this.#store.apply(plan);
    this.#noteTold(told);
    this.#settle(settled, early);
    this.#unreadable = [];
    return { folded, changes, waiting: this.#untold };
  }

  get #untold(): number {
    let untold = 0;
    for (const service of this.#services.values()) untold += service.untold;
    return untold;
  }

  /** Reads what was queued since; at the start all that was held before, and what was told of it. */
  async #read(): Promise<number> {
    const { readEvents, events } = this.#knobs;
    const most = this.#recalled === null ? readEvents : Math.max(readEvents, events - this.#held.count);
    let read = 0;
    while (read < most) {
      const limit = Math.min(readEvents, most - read);
      const queued = await this.#store.queued(this.#arrival, limit);
      if (this.#recalled !== null) await this.#recall(queued);
      const readAt = this.#clock.now();
      for (const one of queued) this.#take(one, readAt);
      read += queued.length;
      if (queued.length === limit) continue;
      this.#catchUp();
      break;
    }
    return read;
  }

  async #recall(queued: readonly QueuedEvent[]): Promise<void> {
    if (this.#recalled === null || queued.length === 0) return;
    const unknown = queued.map(({ seq }) => seq).filter((seq) => !this.#recalled?.has(seq));
    for (const incident of await this.#store.incidentsOf(unknown)) {
      const told = toTold(incident);
      for (const { eventSeq, foldedBy } of incident.members) this.#recalled.set(eventSeq, { told, foldedBy });
    }
  }

  /** All that was held before is here: members that are missing still are not queued any more. */
  #catchUp(): void {
    if (this.#recalled === null) return;
    for (const { told } of this.#recalled.values()) told.missing = 0;
    this.#recalled = null;
  }

  #take(queued: QueuedEvent, readAt: number): void {
    const { seq, projectId, service, arrival } = queued;
    this.#arrival = Math.max(this.#arrival, arrival);
    const event = this.#parse(queued.event, service);
    const classified = event === null ? null : classify(event, this.#limits);
    if (event === null || classified?.standing !== 'error') {
      this.#unreadable.push(seq);
      this.#unreadableCount++;
      return;
    }
    const recalled = this.#recalled?.get(seq) ?? null;
    const live: LiveEvent = {
      ...classified,
      event,
      seq,
      order: this.#order++,
      readAt,
      bytes: queued.event.length,
      told: recalled?.told ?? null,
      toldBy: recalled?.foldedBy ?? null,
      waiting: null,
    };
    if (recalled) {
      recalled.told.members.push(live);
      recalled.told.missing--;
    }
    this.#held.add(live);
    this.#serviceOf(projectId, service).add(live);
  }

  #serviceOf(projectId: number, service: string): LiveService {
    const key = keyOf(projectId, service);
    const known = this.#services.get(key);
    if (known) return known;
    const created = new LiveService({
      scope: { projectId, service },
      limits: this.#limits,
      originOf: this.#originOf,
      knobs: this.#knobs,
    });
    this.#services.set(key, created);
    return created;
  }

  #choose(waiting: readonly LiveIncident[], early: ReadonlySet<LiveEvent>, now: number): LiveIncident[] {
    if (waiting.length === 0) return [];
    const forced = new Set<LiveIncident>();
    for (const event of early) if (event.waiting) forced.add(event.waiting);
    const groups = tellable(waiting, {
      now,
      knobs: this.#knobs,
      isForced: (incident) => forced.has(incident),
      // What was held before stands first in the queue: when the bound is full, all of it is here.
      isCaughtUp: this.#recalled === null || this.#held.count >= this.#knobs.events,
    });
    const isForcedGroup = (group: LiveIncident[]) => forced.size > 0 && group.some((incident) => forced.has(incident));
    const told = groups.filter(isForcedGroup).flat();
    for (const group of groups) {
      if (told.length >= this.#knobs.toldIncidents) break;
      if (!isForcedGroup(group)) told.push(...group);
    }
    return told;
  }

  /** Whole incidents only: those that are due, and those of events that must go early. */
  #settling(told: readonly LiveIncident[], early: ReadonlySet<LiveEvent>, now: number): Set<LiveEvent> {
    const settled = new Set<LiveEvent>();
    const due = this.#services.values().flatMap((service) => service.due(now));
    for (const { members } of due) for (const member of members) settled.add(member);
    if (early.size === 0) return settled;
    const telling = new Set(told);
    const seen = new Set<LiveIncident | ToldIncident>();
    for (const { waiting, told: known } of early) {
      const incident = waiting ?? known;
      if (incident === null || seen.has(incident) || (waiting !== null && !telling.has(waiting))) continue;
      seen.add(incident);
      for (const member of incident.members) if (member.waiting === waiting) settled.add(member);
    }
    return settled;
  }

  #noteTold(told: readonly LiveIncident[]): void {
    for (const { id, representative, folded, members } of told) {
      const incident: ToldIncident = { id, representative: representative.seq, members, missing: 0 };
      folded.members.forEach(({ foldedBy }, index) => {
        const member = members[index]!;
        member.told = incident;
        member.toldBy = foldedBy;
        member.waiting = null;
      });
    }
    const all = new Set(told);
    for (const service of this.#services.values()) service.noteTold(all);
  }

  #settle(settled: ReadonlySet<LiveEvent>, early: ReadonlySet<LiveEvent>): void {
    if (settled.size === 0) return;
    for (const event of settled) if (early.has(event)) this.#settledEarly++;
    this.#held.settle(settled);
    for (const [key, service] of this.#services) {
      service.remove(settled);
      if (service.size === 0) this.#services.delete(key);
    }
  }

  /** As a new folder: the store knows everything. */
  #forget(): void {
    this.#services = new Map();
    this.#held.clear();
    this.#arrival = 0;
    this.#recalled = new Map();
    this.#unreadable = [];
    this.#sentences.forget();
    this.#resemblances.forget();
  }
}

function keyOf(projectId: number, service: string): string {
  return `${projectId}\u0000${service}`;
}
