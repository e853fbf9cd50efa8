import type { Event } from '../events/index.ts';

/** The events that one failure produced. Built by folding; the representative alone gives the fingerprint. */
export interface Incident {
  /** Derived from the representative's event id: the same input gives the same id. */
  id: string;
  kind: 'error' | 'warning';
  service: string | null;
  representative: Event;
  /** All members in time order, the representative included; at most the knob's number, `entries` counts them all. */
  members: IncidentMember[];
  /** Log entries of all members. */
  entries: number;
  from: number;
  to: number;
  /** Set when the platform said that the process died or was unhealthy. */
  signal: CriticalSignal | null;
  /** Incidents of other causes that share this one's request. */
  linked: string[];
}

export interface IncidentMember {
  event: Event;
  /**
   * Why it is here: `representative`, `trace`, `request-id`, `http-twin`, `same-stack`, `inner-stack`, `request-span`, `death`,
   * `death-impact`.
   */
  foldedBy: string;
}

export interface CriticalSignal {
  type: 'OOM' | 'UNHEALTHY' | 'CRASH';
  event: Event;
  /** Failed requests that this death explains. */
  affectedRequests: number;
  /** From the platform's own sentence, MiB; null when it gave none. */
  memory: { limitMib: number; usedMib: number } | null;
}

/** A request or operation that took longer than the knob (default 3 s). */
export interface LatencyIssue {
  event: Event;
  durationMs: number;
}

/** Requests that probe for what is not there: one line in a report, never part of its status. */
export interface Noise {
  entries: number;
  /** Probes by client or host, most first; addresses redacted by knob. */
  groups: {
    reason: 'foreign-host' | 'never-served' | 'unknown-path-burst' | 'listed-path';
    entries: number;
    paths: number;
    example: string;
  }[];
}
