import { concurrencyRule } from './concurrency-rule.ts';
import { ENOUGH_RUNS } from './learn.ts';
import { retriesRule } from './retries-rule.ts';
import type { JobHistory, Proposal, Rule } from './rule.ts';
import { timeoutRule } from './timeout-rule.ts';

const RULES: readonly Rule[] = [retriesRule, timeoutRule, concurrencyRule];

export interface Suggested extends Proposal {
  jobId: string;
  /** How often this rule foretold rightly about runs it had not seen, over all jobs; null: too rarely tried. */
  confidence: number | null;
  /** Trials that the confidence rests on. */
  judgedOn: number;
}

/** Below it a share of hits says nothing. */
const ENOUGH_TRIALS = 5;
/** Runs, oldest first, are cut into so many parts: what was known up to one is judged by it. */
const FOLDS = 5;

/** What could be changed, each with what was learnt of its rule on runs that were held back. Jobs with too few runs get nothing. */
export function suggest(histories: readonly JobHistory[]): Suggested[] {
  const trials = new Map(RULES.map((rule) => [rule.parameter, trialsOf(rule, histories)]));
  return histories
    .filter(({ runs }) => runs.length >= ENOUGH_RUNS)
    .flatMap((history) =>
      RULES.flatMap((rule): Suggested[] => {
        const proposal = rule.propose(history);
        if (proposal === null) return [];
        const { hits, count } = trials.get(rule.parameter)!;
        const confidence = count < ENOUGH_TRIALS ? null : hits / count;
        return [{ ...proposal, jobId: history.job.id, confidence, judgedOn: count }];
      }),
    );
}

function trialsOf(rule: Rule, histories: readonly JobHistory[]): { hits: number; count: number } {
  let hits = 0;
  let count = 0;
  for (const history of histories) {
    for (let fold = 1; fold < FOLDS; fold++) {
      const trial = rule.judge(partOf(history, 0, fold / FOLDS), partOf(history, fold / FOLDS, (fold + 1) / FOLDS));
      if (trial === null) continue;
      count++;
      if (trial.observed >= trial.foretold.low && trial.observed <= trial.foretold.high) hits++;
    }
  }
  return { hits, count };
}

function partOf(history: JobHistory, from: number, to: number): JobHistory {
  const slice = (runs: JobHistory['runs']) => runs.slice(Math.floor(runs.length * from), Math.floor(runs.length * to));
  const runs = slice(history.runs);
  return { ...history, runs, sharing: slice(history.sharing), now: runs.at(-1)?.finishedAt ?? history.now };
}
