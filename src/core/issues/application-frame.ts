import {
  createFrameOrigin,
  type DecideFrameOrigin,
  type Event,
  type Exception,
  type Frame,
  type FrameOrigin,
} from '../events/index.ts';

/** What the frame already carries, else the rules of frame origin without any configuration. */
export type OriginOf = DecideFrameOrigin;

/** Takes the origin a frame already carries, and decides by `decide` where it carries none. */
export function originLookup(decide: DecideFrameOrigin = createFrameOrigin()): OriginOf {
  return (frame, language): FrameOrigin => frame.origin ?? decide(frame, language);
}

/** The chain without what was only suppressed: the raised one first, its causes after it; of a group, all members. */
export function chainOf(exceptions: readonly Exception[]): Exception[] {
  return exceptions.filter(({ relation }) => relation !== 'suppressed');
}

/** The exception it began with: the deepest cause; of a group, that of its first member. Null without exceptions. */
export function rootCauseOf(exceptions: readonly Exception[]): Exception | null {
  let root: Exception | null = null;
  let members = 0;
  for (const exception of exceptions) {
    if (exception.relation === 'suppressed') continue;
    if (exception.relation === 'member' && ++members > 1) break;
    root = exception;
  }
  return root;
}

/**
 * Where it failed: the application frame nearest the throw of the root cause, else of the next exception outward. Null when no frame
 * is the application's.
 */
export function failingFrame(
  { exceptions }: Pick<Event, 'exceptions'>,
  originOf: OriginOf,
): { frame: Frame; path: string | null } | null {
  const root = rootCauseOf(exceptions);
  const chain = chainOf(exceptions);
  for (let at = root === null ? -1 : chain.indexOf(root); at >= 0; at--) {
    const { frames, language } = chain[at] as Exception;
    for (const frame of frames) {
      const origin = originOf(frame, language);
      if (origin.isApplication) return { frame, path: origin.path ?? frame.file };
    }
  }
  return null;
}
