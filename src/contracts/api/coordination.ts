import { z } from 'zod';
import { instant } from './shared.ts';

const interval = z.object({ low: z.number(), high: z.number() });

/** What was learnt of one job from all of its runs; recent ones weigh more. */
const jobLearning = z.object({
  job: z.string(),
  /** Of what kind of run: `trigger=schedule`, `hour=night` …; null: all. */
  context: z.string().nullable(),
  runs: z.int(),
  successRate: z.number().nullable(),
  /** Wilson, 95 %. */
  interval: interval.nullable(),
  bottlenecks: z.array(
    z.object({
      kind: z.enum(['critical path', 'waiting', 'running', 'failing step']),
      job: z.string(),
      share: z.number(),
      meanMs: z.number().nullable(),
    }),
  ),
});

export const suggestion = z.object({
  id: z.string(),
  job: z.string(),
  parameter: z.string(),
  from: z.number(),
  to: z.number(),
  reason: z.string(),
  /** How many runs it rests on, and how many it was judged on that were not used to make it. */
  runs: z.int(),
  judgedOn: z.int(),
  /** Expected change of `measure`: of a success rate in points of 0 to 1, of duration and waiting as a share of what they are. */
  measure: z.enum(['success rate', 'duration', 'waiting']),
  effect: interval,
  /** How often suggestions of this kind were right on the runs held back; null: not measured. */
  confidence: z.number().nullable(),
  state: z.enum(['shown', 'applied', 'kept', 'reverted', 'dismissed']),
  /** Measured on at least 20 runs before and after; null: not yet. */
  measured: z.object({ before: z.number(), after: z.number(), runsBefore: z.int(), runsAfter: z.int() }).nullable(),
  createdAt: instant,
  decidedAt: instant.nullable(),
  by: z.string().nullable(),
});
export type Suggestion = z.infer<typeof suggestion>;

export const coordination = z.object({
  jobs: z.array(jobLearning),
  suggestions: z.array(suggestion),
  /** Jobs about which nothing is said yet, with their runs. */
  notEnoughRuns: z.array(z.object({ job: z.string(), runs: z.int(), needed: z.int() })),
  /** Parameters that may be changed by themselves; empty: suggestions are only shown. */
  mayApply: z.array(z.string()),
});
export type Coordination = z.infer<typeof coordination>;
