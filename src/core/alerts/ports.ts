import type { Alert, AlertChange, AlertSeverity, LookState, Observation } from './alert.ts';

/** A row for whoever cares, in the transaction of the change. `kind`: alert-fired, alert-resolved, alert-escalated, alert-repeated, alert-changed. */
export interface AlertOutboxEntry {
  kind: string;
  projectId: number | null;
  subjectId: string;
  payload: Record<string, unknown> | null;
}

export interface AlertWrite {
  alert: Alert | null;
  look: LookState | null;
  changes: readonly AlertChange[];
  outbox: readonly AlertOutboxEntry[];
}

export interface AlertStore {
  /** Reads the rows of the keys for update, and writes what is decided, in one transaction: two deciders of one key never act on the same row. */
  observe(
    observations: readonly Observation[],
    decide: (observation: Observation, alert: Alert | null, look: LookState | null) => AlertWrite,
  ): Promise<Alert[]>;
  /** The same by alert id; ids that are not there are left out of the result. */
  change(ids: readonly string[], decide: (alert: Alert) => AlertWrite): Promise<Alert[]>;
  /** Alerts whose `nextSendAt` has come, oldest first. */
  due(at: number, limit: number): Promise<Alert[]>;
}

export interface AlertFilter {
  states?: readonly Alert['state'][];
  severities?: readonly AlertSeverity[];
  types?: readonly string[];
  rules?: readonly string[];
  subject?: string;
  projectId?: number | null;
  isArchived?: boolean;
  /** By `lastSeen`, half-open. */
  from?: number;
  to?: number;
  text?: string;
}

export interface AlertReader {
  get(id: string): Promise<Alert | null>;
  /** Firing first, then acknowledged, then resolved; each newest first. */
  list(
    filter: AlertFilter,
    page: { cursor: string | null; limit: number },
  ): Promise<{ items: Alert[]; nextCursor: string | null }>;
  /** True totals of all that match. */
  counts(filter: AlertFilter): Promise<Record<Alert['state'], number>>;
  changes(alertId: string): Promise<AlertChange[]>;
  forget(request: { resolvedBefore: number; limit: number }): Promise<number>;
}

/** One value of one series, as it was posted. */
export interface Measurement {
  projectId: number;
  name: string;
  subject: Alert['subject'];
  at: number;
  /** Null: could not be measured. */
  value: number | null;
  unit: string | null;
}

export interface MeasurementStore {
  /** Idempotent by (project, name, subject, at); gives those that are new. */
  add(measurements: readonly Measurement[]): Promise<Measurement[]>;
  /** The newest of each series of that name. */
  latest(name: string): Promise<Measurement[]>;
  /** Of one series, oldest first. */
  series(query: { projectId: number; name: string; subjectId: string; from: number; to: number; limit: number }): Promise<Measurement[]>;
}

/** Texts that were looked at: (text id, type) comes once. */
export interface TextStore {
  add(text: { projectId: number; id: string; at: number; content: string; subject: Alert['subject'] }): Promise<boolean>;
}
