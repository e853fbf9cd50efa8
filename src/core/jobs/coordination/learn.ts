import { type EndedRun, isGood } from './history.ts';
import { type Share, weightOf, wilson } from './rates.ts';

export interface Learning {
  jobId: string;
  /** `trigger=schedule`, `hour=22-04` (UTC); null: all of its runs. */
  context: string | null;
  runs: number;
  successRate: Share;
  bottlenecks: Bottleneck[];
}

export interface Bottleneck {
  kind: 'critical path' | 'waiting' | 'running' | 'failing step';
  /** A job, or the name of a step. */
  name: string;
  /** Of the time of its chain, of its own time from ready to end, or of its failures. */
  share: number;
  meanMs: number | null;
}

/** Below it nothing is said of a job. */
export const ENOUGH_RUNS = 20;

/** What is known of a job over all of its runs, and of each context with enough of them; null: not enough runs. */
export function learnJob(runs: readonly EndedRun[], now: number): Learning[] | null {
  const { jobId } = runs[0] ?? { jobId: '' };
  if (runs.length < ENOUGH_RUNS) return null;
  const learnings: Learning[] = [{ ...rateOf(runs, now), jobId, context: null, bottlenecks: bottlenecksOf(runs, now) }];
  for (const [context, own] of [
    ...Map.groupBy(runs, ({ trigger }) => `trigger=${trigger}`),
    ...Map.groupBy(runs, bandOf),
  ])
    if (own.length >= ENOUGH_RUNS && own.length < runs.length)
      learnings.push({ ...rateOf(own, now), jobId, context, bottlenecks: [] });
  return learnings;
}

function rateOf(runs: readonly EndedRun[], now: number): Pick<Learning, 'runs' | 'successRate'> {
  const seen = runs.map((run) => ({ isHit: isGood(run), weight: weightOf(run.finishedAt, now) }));
  return { runs: runs.length, successRate: wilson(seen)! };
}

const BANDS = ['22-04', '04-10', '10-16', '16-22'] as const;

function bandOf({ startedAt }: EndedRun): string {
  return `hour=${BANDS[Math.floor(((new Date(startedAt).getUTCHours() + 2) % 24) / 6)]}`;
}

/** Waiting against running of the job itself, and which step its failures name most. */
function bottlenecksOf(runs: readonly EndedRun[], now: number): Bottleneck[] {
  let waited = 0;
  let ran = 0;
  let weights = 0;
  const steps = new Map<string, number>();
  let failures = 0;
  for (const run of runs) {
    const weight = weightOf(run.finishedAt, now);
    weights += weight;
    waited += weight * (run.startedAt - run.readyAt);
    ran += weight * (run.finishedAt - run.startedAt);
    if (run.failedStep === null) continue;
    failures += weight;
    steps.set(run.failedStep, (steps.get(run.failedStep) ?? 0) + weight);
  }
  const { jobId } = runs[0]!;
  const all = waited + ran;
  const found: Bottleneck[] = [];
  if (all > 0) {
    const isWaiting = waited > ran;
    const [kind, part] = isWaiting ? (['waiting', waited] as const) : (['running', ran] as const);
    found.push({ kind, name: jobId, share: part / all, meanMs: part / weights });
  }
  const [worst] = [...steps].sort(([, a], [, b]) => b - a);
  if (worst) found.push({ kind: 'failing step', name: worst[0], share: worst[1] / failures, meanMs: null });
  return found;
}

/**
 * Which jobs a chain waits for: of each chain run the path of causes that ends last, and of it the share that each job took. Over chain runs
 * of more than one job; heaviest first.
 */
export function criticalPath(runs: readonly EndedRun[], now: number): Bottleneck[] {
  const shares = new Map<string, { weighted: number; ms: number; weights: number }>();
  let weights = 0;
  for (const chain of Map.groupBy(runs, ({ chainRunId }) => chainRunId).values()) {
    if (chain.length < 2) continue;
    const path = pathOf(chain);
    const total = path.at(-1)!.finishedAt - path[0]!.readyAt;
    if (total <= 0) continue;
    const weight = weightOf(path.at(-1)!.finishedAt, now);
    weights += weight;
    let reached = path[0]!.readyAt;
    for (const run of path) {
      const own = Math.max(0, run.finishedAt - reached);
      reached = Math.max(reached, run.finishedAt);
      const known = shares.get(run.jobId) ?? { weighted: 0, ms: 0, weights: 0 };
      shares.set(run.jobId, {
        weighted: known.weighted + (weight * own) / total,
        ms: known.ms + weight * own,
        weights: known.weights + weight,
      });
    }
  }
  return [...shares]
    .map(([name, { weighted, ms, weights: own }]): Bottleneck => {
      return { kind: 'critical path', name, share: weighted / weights, meanMs: ms / own };
    })
    .sort((a, b) => b.share - a.share);
}

/** From the run that ended last back along what caused each. */
function pathOf(chain: readonly EndedRun[]): EndedRun[] {
  const byId = new Map(chain.map((run) => [run.id, run]));
  let run: EndedRun | undefined = chain.reduce((last, one) => (one.finishedAt > last.finishedAt ? one : last));
  const path: EndedRun[] = [];
  while (run && !path.includes(run)) {
    path.unshift(run);
    run = run.causeRunId === null ? undefined : byId.get(run.causeRunId);
  }
  return path;
}
