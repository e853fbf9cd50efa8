import type { Understanding } from '../issues/index.ts';
import { wholeNumber } from './plain-values.ts';

/** The numbers a report stands on: incidents without noise, and entries. Taken from what was counted, never from a list. */
export interface ReportCounts {
  /** Log entries read, noise included. */
  entries: number;
  errors: number;
  warnings: number;
  signals: number;
  latency: number;
  /** Entries. */
  noise: number;
}

export function countsOf(understanding: Understanding): ReportCounts {
  return {
    entries: wholeNumber(understanding.entries) ?? 0,
    errors: wholeNumber(understanding.errorIncidents) ?? 0,
    warnings: wholeNumber(understanding.warningIncidents) ?? 0,
    signals: wholeNumber(understanding.signalCount) ?? 0,
    latency: wholeNumber(understanding.latencyCount) ?? 0,
    noise: wholeNumber(understanding.noise.entries) ?? 0,
  };
}
