import type { DecideFrameOrigin, Event, QuietTally } from '../events/index.ts';
import { type OriginOf, originLookup } from './application-frame.ts';
import { type Classified, classify } from './classify.ts';
import { ContextBuffer } from './context-buffer.ts';
import type { Candidate } from './fold/candidate.ts';
import { fold } from './fold/fold.ts';
import { keepTelling } from './group/keep-telling.ts';
import { IncidentTally } from './incident-tally.ts';
import { DEFAULT_UNDERSTANDING_LIMITS, type UnderstandingLimits } from './limits.ts';
import { judgeNoise } from './noise/judge-noise.ts';
import { ServedRoutes } from './noise/served-routes.ts';
import { SeenIds } from './seen-ids.ts';
import { settledIncidents } from './settle.ts';
import type { Understanding } from './understanding.ts';

export interface UnderstandingOptions extends Partial<UnderstandingLimits> {
  /** Which frames are the application's, where a frame does not carry its origin yet. Default: the rules without configuration. */
  frameOrigin?: DecideFrameOrigin;
}

/** Takes the events of one window, in any order and amount, and says what they come to. Each accumulator is finished once. */
export interface UnderstandingAccumulator {
  add(events: readonly Event[]): void;
  addQuiet(tally: QuietTally): void;
  finish(): Understanding;
}

/**
 * Events → incidents → issues. The same events in any order give the same result, as long as no bound is reached; memory is bounded
 * whatever the input: at `candidates` or `candidateBytes` the incidents that are complete become counts and the most telling ones of
 * each issue, and their events are let go.
 */
export function createUnderstanding({ frameOrigin, ...knobs }: UnderstandingOptions = {}): UnderstandingAccumulator {
  return new Accumulator({ ...DEFAULT_UNDERSTANDING_LIMITS, ...knobs }, originLookup(frameOrigin));
}

class Accumulator implements UnderstandingAccumulator {
  readonly #limits: UnderstandingLimits;
  readonly #originOf: OriginOf;
  readonly #seen: SeenIds;
  readonly #served: ServedRoutes;
  readonly #context: ContextBuffer;
  readonly #tally: IncidentTally;
  #candidates: Candidate[] = [];
  #bytes = 0;
  #sharedStacks = new WeakSet<readonly unknown[]>();
  /** Events let go early, by the bound that was reached. */
  readonly #settled = { candidates: 0, candidateBytes: 0 };
  #entries = 0;
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;

  constructor(limits: UnderstandingLimits, originOf: OriginOf) {
    this.#limits = limits;
    this.#originOf = originOf;
    this.#seen = new SeenIds(limits.rememberedIds);
    this.#served = new ServedRoutes(limits.servedRoutes);
    this.#context = new ContextBuffer(limits);
    this.#tally = new IncidentTally(limits, originOf);
  }

  add(events: readonly Event[]): void {
    for (const event of events) {
      if (!this.#seen.add(event)) continue;
      this.#entries += event.entries;
      // One clock that is far off must not stretch the window over a century.
      const time = event.timeSuspect ? event.observedTime : event.time;
      this.#from = Math.min(this.#from, time);
      this.#to = Math.max(this.#to, time);
      const classified = classify(event, this.#limits);
      this.#rememberRoute(classified);
      if (classified.standing === 'context') this.#context.add(event);
      else this.#addCandidate(event, classified);
    }
  }

  addQuiet({ entries, from, to, served }: QuietTally): void {
    this.#entries += entries;
    if (from !== null) this.#from = Math.min(this.#from, from);
    if (to !== null) this.#to = Math.max(this.#to, to);
    for (const request of served) this.#served.addServed(request);
  }

  finish(): Understanding {
    this.#take(0);
    const { grouping, noise, signals, latency, endpoints, errorTypes, files, errorTimes, warningTimes } = this.#tally;
    grouping.finish();
    const issues = keepTelling(grouping.groups, this.#limits);
    const context = this.#finishContext(issues.flatMap(({ incidents }) => incidents));
    return {
      entries: this.#entries,
      from: Number.isFinite(this.#from) ? this.#from : null,
      to: Number.isFinite(this.#to) ? this.#to : null,
      errorIncidents: errorTimes.length,
      warningIncidents: warningTimes.length,
      errorTimes: errorTimes.sort((a, b) => a - b),
      warningTimes: warningTimes.sort((a, b) => a - b),
      byEndpoint: endpoints.result(),
      byErrorType: errorTypes.result(),
      byFile: files.result(),
      issues,
      signals: signals.result(),
      signalCount: signals.count,
      latency: latency.result(),
      latencyCount: latency.count,
      noise: noise.result(),
      context: context.events,
      bounds: this.#bounds(context.within),
    };
  }

  #rememberRoute({ request }: Classified): void {
    if (request?.path == null || request.status === null) return;
    if (request.status < 400) this.#served.addServed({ host: request.host, path: request.path });
    else if (request.status >= 500) this.#served.addFailed(request.path);
  }

  #addCandidate(event: Event, classified: Classified): void {
    this.#candidates.push({ event, ...classified });
    this.#context.addFailure(event.time);
    this.#bytes += this.#sizeOf(event);
    if (this.#candidates.length >= this.#limits.candidates || this.#bytes >= this.#limits.candidateBytes) {
      this.#take(this.#limits.settleMs);
    }
  }

  /** Folds what is held. With a margin, only incidents that far from both ends are taken; the rest waits for more. */
  #take(marginMs: number): void {
    const incidents = fold(this.#candidates, { limits: this.#limits, originOf: this.#originOf });
    const noise = judgeNoise(incidents, this.#served, this.#limits);
    const { settled, waiting } = settledIncidents(incidents, marginMs);
    for (const incident of settled) this.#tally.add(incident, noise.get(incident));
    if (marginMs > 0) {
      this.#tally.grouping.lighten();
      const bound = this.#candidates.length >= this.#limits.candidates ? 'candidates' : 'candidateBytes';
      for (const { members } of settled) this.#settled[bound] += members.length;
    }
    this.#candidates = waiting.flatMap(({ members }) => members.map(({ candidate }) => candidate));
    this.#sharedStacks = new WeakSet();
    this.#bytes = this.#candidates.reduce((sum, { event }) => sum + this.#sizeOf(event), 0);
  }

  /** Bytes, estimated: text counts twice where the payload repeats it, equal stacks count once. */
  #sizeOf(event: Event): number {
    const text = event.body.length + (event.stackText?.length ?? 0);
    const isShared = event.exceptions.length === 0 || this.#sharedStacks.has(event.exceptions);
    if (!isShared) this.#sharedStacks.add(event.exceptions);
    const frames = isShared ? 0 : event.exceptions.reduce((sum, { frames }) => sum + frames.length, 0);
    const payload = event.payload === null ? 0 : 1_000 + text;
    return 1_200 + text + payload + frames * 250 + event.breadcrumbs.length * 200;
  }

  #finishContext(incidents: Understanding['issues'][number]['incidents']): { events: Event[]; within: number } {
    const failures = incidents.map(({ from }) => from).sort((a, b) => a - b);
    const traces = new Set(
      incidents.map(({ representative }) => representative.traceId).filter((trace) => trace !== null),
    );
    return this.#context.finish(failures, traces);
  }

  #bounds(contextWithin: number): Understanding['bounds'] {
    const { endpoints, errorTypes, files, grouping } = this.#tally;
    const reached: Understanding['bounds'] = [
      { name: 'candidates', limit: this.#limits.candidates, count: this.#settled.candidates },
      { name: 'candidateBytes', limit: this.#limits.candidateBytes, count: this.#settled.candidateBytes },
      { name: 'context', limit: this.#limits.context, count: Math.max(0, contextWithin - this.#limits.context) },
      { name: 'keys', limit: this.#limits.keys, count: endpoints.beyond + errorTypes.beyond + files.beyond },
      { name: 'issues', limit: this.#limits.issues, count: grouping.ungrouped },
      { name: 'rememberedIds', limit: this.#limits.rememberedIds, count: this.#seen.forgotten },
      { name: 'servedRoutes', limit: this.#limits.servedRoutes, count: this.#served.forgotten },
    ];
    return reached.filter(({ count }) => count > 0);
  }
}
