import type { UnifiedStatus } from '../../../contracts/api/unified.ts';
import { toInstant } from '../../shared/index.ts';

export interface Verdict {
  status: UnifiedStatus;
  reasons: string[];
}

/** Worst first. What is known to be wrong comes before what is not known; both before OK. */
const WORST_FIRST: readonly UnifiedStatus[] = ['CRITICAL', 'DEGRADED', 'could not look', 'OK'];

export function worstOf(statuses: readonly string[]): UnifiedStatus | null {
  return WORST_FIRST.find((status) => statuses.includes(status)) ?? null;
}

/** The worst of several, with its own reasons, and beside them those of what could not be looked at. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  const status = worstOf(verdicts.map((one) => one.status)) ?? 'could not look';
  const told = verdicts.filter((one) => one.status === status || one.status === 'could not look');
  return { status, reasons: status === 'OK' ? [] : [...new Set(told.flatMap(({ reasons }) => reasons))] };
}

export const instantOrNull = (time: number | null): string | null => (time === null ? null : toInstant(time));

/** A clock that was set back makes nothing older than new. */
export function ageOf(at: number, now: number): number {
  return Math.max(0, Math.round(now - at));
}
