import type { DecideFrameOrigin, Exception, Frame } from '../events/index.ts';
import type { Issue } from '../issues/index.ts';

/** The exceptions of the issue's representative incident, every frame with its origin set. */
export function exceptionsOf(issue: Issue, decideOrigin: DecideFrameOrigin): Exception[] {
  const exceptions = issue.incidents[0]?.representative.exceptions ?? [];
  return exceptions.map((exception) => ({
    ...exception,
    frames: exception.frames.map((frame) => ({ ...frame, origin: decideOrigin(frame, exception.language) })),
  }));
}

/** Inverse document frequency over the issues, scaled so that a frame of one issue only weighs 1. */
export function rarityOver(issues: readonly Issue[], decideOrigin: DecideFrameOrigin): (frame: Frame) => number {
  const keyOf = (frame: Frame) => `${frame.module}\0${frame.function}\0${frame.origin?.path}`;
  const counts = new Map<string, number>();
  for (const issue of issues) {
    const keys = exceptionsOf(issue, decideOrigin).flatMap(({ frames }) => frames.map(keyOf));
    for (const key of new Set(keys)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const all = Math.max(1, issues.length);
  return (frame) => Math.log(1 + all / (counts.get(keyOf(frame)) ?? 1)) / Math.log(1 + all);
}

/** Paths of all application frames, as the trace orders them. */
export function applicationPaths(exceptions: readonly Exception[]): string[] {
  const frames = exceptions.flatMap((exception) => exception.frames);
  return frames.flatMap(({ origin }) => (origin?.isApplication && origin.path !== null ? [origin.path] : []));
}
