import type { Level } from '../record.ts';

export type PerLevel = Record<Level, number>;

/** What a client did with records before any sink, since its start, by level. */
export interface RecordCounters {
  /** Records given to the sinks. */
  made: PerLevel;
  /** Values that were masked, made a pseudonym or removed. */
  masked: PerLevel;
  /** Records whose secrets went out sealed. */
  encrypted: PerLevel;
  /** Records whose secrets could not be sealed and went out without them. */
  sealFailed: PerLevel;
  /** Equal records that are counted in another one. */
  folded: PerLevel;
  /** Records of which something was cut. */
  truncated: PerLevel;
  /** Records that could not be made at all; each was told on standard error. */
  failed: PerLevel;
}

function perLevel(): PerLevel {
  return { trace: 0, debug: 0, info: 0, warn: 0, error: 0, fatal: 0 };
}

export function createRecordCounters(): RecordCounters {
  return {
    made: perLevel(),
    masked: perLevel(),
    encrypted: perLevel(),
    sealFailed: perLevel(),
    folded: perLevel(),
    truncated: perLevel(),
    failed: perLevel(),
  };
}

export function copyCounters(counters: RecordCounters): RecordCounters {
  return Object.fromEntries(
    Object.entries(counters).map(([name, levels]: [string, PerLevel]) => [name, { ...levels }]),
  ) as unknown as RecordCounters;
}
