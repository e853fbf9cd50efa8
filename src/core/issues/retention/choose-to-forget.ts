import { type ForgettableEvent, irrelevanceOf } from './irrelevance.ts';

/**
 * Which events go so that at most `limit` of these stay: the most irrelevant first, then the oldest; never a protected one, so that
 * more than `limit` stay where more are protected.
 */
export function chooseToForget(
  events: readonly ForgettableEvent[],
  protectedSeqs: ReadonlySet<number>,
  { limit, now }: { limit: number; now: number },
): number[] {
  const excess = events.length - limit;
  if (excess <= 0) return [];
  return events
    .filter(({ seq }) => !protectedSeqs.has(seq))
    .map((event) => ({ seq: event.seq, irrelevance: irrelevanceOf(event, now) }))
    .sort((a, b) => b.irrelevance - a.irrelevance || a.seq - b.seq)
    .slice(0, excess)
    .map(({ seq }) => seq);
}

/** What tells which events must stay. */
export interface TellingEvent {
  seq: number;
  issueId: string;
  revision: string | null;
  /** The hash it matched by, where it is known. */
  hash: string | null;
  /** How much it says: bytes of its details. */
  richness: number;
}

/**
 * Of each issue the first and the last event, the first of each revision and of each hash, and the richest. Those of state changes and those
 * a report or a fix cites are known elsewhere.
 */
export function tellingEvents(events: readonly TellingEvent[]): Set<number> {
  const firsts = new Map<string, TellingEvent>();
  const lasts = new Map<string, TellingEvent>();
  const richest = new Map<string, TellingEvent>();
  for (const event of events) {
    const { issueId, revision, hash } = event;
    for (const key of [
      issueId,
      ...(revision === null ? [] : [`${issueId}\u0000r${revision}`]),
      ...(hash === null ? [] : [`${issueId}\u0000h${hash}`]),
    ])
      keepBetter(firsts, key, event, (a, b) => b.seq - a.seq);
    keepBetter(lasts, issueId, event, (a, b) => a.seq - b.seq);
    keepBetter(richest, issueId, event, (a, b) => a.richness - b.richness || b.seq - a.seq);
  }
  return new Set([firsts, lasts, richest].flatMap((kept) => [...kept.values()].map(({ seq }) => seq)));
}

function keepBetter(
  kept: Map<string, TellingEvent>,
  key: string,
  event: TellingEvent,
  compare: (a: TellingEvent, b: TellingEvent) => number,
): void {
  const known = kept.get(key);
  if (!known || compare(event, known) > 0) kept.set(key, event);
}
