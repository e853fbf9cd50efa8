import { compareText } from '../fold/candidate.ts';
import { alignStacks, sharedShare, type WeighedStack, weigh } from './align-stacks.ts';
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
/** Others that are looked at, those that share its rarest frames first: it bounds the work whatever all have in common. */
const LOOKED_AT = 100;

interface Entry {
  stack: IssueStack;
  distinct: ReadonlySet<string>;
  weighed: WeighedStack | null;
  /** How many stacks there were when it was weighed. */
  weighedAt: number;
}

/** The stacks of one service's issues, by their frames; how telling a frame is follows from how many of them have it. */
export class StackIndex {
  #size = 0;
  readonly #byFrame = new Map<string, Entry[]>();
  /** By the outermost frame, which is where a cut trace begins. */
  readonly #byOutermost = new Map<string, Entry[]>();

  constructor(stacks: readonly IssueStack[] = []) {
    for (const stack of stacks) this.add(stack);
  }

  get size(): number {
    return this.#size;
  }

  add(stack: IssueStack): void {
    const entry = entryOf(stack);
    this.#size++;
    for (const frame of entry.distinct) push(this.#byFrame, frame, entry);
    const outermost = stack.frames.at(-1);
    if (outermost !== undefined) push(this.#byOutermost, outermost, entry);
  }

  /** The issues that are most like one: at most 3 with a score of at least 0.8, best first. */
  suggest(stack: IssueStack): MergeSuggestion[] {
    const own = entryOf(stack);
    const weighed = this.#weigh(own);
    const promising = this.#neighbours(own)
      .map((entry) => ({ entry, most: sharedShare(weighed, this.#weigh(entry)) }))
      .filter(({ most }) => most >= LEAST_SCORE)
      .sort((a, b) => b.most - a.most || compareText(a.entry.stack.issueId, b.entry.stack.issueId))
      .slice(0, ALIGNED);
    const similar = promising.map(({ entry }): MergeSuggestion => {
      const score = Math.round(alignStacks(weighed, this.#weigh(entry)) * 1_000) / 1_000;
      return { issueId: stack.issueId, otherId: entry.stack.issueId, score, reason: 'similar-stack' };
    });
    const cut = this.#continuation(stack);
    return [...(cut ? [cut] : []), ...similar.filter(({ otherId }) => otherId !== cut?.otherId)]
      .filter(({ score }) => score >= LEAST_SCORE)
      .sort((a, b) => b.score - a.score || compareText(a.otherId, b.otherId))
      .slice(0, MOST);
  }

  /** A trace whose end the log cut, if exactly one issue begins like it (read from the outermost frame). */
  #continuation({ issueId, frames, isCut }: IssueStack): MergeSuggestion | null {
    if (!isCut) return null;
    const longer = (this.#byOutermost.get(frames.at(-1) ?? '') ?? []).filter(
      ({ stack }) => stack.issueId !== issueId && stack.frames.length > frames.length && endsWith(stack.frames, frames),
    );
    const [only] = longer;
    if (!only || longer.length > 1) return null;
    return { issueId, otherId: only.stack.issueId, score: CUT_SCORE, reason: 'cut-trace' };
  }

  /** Inverse document frequency. */
  #weightOf(frame: string): number {
    return Math.log(1 + this.#size / Math.max(1, this.#byFrame.get(frame)?.length ?? 0));
  }

  #weigh(entry: Entry): WeighedStack {
    if (entry.weighed === null || entry.weighedAt !== this.#size) {
      entry.weighed = weigh(entry.stack.frames, entry.distinct, (frame) => this.#weightOf(frame));
      entry.weighedAt = this.#size;
    }
    return entry.weighed;
  }

  #neighbours({ stack, distinct }: Entry): Entry[] {
    const rarestFirst = [...distinct]
      .map((frame) => this.#byFrame.get(frame) ?? [])
      .sort((a, b) => a.length - b.length);
    const found = new Set<Entry>();
    for (const holders of rarestFirst) {
      for (const holder of holders) {
        if (found.size >= LOOKED_AT) return [...found];
        if (holder.stack.issueId !== stack.issueId) found.add(holder);
      }
    }
    return [...found];
  }
}

function entryOf(stack: IssueStack): Entry {
  return { stack, distinct: new Set(stack.frames), weighed: null, weighedAt: 0 };
}

/** Frames stand crash first, so what was printed first stands last. */
function endsWith(frames: readonly string[], end: readonly string[]): boolean {
  const offset = frames.length - end.length;
  return end.every((frame, index) => frames[offset + index] === frame);
}

function push(lists: Map<string, Entry[]>, key: string, entry: Entry): void {
  const list = lists.get(key);
  if (list) list.push(entry);
  else lists.set(key, [entry]);
}
