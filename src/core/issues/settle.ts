import type { FoldedIncident } from './fold/fold.ts';

/** Letting go of less than this share would fold the same events over and over. */
const WORTHWHILE = 0.25;

/**
 * Parts incidents that are complete from those that may still grow: complete is what lies `marginMs` away from both ends of all that is
 * held, for a log read forwards, backwards or from several files. A storm that lies all within the margins is let go with smaller
 * ones, in the end whole.
 */
export function settledIncidents(
  incidents: readonly FoldedIncident[],
  marginMs: number,
): { settled: FoldedIncident[]; waiting: FoldedIncident[] } {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  let events = 0;
  for (const { members } of incidents) {
    events += members.length;
    from = Math.min(from, members[0]?.candidate.event.time ?? from);
    to = Math.max(to, members.at(-1)?.candidate.event.time ?? to);
  }
  for (let margin = marginMs; margin >= 1; margin /= 10) {
    const settled = incidents.filter(
      ({ members }) =>
        (members[0]?.candidate.event.time ?? from) - from >= margin &&
        to - (members.at(-1)?.candidate.event.time ?? to) >= margin,
    );
    const taken = settled.reduce((sum, { members }) => sum + members.length, 0);
    if (taken >= events * WORTHWHILE) {
      const gone = new Set(settled);
      return { settled, waiting: incidents.filter((incident) => !gone.has(incident)) };
    }
  }
  return { settled: [...incidents], waiting: [] };
}
