import { failingFrame, type OriginOf } from './application-frame.ts';
import { endpointOf } from './endpoint.ts';
import { compareEvents } from './fold/candidate.ts';
import type { FoldedIncident } from './fold/fold.ts';
import { IssueGrouping } from './group/group-incidents.ts';
import { errorTypeOf } from './group/title.ts';
import { entriesOf, toSignal } from './group/to-incident.ts';
import type { CriticalSignal, LatencyIssue } from './incident.ts';
import { KeyCounts } from './key-counts.ts';
import type { UnderstandingLimits } from './limits.ts';
import type { NoiseVerdict } from './noise/judge-noise.ts';
import { NoiseTally } from './noise/noise-tally.ts';
import { TopList } from './top-list.ts';

const GRAVITY = { OOM: 0, CRASH: 1, UNHEALTHY: 2 } as const;

/** What folded incidents come to: counts of all, the most telling ones whole. */
export class IncidentTally {
  readonly grouping: IssueGrouping;
  readonly noise: NoiseTally;
  readonly signals: TopList<CriticalSignal>;
  readonly latency: TopList<LatencyIssue>;
  readonly endpoints: KeyCounts;
  readonly errorTypes: KeyCounts;
  readonly files: KeyCounts;
  readonly errorTimes: number[] = [];
  readonly warningTimes: number[] = [];
  readonly #originOf: OriginOf;

  constructor(limits: UnderstandingLimits, originOf: OriginOf) {
    this.#originOf = originOf;
    this.grouping = new IssueGrouping(originOf, limits);
    this.noise = new NoiseTally(limits.keys);
    this.endpoints = new KeyCounts(limits.keys);
    this.errorTypes = new KeyCounts(limits.keys);
    this.files = new KeyCounts(limits.keys);
    this.signals = new TopList(
      limits.signals,
      (a, b) => GRAVITY[a.type] - GRAVITY[b.type] || b.event.time - a.event.time || compareEvents(a.event, b.event),
    );
    this.latency = new TopList(
      limits.signals,
      (a, b) => b.durationMs - a.durationMs || compareEvents(a.event, b.event),
    );
  }

  add(incident: FoldedIncident, noise: NoiseVerdict | undefined): void {
    if (noise) {
      this.noise.add(noise, entriesOf(incident));
      return;
    }
    this.#addLatency(incident);
    if (incident.kind === 'latency') return;
    const time = incident.members[0]?.candidate.event.time ?? 0;
    if (incident.kind === 'error') this.#addError(incident, time);
    else this.warningTimes.push(time);
    this.grouping.add(incident);
  }

  #addError(incident: FoldedIncident, time: number): void {
    this.errorTimes.push(time);
    const signal = toSignal(incident);
    if (signal) this.signals.add(signal);
    this.endpoints.add(endpointOfIncident(incident));
    this.errorTypes.add(errorTypeOf(incident));
    this.files.add(failingFrame(incident.representative.event, this.#originOf)?.path ?? null);
  }

  /** One slow request is one latency issue, however many layers logged its time. */
  #addLatency({ members }: FoldedIncident): void {
    let slowest: LatencyIssue | null = null;
    for (const { candidate } of members) {
      if (candidate.slowMs === null || candidate.slowMs <= (slowest?.durationMs ?? 0)) continue;
      slowest = { event: candidate.event, durationMs: candidate.slowMs };
    }
    if (slowest) this.latency.add(slowest);
  }
}

/** Of the representative, else of the first member that is a request. */
function endpointOfIncident({ representative, members }: FoldedIncident): string | null {
  const own = endpointOf(representative.event);
  if (own !== null) return own;
  for (const { candidate } of members) {
    const endpoint = candidate.request === null ? null : endpointOf(candidate.event);
    if (endpoint !== null) return endpoint;
  }
  return null;
}
