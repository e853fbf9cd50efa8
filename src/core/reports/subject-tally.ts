import type { Event } from '../events/index.ts';
import type { ReportSubject, SeenRevision } from './input.ts';

/** OpenTelemetry resource attributes that name the region and the release. */
const REGION = 'cloud.region';
const RELEASE = 'service.version';
/** Services told apart; a log of more is no log of one system. */
const MOST_SERVICES = 1_000;
/** Revisions told apart per service. */
const MOST_REVISIONS = 1_000;

interface Newest {
  time: number;
  value: string;
}

interface ServiceTally {
  events: number;
  region: Newest | null;
  release: Newest | null;
  revisions: Map<string, { from: number; to: number }>;
}

/**
 * Learns from the events which service a report is about, what runs, and which revisions served when. Needs them in no order;
 * bounded whatever the input. Times nobody believes do not count.
 */
export class SubjectTally {
  readonly #services = new Map<string | null, ServiceTally>();

  add(events: readonly Event[]): void {
    for (const event of events) this.#addOne(event);
  }

  /** What was given; else the service the log names most, and the region, release and revision it named last. */
  subject(given: ReportSubject): ReportSubject {
    const service = given.service ?? this.#mostNamed();
    const own = this.#services.get(service) ?? null;
    const nameless = this.#services.get(null) ?? null;
    return {
      service,
      region: given.region ?? own?.region?.value ?? nameless?.region?.value ?? null,
      release: given.release ?? own?.release?.value ?? nameless?.release?.value ?? null,
      revision: given.revision ?? lastOf(own) ?? lastOf(nameless),
    };
  }

  /** The revisions of that service, and of entries that named none, oldest first. */
  revisions(service: string | null): SeenRevision[] {
    const tallies = new Set([this.#services.get(service), this.#services.get(null)]);
    const seen = [...tallies].flatMap((tally) => [...(tally?.revisions ?? [])]);
    return seen
      .map(([name, span]) => ({ name, ...span }))
      .sort((a, b) => a.from - b.from || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  #addOne({ service, revision, time, timeSuspect, attributes }: Event): void {
    const tally = this.#tallyOf(service);
    if (tally === null) return;
    tally.events++;
    if (timeSuspect) return;
    tally.region = newer(tally.region, time, attributes[REGION]);
    tally.release = newer(tally.release, time, attributes[RELEASE]);
    if (revision !== null) noteRevision(tally.revisions, revision, time);
  }

  #tallyOf(service: string | null): ServiceTally | null {
    const present = this.#services.get(service);
    if (present || this.#services.size >= MOST_SERVICES) return present ?? null;
    const tally: ServiceTally = { events: 0, region: null, release: null, revisions: new Map() };
    this.#services.set(service, tally);
    return tally;
  }

  #mostNamed(): string | null {
    let most: { name: string; events: number } | null = null;
    for (const [name, { events }] of this.#services) {
      if (name === null || name === '') continue;
      const isMore = most === null || events > most.events || (events === most.events && name < most.name);
      if (isMore) most = { name, events };
    }
    return most?.name ?? null;
  }
}

/** The later value; of two at one time the greater text, so that no order of arrival decides. */
function newer(present: Newest | null, time: number, value: unknown): Newest | null {
  if (typeof value !== 'string' || value === '') return present;
  if (present !== null && (time < present.time || (time === present.time && value <= present.value))) return present;
  return { time, value };
}

function noteRevision(revisions: ServiceTally['revisions'], revision: string, time: number): void {
  const span = revisions.get(revision);
  if (span) {
    span.from = Math.min(span.from, time);
    span.to = Math.max(span.to, time);
  } else if (revisions.size < MOST_REVISIONS) {
    revisions.set(revision, { from: time, to: time });
  }
}

/** The revision seen last; of two at one time the greater name. */
function lastOf(tally: ServiceTally | null): string | null {
  const seen = [...(tally?.revisions ?? [])];
  const [last] = seen.sort(([a, spanA], [b, spanB]) => spanB.to - spanA.to || (a < b ? 1 : -1));
  return last?.[0] ?? null;
}
