import { shortHash } from '../../shared/index.ts';
import { endpointOf } from '../endpoint.ts';
import type { Fingerprint } from '../fingerprint/v1.ts';
import { compareText } from '../fold/candidate.ts';
import type { FoldedIncident } from '../fold/fold.ts';
import type { Incident } from '../incident.ts';
import type { Issue } from '../issue.ts';
import type { UnderstandingLimits } from '../limits.ts';
import { firstIncidents } from './lighten.ts';
import { entriesOf, toIncident } from './to-incident.ts';

type GroupLimits = Pick<UnderstandingLimits, 'membersPerIncident' | 'incidentsPerIssue' | 'keys'>;

/** What issue and incidents stand for a service and a cause: counts of all, and the most telling incidents whole. */
export class IssueGroup {
  readonly fingerprint: Fingerprint;
  readonly service: string | null;
  readonly kind: 'error' | 'warning';
  readonly title: string;
  readonly errorType: string | null;
  incidentCount = 0;
  entries = 0;
  firstSeen = Number.POSITIVE_INFINITY;
  lastSeen = Number.NEGATIVE_INFINITY;
  incidents: Incident[] = [];
  readonly #limits: GroupLimits;
  readonly #endpoints = new Map<string, number>();
  readonly #revisions = new Map<string, number>();
  readonly #users = new Set<string>();

  constructor(options: {
    fingerprint: Fingerprint;
    incident: FoldedIncident;
    title: string;
    errorType: string | null;
    limits: GroupLimits;
  }) {
    const { fingerprint, incident, title, errorType, limits } = options;
    this.fingerprint = fingerprint;
    this.service = incident.representative.event.service;
    this.kind = incident.kind === 'error' ? 'error' : 'warning';
    this.title = title;
    this.errorType = errorType;
    this.#limits = limits;
  }

  add(folded: FoldedIncident): void {
    this.incidentCount++;
    this.entries += entriesOf(folded);
    for (const { candidate } of folded.members) {
      const { event } = candidate;
      this.firstSeen = Math.min(this.firstSeen, event.time);
      this.lastSeen = Math.max(this.lastSeen, event.time);
      if (candidate.request !== null) this.#count(this.#endpoints, endpointOf(event));
      this.#count(this.#revisions, event.revision);
      if (event.user?.id != null && this.#users.size < this.#limits.keys) this.#users.add(event.user.id);
    }
    this.#keep(folded);
  }

  /** Lets go of the incidents beyond its share, and of the whole records of those that will not be shown. */
  lighten(shares: { incidents: number; payloads: number }): void {
    this.incidents = firstIncidents(this.incidents, shares);
  }

  /** Takes over another group of the same cause. */
  absorb(other: IssueGroup): void {
    this.incidentCount += other.incidentCount;
    this.entries += other.entries;
    this.firstSeen = Math.min(this.firstSeen, other.firstSeen);
    this.lastSeen = Math.max(this.lastSeen, other.lastSeen);
    for (const [key, count] of other.#endpoints) this.#endpoints.set(key, (this.#endpoints.get(key) ?? 0) + count);
    for (const [key, time] of other.#revisions) this.#revisions.set(key, (this.#revisions.get(key) ?? 0) + time);
    for (const user of other.#users) this.#users.add(user);
    this.incidents = [...this.incidents, ...other.incidents]
      .sort(compareIncidents)
      .slice(0, this.#limits.incidentsPerIssue);
  }

  toIssue(): Issue {
    const { fingerprint } = this;
    return {
      id: `issue-${shortHash(`${this.service ?? ''}\u0000${this.kind}\u0000${fingerprint.primary}`, 12)}`,
      fingerprint: fingerprint.primary,
      title: this.title,
      state: 'open',
      service: this.service,
      kind: this.kind,
      incidents: this.incidents,
      incidentCount: this.incidentCount,
      entries: this.entries,
      firstSeen: this.firstSeen,
      lastSeen: this.lastSeen,
      errorType: this.errorType,
      endpoints: byCount(this.#endpoints),
      revisions: byCount(this.#revisions),
      affectedUsers: this.#users.size > 0 ? this.#users.size : null,
      why: fingerprint.why,
    };
  }

  #count(counts: Map<string, number>, key: string | null): void {
    if (key === null) return;
    const known = counts.get(key);
    if (known !== undefined) counts.set(key, known + 1);
    else if (counts.size < this.#limits.keys) counts.set(key, 1);
  }

  #keep(folded: FoldedIncident): void {
    const last = this.incidents.at(-1);
    const isFull = this.incidents.length >= this.#limits.incidentsPerIssue;
    if (isFull && last && compareRank(rankOfFolded(folded), rankOf(last)) > 0) return;
    const incident = toIncident(folded, this.#limits.membersPerIncident);
    const at = this.incidents.findIndex((known) => compareIncidents(incident, known) < 0);
    this.incidents.splice(at < 0 ? this.incidents.length : at, 0, incident);
    if (this.incidents.length > this.#limits.incidentsPerIssue) this.incidents.pop();
  }
}

/** Worst first, then whole traces before cut ones, then newest. */
function compareIncidents(a: Incident, b: Incident): number {
  return compareRank(rankOf(a), rankOf(b)) || compareText(a.id, b.id);
}

type Rank = readonly [signal: number, severity: number, cut: number, age: number];

function rankOf({ signal, representative, from }: Incident): Rank {
  return [signal === null ? 1 : 0, -representative.severityNumber, isCut(representative) ? 1 : 0, -from];
}

function rankOfFolded({ signal, representative: { event }, members }: FoldedIncident): Rank {
  return [
    signal === null ? 1 : 0,
    -event.severityNumber,
    isCut(event) ? 1 : 0,
    -(members[0]?.candidate.event.time ?? 0),
  ];
}

function isCut({ exceptions }: Incident['representative']): boolean {
  return exceptions.some(({ truncated }) => truncated);
}

function compareRank(a: Rank, b: Rank): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3];
}

/** Most frequent first. */
function byCount(counts: ReadonlyMap<string, number>): string[] {
  return [...counts].sort(([a, left], [b, right]) => right - left || compareText(a, b)).map(([key]) => key);
}
