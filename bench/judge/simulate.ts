import {
  isLookDue,
  judge,
  type StepVerdict,
  type Stratum,
  WATCH_JUDGE_KNOBS,
} from '../../src/core/deploy/judge/index.ts';
import { DEFAULT_DEPLOY_KNOBS } from '../../src/core/deploy/knobs.ts';

/** What is true of both revisions; errors as shares, latencies log-normal. */
export interface Truth {
  requestsPerSecond: number;
  oldErrors: number;
  newErrors: number;
  /** Spread of the logarithm: 0.5 is usual, 1.0 is wild. */
  sigma: number;
  /** 1.25: the new revision takes 25 % longer. */
  slower: number;
}

export interface Outcome {
  /** Requests of the new revision when it was rolled back; null: it was promoted, and passed its watch. */
  rolledBackAt: number | null;
  /** Requests of the new revision at its first verdict that was not a pass. */
  suspectAt: number | null;
  /** Stayed without an answer until the time was up. */
  isHeld: boolean;
  /** What two fixed limits would have done at the end of each step: a point more errors, a 95th percentile 20 % higher. */
  plain: { errors: boolean; latency: boolean };
}

const TICK_MS = 10_000;
const SAMPLE = 200;
const NO_VITALS = { restarts: 0, outOfMemory: 0 };
const NO_ISSUES = { count: 0, incidents: 0 };

/** One whole deployment: every step, then the watch, judged as the product judges. */
export function simulate(truth: Truth, random: () => number): Outcome {
  const run = new Run(truth, random);
  const steps = DEFAULT_DEPLOY_KNOBS.steps.filter((percent) => percent < 100);
  for (const [step, percent] of steps.entries()) run.step(step, percent);
  run.watch(steps.length);
  return run.outcome;
}

class Run {
  readonly outcome: Outcome = {
    rolledBackAt: null,
    suspectAt: null,
    isHeld: false,
    plain: { errors: false, latency: false },
  };
  private readonly strata: Stratum[] = [];
  private last: StepVerdict | null = null;
  private readonly truth: Truth;
  private readonly fresh: Side;
  private readonly old: Side;

  constructor(truth: Truth, random: () => number) {
    this.truth = truth;
    this.fresh = new Side(truth.newErrors, truth.slower, truth.sigma, random);
    this.old = new Side(truth.oldErrors, 1, truth.sigma, random);
  }

  /** The fixed limits are asked at the end of each step, whatever the judge has said. */
  step(step: number, percent: number): void {
    const { stepMs, stepRequests, inconclusiveMs, suspectMs } = DEFAULT_DEPLOY_KNOBS;
    this.fresh.begin();
    this.old.begin();
    const perTick = (this.truth.requestsPerSecond * TICK_MS) / 1_000;
    let isCompared = false;
    for (let ms = TICK_MS; !(this.isOver && isCompared); ms += TICK_MS) {
      this.fresh.take((perTick * percent) / 100);
      this.old.take((perTick * (100 - percent)) / 100);
      const isStepOver = ms >= stepMs && Math.min(this.fresh.requests, this.old.requests) >= stepRequests;
      const current = stratumOf(this.fresh, this.old);
      if (isStepOver && !isCompared) this.compareWithLimits(current);
      isCompared ||= isStepOver;
      if (this.isOver) continue;
      if (this.look(step, percent, [...this.strata, current], isStepOver) === 'pass' && isStepOver) {
        this.strata.push(current);
        return;
      }
      this.outcome.isHeld = ms >= stepMs + (this.last?.verdict === 'suspect' ? suspectMs : inconclusiveMs);
    }
  }

  watch(step: number): void {
    if (this.isOver) return;
    const sum = (key: keyof Stratum) => this.strata.reduce((all, stratum) => all + stratum[key], 0);
    const before = { oldRequests: sum('oldRequests'), oldErrors: sum('oldErrors') };
    this.last = null;
    this.fresh.begin();
    for (let ms = TICK_MS; ms <= DEFAULT_DEPLOY_KNOBS.watchMs; ms += TICK_MS) {
      this.fresh.take((this.truth.requestsPerSecond * TICK_MS) / 1_000);
      const stratum = { ...before, newRequests: this.fresh.requests, newErrors: this.fresh.errors };
      if (this.look(step, 100, [stratum], false) === 'fail') return;
    }
  }

  private get isOver(): boolean {
    return this.outcome.isHeld || this.outcome.rolledBackAt !== null;
  }

  private look(step: number, percent: number, strata: Stratum[], isStepOver: boolean): StepVerdict['verdict'] | null {
    const { last } = this;
    const input = {
      strata,
      vitals: NO_VITALS,
      issues: NO_ISSUES,
      last,
      isStepOver,
      ...(percent === 100 && { knobs: WATCH_JUDGE_KNOBS }),
    };
    if (!isLookDue(input)) return null;
    const latencies = { fresh: this.fresh.latencies(), old: this.old.latencies() };
    const verdict = judge({ ...input, at: 0, step, percent, latencies });
    this.last = verdict;
    const requests = verdict.numbers.newRequests;
    if (verdict.verdict === 'suspect' || verdict.verdict === 'fail') this.outcome.suspectAt ??= requests;
    if (verdict.verdict === 'fail') this.outcome.rolledBackAt = requests;
    return verdict.verdict;
  }

  private compareWithLimits({ newErrors, newRequests, oldErrors, oldRequests }: Stratum): void {
    const { plain } = this.outcome;
    if (newErrors / newRequests > oldErrors / oldRequests + 0.01) plain.errors = true;
    if (p95(this.fresh.latencies()) > 1.2 * p95(this.old.latencies())) plain.latency = true;
  }
}

function stratumOf(fresh: Side, old: Side): Stratum {
  return {
    newRequests: fresh.requests,
    newErrors: fresh.errors,
    oldRequests: old.requests,
    oldErrors: old.errors,
  };
}

/** The requests of one revision, with an even choice of their latencies. */
class Side {
  requests = 0;
  errors = 0;
  private exact = 0;
  private untilError: number;
  private kept: number[] = [];
  private keptOf = 0;
  private readonly errorShare: number;
  private readonly scale: number;
  private readonly sigma: number;
  private readonly random: () => number;

  constructor(errorShare: number, scale: number, sigma: number, random: () => number) {
    this.errorShare = errorShare;
    this.scale = scale;
    this.sigma = sigma;
    this.random = random;
    this.untilError = this.gap();
  }

  begin(): void {
    this.exact = 0;
    this.requests = 0;
    this.errors = 0;
    this.kept = [];
    this.keptOf = 0;
  }

  take(requests: number): void {
    this.exact += requests;
    const whole = Math.floor(this.exact + 1e-9) - this.requests;
    this.requests += whole;
    this.untilError -= whole;
    while (this.untilError <= 0) {
      this.errors++;
      this.untilError += this.gap();
    }
  }

  /** A reservoir: what is kept stays in proportion, so two looks at the same step see mostly the same requests. */
  latencies(): readonly number[] {
    for (let i = 0; i < this.kept.length && this.requests > this.keptOf; i++) {
      if (this.random() > this.keptOf / this.requests && this.requests > SAMPLE) this.kept[i] = this.latency();
    }
    while (this.kept.length < Math.min(SAMPLE, this.requests)) this.kept.push(this.latency());
    this.keptOf = this.requests;
    return this.kept;
  }

  private latency(): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.random())) * Math.cos(2 * Math.PI * this.random());
    return 80 * this.scale * Math.exp(this.sigma * normal);
  }

  private gap(): number {
    return 1 + Math.floor(Math.log(1 - this.random()) / Math.log(1 - this.errorShare));
  }
}

function p95(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? 0;
}

/** Mulberry32: the same seed gives the same deployments. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
