import { type Exception, type Frame, isTestCode } from '../../events/index.ts';
import type { Culprit } from '../issue-evidence.ts';
import { isGenerated } from './generated-code.ts';
import { throwerRole } from './thrower.ts';

export interface CulpritLimits {
  /** Frames shown. */
  shown: number;
  /** Frames looked at, crash end first. */
  considered: number;
}

export const DEFAULT_CULPRIT_LIMITS: CulpritLimits = {
  shown: 5, // more than five places are a list, not an answer
  considered: 250, // what a trace keeps
};

/**
 * What a frame weighs. A check keeps half (it only says that its caller was wrong), a frame that only throws a tenth, test code a
 * twentieth. `next…` is how far the following frame is pushed away: throwers and recursion hardly count as distance.
 */
const WEIGHT = {
  check: 0.5,
  report: 0.1,
  test: 0.05,
  generated: 0.5,
  changed: 2,
  repeatedFunction: 0.5,
  /** Neighbours in the same file tell the same story: each further one of a run weighs this much of the one before. */
  sameRun: 0.6,
  /** Its ±5 lines are shown already. */
  alreadyVisible: 0.5,
  nextAfterReport: 0.25,
  nextAfterCheck: 0.5,
  nextAfterRepeat: 0,
} as const;
const VISIBLE_LINES = 5;

export interface RankCulpritsInput {
  /** Every frame with its origin set. */
  exceptions: readonly Exception[];
  limits?: Partial<CulpritLimits>;
  /** How common the frame is over the service's issues: 1 for a frame of one issue only, towards 0 for one that is in all. */
  rarity?: (frame: Frame) => number;
  /** Whether the frame's lines changed between the last revision without the issue and the first with it. */
  changedInRange?: (frame: Frame) => boolean;
}

/**
 * Ranks the application frames by how likely the fault lies there: 1/(1 + distance from the crash), root cause first, weighted by
 * rarity and by what the frame does. The shown ones are spread over the stack: of a run of frames in one file the nearest to the
 * crash comes first, so five recursive calls do not take five places. Ties go to the frame nearer the crash.
 */
export function rankCulprits(input: RankCulpritsInput): Culprit[] {
  const limits = { ...DEFAULT_CULPRIT_LIMITS, ...input.limits };
  const open = weigh(input, limits.considered);
  const ranked: Culprit[] = [];
  const takenOfRun = new Map<number, number>();
  while (open.length > 0 && ranked.length < limits.shown) {
    let best = 0;
    let bestScore = -1;
    for (const [index, candidate] of open.entries()) {
      const crowded = WEIGHT.sameRun ** (takenOfRun.get(candidate.run) ?? 0);
      const score = candidate.score * crowded * (isVisible(candidate, ranked) ? WEIGHT.alreadyVisible : 1);
      if (score > bestScore + 1e-12) [best, bestScore] = [index, score];
    }
    const [chosen] = open.splice(best, 1);
    if (!chosen) break;
    takenOfRun.set(chosen.run, (takenOfRun.get(chosen.run) ?? 0) + 1);
    const { frame, exception, path } = chosen;
    ranked.push({ frame, exception, path, rank: ranked.length + 1, score: round(bestScore) });
  }
  return ranked;
}

interface Candidate {
  frame: Frame;
  exception: number;
  path: string;
  score: number;
  run: number;
}

function weigh({ exceptions, rarity, changedInRange }: RankCulpritsInput, considered: number): Candidate[] {
  const candidates: Candidate[] = [];
  const seenFrames = new Set<string>();
  const seenFunctions = new Set<string>();
  let distance = 0;
  let run = 0;
  let isCrashEnd = true;
  for (const { frame, exception, path } of applicationFrames(exceptions)) {
    if (candidates.length >= considered) break;
    const functionKey = `${frame.module}\0${frame.function ?? frame.line}\0${path}`;
    const frameKey = `${functionKey}\0${frame.line}`;
    if (seenFrames.has(frameKey)) continue;
    seenFrames.add(frameKey);
    if (candidates.at(-1)?.path !== path) run++;
    const role = throwerRole(frame, { isCrashEnd, errorType: exceptions[exception]!.type });
    const isRepeat = seenFunctions.has(functionKey);
    seenFunctions.add(functionKey);
    isCrashEnd &&= role !== null;
    const { weight, step } = weightOf(frame, path, role, isRepeat);
    const score = (weight * (rarity?.(frame) ?? 1) * (changedInRange?.(frame) ? WEIGHT.changed : 1)) / (1 + distance);
    candidates.push({ frame, exception, path, score, run });
    distance += step;
  }
  return candidates;
}

/** Those of the application that have a path, in the order of `rootFirst`. */
function* applicationFrames(
  exceptions: readonly Exception[],
): Generator<Pick<Candidate, 'frame' | 'exception' | 'path'>> {
  for (const exception of rootFirst(exceptions)) {
    for (const frame of exceptions[exception]!.frames) {
      const path = frame.origin?.path ?? frame.file;
      if (frame.origin?.isApplication && path !== null) yield { frame, exception, path };
    }
  }
}

function weightOf(
  frame: Frame,
  path: string,
  role: ReturnType<typeof throwerRole>,
  isRepeat: boolean,
): { weight: number; step: number } {
  let weight = isGenerated(path) ? WEIGHT.generated : 1;
  let step = 1;
  if (isTestCode(frame)) weight *= WEIGHT.test;
  else if (role === 'reports') {
    weight *= WEIGHT.report;
    step = WEIGHT.nextAfterReport;
  } else if (role === 'checks') {
    weight *= WEIGHT.check;
    step = WEIGHT.nextAfterCheck;
  }
  if (isRepeat) {
    weight *= WEIGHT.repeatedFunction;
    step = Math.min(step, WEIGHT.nextAfterRepeat);
  }
  return { weight, step };
}

/** The members of a group, then the raised chain, then what was suppressed; each chain from its deepest cause outward. */
export function rootFirst(exceptions: readonly Exception[]): number[] {
  const chains: { head: Exception['relation']; indices: number[] }[] = [];
  for (const [index, { relation }] of exceptions.entries()) {
    const open = chains.at(-1);
    if (open && (relation === 'cause' || relation === 'context')) open.indices.unshift(index);
    else chains.push({ head: relation, indices: [index] });
  }
  const order = (head: Exception['relation']) => (head === 'member' ? 0 : head === 'suppressed' ? 2 : 1);
  return chains.sort((a, b) => order(a.head) - order(b.head)).flatMap(({ indices }) => indices);
}

function isVisible(candidate: Candidate, shown: readonly Culprit[]): boolean {
  const { line } = candidate.frame;
  if (line === null) return false;
  return shown.some(
    (other) =>
      other.path === candidate.path && other.frame.line !== null && Math.abs(other.frame.line - line) <= VISIBLE_LINES,
  );
}

function round(score: number): number {
  return Math.round(score * 10_000) / 10_000;
}
