import type { Event } from '../events/index.ts';
import type { CriticalSignal, LatencyIssue, Noise } from './incident.ts';
import type { Issue } from './issue.ts';

/** What the events of one window come to. Lists may be bounded by knobs; counts never are. */
export interface Understanding {
  /** Log entries, quiet ones included, repeats excluded. */
  entries: number;
  /** Oldest and newest instant of all entries; null without any. */
  from: number | null;
  to: number | null;
  /** Incidents by kind, noise excluded. */
  errorIncidents: number;
  warningIncidents: number;
  /** The instants of every incident (its first event), ascending: what a timeline is drawn from. */
  errorTimes: number[];
  warningTimes: number[];
  /** How many error incidents each key has, descending: endpoint `METHOD route`, exception type, file of the failing frame. */
  byEndpoint: Map<string, number>;
  byErrorType: Map<string, number>;
  byFile: Map<string, number>;
  /** Worst first. `kind` tells errors from warnings. */
  issues: Issue[];
  /** Gravest first, then newest; `signalCount` counts them all. */
  signals: CriticalSignal[];
  signalCount: number;
  /** Slowest first; `latencyCount` counts them all. */
  latency: LatencyIssue[];
  latencyCount: number;
  noise: Noise;
  /** Events kept for context (log tail, samples), ascending by time: those within reach of an incident. */
  context: Event[];
  /** Bounds reached, for people: `candidates` 100000, … */
  bounds: { name: string; limit: number; count: number }[];
}
