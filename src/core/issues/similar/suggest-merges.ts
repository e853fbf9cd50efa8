import { compareText } from '../fold/candidate.ts';
import { alignStacks, type FrameWeights, frameWeights, sharedShare, weigh } from './align-stacks.ts';
import type { IssueStack } from './issue-stack.ts';

/** A pair that a person may want to merge. Nothing is ever merged silently. */
export interface MergeSuggestion {
  issueId: string;
  otherId: string;
  /** 0-1. */
  score: number;
  reason: 'similar-stack' | 'cut-trace';
}

const LEAST_SCORE = 0.8;
const MOST = 3;
/** The only continuation of a cut trace is likely, not sure. */
const CUT_SCORE = 0.9;
/** Others that are aligned with one issue, those that share most first. */
const ALIGNED = 10;
/** Others that are looked at, those that share its rarest frames first: it bounds the night's work to linear. */
const LOOKED_AT = 100;

/** The issues among `others` that are most like one: at most 3 with a score of at least 0.8, best first. All of one service. */
export function suggestFor(
  issue: IssueStack,
  others: readonly IssueStack[],
  weightOf: FrameWeights = frameWeights([issue, ...others]),
): MergeSuggestion[] {
  const own = { frames: issue.frames, weights: weigh(issue.frames, weightOf) };
  const promising = others
    .filter(({ issueId }) => issueId !== issue.issueId)
    .map((other) => {
      const weighed = { frames: other.frames, weights: weigh(other.frames, weightOf) };
      return { other, weighed, most: sharedShare(own, weighed) };
    })
    .filter(({ most }) => most >= LEAST_SCORE)
    .sort((a, b) => b.most - a.most || compareText(a.other.issueId, b.other.issueId))
    .slice(0, ALIGNED);
  const similar = promising.map(({ other, weighed }): MergeSuggestion => {
    const score = alignStacks(own, weighed);
    return {
      issueId: issue.issueId,
      otherId: other.issueId,
      score: Math.round(score * 1_000) / 1_000,
      reason: 'similar-stack',
    };
  });
  const cut = continuationOf(issue, others);
  return [...(cut ? [cut] : []), ...similar.filter(({ otherId }) => otherId !== cut?.otherId)]
    .filter(({ score }) => score >= LEAST_SCORE)
    .sort((a, b) => b.score - a.score || compareText(a.otherId, b.otherId))
    .slice(0, MOST);
}

/** A trace whose end the log cut, if exactly one issue begins like it (read from the outermost frame). */
function continuationOf(issue: IssueStack, others: readonly IssueStack[]): MergeSuggestion | null {
  if (!issue.isCut) return null;
  const longer = others.filter(
    ({ issueId, frames }) =>
      issueId !== issue.issueId && frames.length > issue.frames.length && endsWith(frames, issue.frames),
  );
  const [only] = longer;
  if (!only || longer.length > 1) return null;
  return { issueId: issue.issueId, otherId: only.issueId, score: CUT_SCORE, reason: 'cut-trace' };
}

/** Frames stand crash first, so what was printed first stands last. */
function endsWith(frames: readonly string[], end: readonly string[]): boolean {
  const offset = frames.length - end.length;
  return end.every((frame, index) => frames[offset + index] === frame);
}

/** The night's look at all issues of one service: each pair once, best first. Pure; linear in the number of issues. */
export function suggestMerges(issues: readonly IssueStack[]): MergeSuggestion[] {
  const weightOf = frameWeights(issues);
  const byFrame = new Map<string, IssueStack[]>();
  for (const issue of issues) {
    for (const frame of new Set(issue.frames)) {
      const holders = byFrame.get(frame);
      if (holders) holders.push(issue);
      else byFrame.set(frame, [issue]);
    }
  }
  const found = new Map<string, MergeSuggestion>();
  for (const issue of issues) {
    for (const suggestion of suggestFor(issue, neighboursOf(issue, byFrame, weightOf), weightOf)) {
      const pair = [suggestion.issueId, suggestion.otherId].sort(compareText).join('\u0000');
      const known = found.get(pair);
      if (!known || known.score < suggestion.score) found.set(pair, suggestion);
    }
  }
  return [...found.values()].sort((a, b) => b.score - a.score || compareText(a.issueId, b.issueId));
}

function neighboursOf(
  issue: IssueStack,
  byFrame: ReadonlyMap<string, readonly IssueStack[]>,
  weightOf: FrameWeights,
): IssueStack[] {
  const rarestFirst = [...new Set(issue.frames)].sort((a, b) => weightOf(b) - weightOf(a));
  const found = new Set<IssueStack>();
  for (const frame of rarestFirst) {
    for (const holder of byFrame.get(frame) ?? []) {
      if (found.size >= LOOKED_AT) return [...found];
      if (holder !== issue) found.add(holder);
    }
  }
  return [...found];
}
