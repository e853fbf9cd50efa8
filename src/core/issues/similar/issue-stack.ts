import type { Event } from '../../events/index.ts';
import { chainOf, type OriginOf, rootCauseOf } from '../application-frame.ts';
import { createFrameCleaner } from '../fingerprint/clean-frame.ts';
import { collapseCycles } from '../fingerprint/collapse-cycles.ts';

/** What of an issue is compared with others: its frames, crash first, root cause first. */
export interface IssueStack {
  issueId: string;
  /** Path or class, and function; no lines, no code. */
  frames: string[];
  /** The log ended inside the trace: the crash end is missing. */
  isCut: boolean;
}

const FRAMES = 100;

/** Reads the stacks of issues from one of their events; null without frames. */
export function createStackReader(
  originOf: OriginOf,
): (issueId: string, event: Pick<Event, 'exceptions'>) => IssueStack | null {
  const clean = createFrameCleaner(originOf);
  return (issueId, { exceptions }) => {
    const chain = chainOf(exceptions);
    const root = rootCauseOf(exceptions);
    const from = root === null ? 0 : chain.indexOf(root);
    const keys: string[] = [];
    for (const { frames, language } of [...chain.slice(0, from + 1).reverse(), ...chain.slice(from + 1)]) {
      const own = frames
        .map((frame) => clean(frame, language).values?.slice(0, 2).join('\u0000') ?? null)
        .filter((key) => key !== null);
      const kept = new Set(collapseCycles(own));
      keys.push(...own.filter((_, index) => kept.has(index)));
      if (keys.length >= FRAMES) break;
    }
    if (keys.length === 0) return null;
    const [only] = exceptions;
    const isCut = exceptions.length === 1 && only?.truncated === true && only.type === null;
    return { issueId, frames: keys.slice(0, FRAMES), isCut };
  };
}
