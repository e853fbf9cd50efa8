import type { Incident } from './incident.ts';

/** The incidents that share one cause. Without a store every issue is `open`. */
export interface Issue {
  id: string;
  /** `v1:<kind>:<16 hex>`. */
  fingerprint: string;
  title: string;
  state: 'open' | 'handed off' | 'resolved' | 'regressed' | 'ignored';
  service: string | null;
  kind: 'error' | 'warning';
  /** Worst and newest first; at most the knob's number are kept whole, `incidentCount` counts them all. */
  incidents: Incident[];
  incidentCount: number;
  entries: number;
  firstSeen: number;
  lastSeen: number;
  errorType: string | null;
  endpoints: string[];
  revisions: string[];
  /** Distinct users touched; null when no event named one. */
  affectedUsers: number | null;
  /** Opened in this window, where a store tells; undefined without one. */
  isNew?: boolean;
  /** What a store tells of it beyond the window; undefined without one, and before that has heard of it. */
  past?: IssuePast;
  /** What the fingerprint was made of, so that a person can see why two incidents met. */
  why: FingerprintExplanation;
}

export interface IssuePast {
  /** The revision that brought it; null: none did, as far as is known. */
  broughtBy: string | null;
  /** All that had it. */
  revisions: string[];
  /** That served last before it came, of late, and had none of it. */
  former: { name: string; lastSeen: number } | null;
}

export interface FingerprintExplanation {
  version: 'v1';
  kind: 'app' | 'all' | 'msg' | 'client';
  /** The exact values that were hashed, in order. */
  inputs: unknown;
  kept: { frame: string; rule: string }[];
  skipped: { frame: string; rule: string }[];
  template: string | null;
}
