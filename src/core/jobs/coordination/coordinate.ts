import type { Clock } from '../../shared/index.ts';
import { GuardianError, shortHash, type Worded } from '../../shared/index.ts';
import type { StoredJob } from '../job.ts';
import type { JobRegistry, RunReader } from '../ports.ts';
import { measureEffect } from './effect.ts';
import type { EndedRun } from './history.ts';
import { criticalPath, learnJob } from './learn.ts';
import { valueOfParameter } from './overrides.ts';
import { historiesOf, readHistories } from './read-histories.ts';
import type { CoordinationStore, StoredLearning, StoredOverride, StoredSuggestion } from './rows.ts';
import type { Parameter } from './rule.ts';
import { type Suggested, suggest } from './suggest.ts';

/** A parameter of a job that may be changed, and between which values. */
export interface MayApply {
  job: string;
  parameter: Parameter;
  from: number;
  to: number;
}

export interface CoordinationOptions {
  store: CoordinationStore;
  registry: Pick<JobRegistry, 'list'>;
  reader: Pick<RunReader, 'list'>;
  mayApply: readonly MayApply[];
  /** Below it nothing is applied without being asked. */
  confidence: number;
  clock: Clock;
  /** The jobs as they are now configured, with the overrides as they are now: a new version of those that changed. */
  declareAnew(): Promise<void>;
}

export interface Coordination {
  /** Learns from all runs, measures what was applied, takes back what is worse, shows what could be changed, and applies what may be. */
  learn(signal: AbortSignal): Promise<{ jobs: number; suggestions: number; applied: number; reverted: number }>;
  /** Throws `not_found`, and `conflict` where it is not listed, out of its bounds, or another one is being measured. */
  apply(id: string, by: string): Promise<StoredSuggestion>;
  dismiss(id: string, by: string): Promise<StoredSuggestion>;
  revert(id: string, by: string): Promise<StoredSuggestion>;
}

const GUARDIAN = 'guardian';
const CONFIGURATION = 'configuration';
/** Suggestions that are looked through: open ones, and what was decided of late. */
const KNOWN = 1_000;
/** What was dismissed or taken back is not suggested again for so long. */
const REST_MS = 90 * 86_400_000;

/** A decision is one conditional change of a row: of two nodes, or two people, one decides. */
export function createCoordination(options: CoordinationOptions): Coordination {
  const { store, registry, reader, mayApply, clock } = options;
  return {
    async learn(signal) {
      const now = clock.now();
      const jobs = (await registry.list()).filter(({ removedAt }) => removedAt === null);
      const runs = await readHistories(reader, jobs, { now, signal });
      // Half of what there is would say something else than the whole.
      if (signal.aborted) return { jobs: 0, suggestions: 0, applied: 0, reverted: 0 };
      await store.keepLearnings(learningsOf(jobs, runs, now));
      const reverted = await measureApplied(runs, now);
      const shown = await showSuggestions(jobs, runs, now);
      const applied = await applyOne(shown, jobs);
      return { jobs: jobs.length, suggestions: shown.length, applied, reverted };
    },

    async apply(id, by) {
      const suggestion = await found(id, ['shown']);
      const refusal = refusalOf(suggestion, await store.suggestions(KNOWN), await registry.list());
      if (refusal !== null) throw new GuardianError('conflict', { reason: refusal });
      return applied(suggestion, by);
    },

    async dismiss(id, by) {
      const suggestion = await found(id, ['shown']);
      const decided: StoredSuggestion = { ...suggestion, state: 'dismissed', decidedAt: clock.now(), by };
      if (!(await store.decide(decided, 'shown', null))) throw changedMeanwhile();
      return decided;
    },

    async revert(id, by) {
      return reverted(await found(id, ['applied', 'kept']), by, null);
    },
  };

  async function found(id: string, states: readonly StoredSuggestion['state'][]): Promise<StoredSuggestion> {
    const suggestion = await store.get(id);
    if (!suggestion)
      throw new GuardianError('not_found', { path: (m) => m.jobs.coordination.suggestion(id.slice(0, 100)) });
    if (!states.includes(suggestion.state))
      throw new GuardianError('conflict', { reason: (m) => m.jobs.coordination.already[suggestion.state] });
    return suggestion;
  }

  /** Null: it may be applied. */
  function refusalOf(
    suggestion: StoredSuggestion,
    known: readonly StoredSuggestion[],
    jobs: readonly StoredJob[],
  ): Worded | null {
    const { jobId, parameter, from, to } = suggestion;
    const stored = jobs.find(({ job, removedAt }) => job.id === jobId && removedAt === null);
    if (!stored || valueOfParameter(stored.job, parameter) !== from)
      return (m) => m.jobs.coordination.changed(parameter, jobId, from);
    const listed = mayApply.find((one) => one.job === jobId && one.parameter === parameter);
    if (!listed) return (m) => m.jobs.coordination.unlisted(parameter, jobId);
    if (to < listed.from || to > listed.to) return (m) => m.jobs.coordination.outside(to, listed.from, listed.to);
    const measured = known.find(({ state }) => state === 'applied');
    return measured ? (m) => m.jobs.coordination.measuring(measured.parameter, measured.jobId) : null;
  }

  async function applied(suggestion: StoredSuggestion, by: string): Promise<StoredSuggestion> {
    const at = clock.now();
    const { jobId, parameter, from, to, id } = suggestion;
    const before = (await store.overrides()).find((one) => one.jobId === jobId && one.parameter === parameter);
    const override: StoredOverride = { jobId, parameter, from: before?.from ?? from, to, suggestionId: id, at };
    const decided: StoredSuggestion = { ...suggestion, state: 'applied', appliedAt: at, decidedAt: at, by };
    if (!(await store.decide(decided, 'shown', { add: override }))) throw changedMeanwhile();
    await options.declareAnew();
    return decided;
  }

  async function reverted(
    suggestion: StoredSuggestion,
    by: string,
    measured: StoredSuggestion['measured'],
  ): Promise<StoredSuggestion> {
    const at = clock.now();
    const { jobId, parameter, from, id } = suggestion;
    const own = (await store.overrides()).find((one) => one.jobId === jobId && one.parameter === parameter);
    // Changed again since, or no longer in force: then there is nothing to take back.
    const isInForce = own?.suggestionId === id;
    const override = !isInForce
      ? null
      : own.from === from
        ? ({ drop: true } as const)
        : { add: { ...own, to: from, suggestionId: id, at } };
    const decided: StoredSuggestion = {
      ...suggestion,
      ...{ state: 'reverted', decidedAt: at, by, measured: measured ?? suggestion.measured },
    };
    if (!(await store.decide(decided, suggestion.state, override))) throw changedMeanwhile();
    if (override !== null) await options.declareAnew();
    return decided;
  }

  /** Gives how many were taken back. */
  async function measureApplied(runs: ReadonlyMap<string, EndedRun[]>, now: number): Promise<number> {
    let count = 0;
    const inForce = new Set((await store.overrides()).map(({ suggestionId }) => suggestionId));
    for (const suggestion of await store.suggestions(KNOWN)) {
      const { id, jobId, state, appliedAt } = suggestion;
      if (state !== 'applied' || appliedAt === null) continue;
      if (!inForce.has(id)) {
        // The configuration says something else by now: there is nothing left to measure.
        await store.decide({ ...suggestion, state: 'reverted', decidedAt: now, by: CONFIGURATION }, 'applied', null);
        count++;
      } else if (await isTakenBack(suggestion, measureEffect(runs.get(jobId) ?? [], suggestion, appliedAt), now)) {
        count++;
      }
    }
    return count;
  }

  /** Where it made things worse; where it did not it is kept. Null: it cannot be told yet. */
  async function isTakenBack(
    suggestion: StoredSuggestion,
    effect: ReturnType<typeof measureEffect>,
    now: number,
  ): Promise<boolean> {
    if (effect === null) return false;
    const { isWorse, ...measured } = effect;
    if (isWorse) await reverted(suggestion, GUARDIAN, measured);
    else await store.decide({ ...suggestion, state: 'kept', measured, decidedAt: now, by: GUARDIAN }, 'applied', null);
    return isWorse;
  }

  async function showSuggestions(
    jobs: readonly StoredJob[],
    runs: ReadonlyMap<string, EndedRun[]>,
    now: number,
  ): Promise<StoredSuggestion[]> {
    const known = await store.suggestions(KNOWN);
    const wanted = suggest(historiesOf(jobs, runs, now)).filter((one) => isNews(one, known, now));
    const stale = known.filter((old) => old.state === 'shown' && !wanted.some((one) => isSame(one, old)));
    await store.withdraw(stale.map(({ id }) => id));
    const shown: StoredSuggestion[] = [];
    for (const one of wanted) {
      const before = known.find((old) => old.state === 'shown' && isSame(one, old));
      const row: StoredSuggestion = {
        ...one,
        id: before?.id ?? `s-${shortHash(`${one.jobId}\u0000${one.parameter}\u0000${one.to}\u0000${now}`, 16)}`,
        createdAt: before?.createdAt ?? now,
        ...{ state: 'shown', measured: null, appliedAt: null, decidedAt: null, by: null },
      };
      if (await store.show(row)) shown.push(row);
    }
    return shown;
  }

  /** One at a time: of those that may be applied the surest. Gives how many it was. */
  async function applyOne(shown: readonly StoredSuggestion[], jobs: readonly StoredJob[]): Promise<number> {
    const known = await store.suggestions(KNOWN);
    const [best] = shown
      .filter((one) => one.confidence !== null && one.confidence >= options.confidence)
      .filter((one) => refusalOf(one, known, jobs) === null)
      .sort((a, b) => b.confidence! - a.confidence! || b.runs - a.runs);
    if (!best) return 0;
    await applied(best, GUARDIAN);
    return 1;
  }
}

function changedMeanwhile(): GuardianError {
  return new GuardianError('conflict', { reason: (m) => m.jobs.coordination.decided });
}

type Change = Pick<Suggested, 'jobId' | 'parameter' | 'from' | 'to'>;

function isSame(one: Change, other: Change): boolean {
  return isOfOne(one, other) && one.from === other.from && one.to === other.to;
}

function isOfOne(one: Change, other: Change): boolean {
  return one.jobId === other.jobId && one.parameter === other.parameter;
}

/** What is being measured is not changed further; what was refused or was worse is left in peace for a while. */
function isNews(one: Suggested, known: readonly StoredSuggestion[], now: number): boolean {
  return !known.some((old) => {
    if (!isOfOne(one, old)) return false;
    if (old.state === 'applied') return true;
    const isRefused = old.state === 'dismissed' || old.state === 'reverted';
    return isRefused && isSame(one, old) && now - (old.decidedAt ?? 0) < REST_MS;
  });
}

function learningsOf(jobs: readonly StoredJob[], runs: ReadonlyMap<string, EndedRun[]>, now: number): StoredLearning[] {
  const everything = [...runs.values()].flat();
  const roots = new Map(everything.map(({ id, jobId }) => [id, jobId]));
  const chains = Map.groupBy(everything, ({ chainRunId }) => roots.get(chainRunId) ?? null);
  return jobs.map(({ job: { id } }): StoredLearning => {
    const own = runs.get(id) ?? [];
    const learnings = learnJob(own, now);
    // Of the chains that begin with it.
    learnings?.[0]?.bottlenecks.unshift(...criticalPath(chains.get(id) ?? [], now).slice(0, 5));
    return { jobId: id, runs: own.length, learnings, learntAt: now };
  });
}
