import type { Report } from '../../contracts/report.ts';
import type { ReadProblem, ReadProblemKind } from '../events/index.ts';
import type { Messages } from '../shared/index.ts';
import type { Reading } from './input.ts';
import { reportInstant } from './plain-values.ts';

/** Problems after which entries of the window are missing. Others lose single entries, which are counted where they are shown. */
const CUTTING: readonly ReadProblemKind[] = [
  'entry-limit',
  'time-limit',
  'truncated-input',
  'unreadable',
  'unread-warnings',
  'unread-routes',
  'unjudged',
  'behind',
];

/**
 * What the report covers. `from` is the oldest entry really covered; without entries the window that was asked for.
 * `to` is the end that was asked for where reading got there, else the newest entry.
 * `complete`: false when a bound, a timeout or a file's end cut the reading, with the reason; true when a live source gave
 * everything it had; null for a saved file read whole, since nobody can tell what was left out when it was saved.
 */
export function describeWindow(
  covered: { from: number | null; to: number | null },
  reading: Reading,
  messages: Messages,
): Report['window'] {
  const cuts = reading.problems.filter((problem) => CUTTING.includes(problem.kind));
  const isCut = cuts.length > 0;
  const from = covered.from ?? (isCut ? null : reading.since);
  const behind = cuts.filter(({ kind }) => kind === 'behind').map(({ position }) => Date.parse(position || '1970'));
  const seenTo = isCut ? covered.to : later(covered.to, reading.until);
  // Where it was not read in the window at all, what others sent is all there is.
  const to = behind.length > 0 && Math.min(...behind) > (from ?? 0) ? Math.min(...behind) : seenTo;
  return {
    from: from === null ? null : reportInstant(from),
    to: to === null ? null : reportInstant(to),
    complete: isCut ? false : reading.origin === 'live' ? true : null,
    reason: isCut
      ? describeCuts(cuts, messages)
      : reading.origin === 'saved'
        ? messages.reportFacts.window.saved
        : null,
  };
}

/** One sentence for each kind of cut, in the order met; of what is behind one for each source. */
function describeCuts(cuts: readonly ReadProblem[], messages: Messages): string {
  const isFirst = (cut: ReadProblem) => cuts.find(({ kind }) => kind === cut.kind) === cut;
  return cuts
    .filter((cut) => cut.kind === 'behind' || isFirst(cut))
    .map((cut) => describeCut(cut, messages))
    .join(' ');
}

function describeCut({ kind, name, position, detail }: ReadProblem, messages: Messages): string {
  const say = messages.reportFacts.window.cut;
  if (kind === 'entry-limit') return say.entryLimit(name);
  if (kind === 'time-limit') return say.timeLimit(name);
  if (kind === 'truncated-input') return say.truncatedInput(name);
  if (kind === 'unread-warnings') return say.unreadWarnings(name);
  if (kind === 'unread-routes') return say.unreadRoutes(name);
  if (kind === 'unjudged') return say.unjudged(name, position);
  if (kind === 'behind') return say.behind(name, position, detail);
  return say.unreadable(name);
}

function later(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}
