import type { Trace } from '../../../contracts/api/traces.ts';

export interface Place {
  /** Percent of the track. */
  left: number;
  width: number;
}

/** A span of no length is still seen. */
const LEAST_PERCENT = 0.5;

/** Where a stretch stands on a track as long as the trace, and never beside it. */
export function placeOnTrack(fromMs: number, lengthMs: number, traceMs: number): Place {
  if (traceMs <= 0) return { left: 0, width: 100 };
  const left = Math.min(100 - LEAST_PERCENT, Math.max(0, (fromMs / traceMs) * 100));
  const width = Math.min(100 - left, Math.max(LEAST_PERCENT, (lengthMs / traceMs) * 100));
  return { left, width };
}

/** The gaps as stripes behind every track: one picture for all of them. */
export function stripesOf({ gaps, durationMs }: Pick<Trace, 'gaps' | 'durationMs'>): string | undefined {
  if (gaps.length === 0 || durationMs <= 0) return undefined;
  return gaps
    .map(({ fromMs, toMs }) => {
      const { left, width } = placeOnTrack(fromMs, toMs - fromMs, durationMs);
      // A picture is placed by the share of the room that it leaves.
      const place = width >= 100 ? 0 : (left / (100 - width)) * 100;
      return `${HATCH} ${place.toFixed(2)}% 0 / ${width.toFixed(2)}% 100% no-repeat`;
    })
    .join(', ');
}

const HATCH = 'repeating-linear-gradient(135deg, var(--color-line) 0 3px, transparent 3px 6px)';
