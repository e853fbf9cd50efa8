import type { Transaction } from 'kysely';
import {
  type Admission,
  type Follow,
  isTerminal,
  type JobHealth,
  type JobOutboxEntry,
  type Run,
} from '../../../../../core/jobs/ports.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { JobTable } from '../../schema/jobs.ts';
import type { Schema } from '../../schema.ts';
import { addOutboxRows } from '../telling/outbox.ts';
import { holdRuns, inRunTransaction, joinNeeds, type Needs, NeedsMore, NO_NEEDS } from './held-runs.ts';
import { toHealth } from './job-row.ts';
import { lockJobs, openRunsOf, runsById, runsOfChains } from './read-runs.ts';
import { changeKeys } from './run-keys.ts';
import { freshRun, toChangingRow, toRunRow } from './run-row.ts';
import { insertRuns, updateJobs, updateRuns } from './write-runs.ts';

/** Something that is to happen to a run of a chain; gives the run that has thereby just become terminal. */
export type Step = () => Run | null;

type StepQueues = Map<string, Step[]>;

/**
 * The runs that one transaction acts on, as they are now: read first, changed here, written at the end with few statements however many
 * there are. What follows of an end is asked run by run within a chain run, and of all chain runs at once.
 */
export class RunChanges {
  readonly #trx: Transaction<Schema>;
  readonly #dialect: StoreDialect;
  #held: Needs = NO_NEEDS;
  readonly #jobs = new Map<string, JobTable>();
  readonly #runs = new Map<string, Run>();
  /** Ids by chain run, and of open runs by job, oldest first. */
  readonly #chains = new Map<string, string[]>();
  readonly #open = new Map<string, string[]>();
  readonly #made = new Set<string>();
  readonly #changed = new Set<string>();
  /** Their end is decided, and comes with what follows of it. */
  readonly #ending = new Set<string>();
  readonly #changedJobs = new Set<string>();
  readonly #outbox: JobOutboxEntry[] = [];
  readonly #keys = new Map<string, number>();

  constructor(trx: Transaction<Schema>, dialect: StoreDialect) {
    this.#trx = trx;
    this.#dialect = dialect;
  }

  /** In the order in which everybody takes them; only once, before anything else. */
  async hold(needs: Needs): Promise<void> {
    this.#held = needs;
    await this.#loadJobs([...needs.jobIds]);
    await holdRuns(this.#trx, this.#dialect, needs);
    await this.#loadChains([...needs.chainIds]);
    await this.#loadRuns([...needs.runIds]);
  }

  /** More of it, if it is not there yet; where rows have locks, the transaction begins anew. */
  async require(wanted: Partial<Needs>): Promise<void> {
    const needs = joinNeeds(NO_NEEDS, wanted);
    const missing: Needs = {
      jobIds: needs.jobIds.difference(this.#held.jobIds),
      chainIds: new Set([...needs.chainIds].filter((id) => !this.#held.chainIds.has(id) && !this.#made.has(id))),
      runIds: new Set([...needs.runIds].filter((id) => !this.#held.runIds.has(id) && !this.#made.has(id))),
    };
    if (missing.jobIds.size + missing.chainIds.size + missing.runIds.size === 0) return;
    if (this.#dialect.lock.isNeeded) throw new NeedsMore(missing);
    this.#held = joinNeeds(this.#held, missing);
    await this.#loadJobs([...missing.jobIds]);
    await this.#loadChains([...missing.chainIds]);
    await this.#loadRuns([...missing.runIds]);
  }

  job(id: string): JobTable | undefined {
    return this.#jobs.get(id);
  }

  /** As it is now; undefined: it is not there, or not held. */
  run(id: string): Run | undefined {
    return this.#runs.get(id);
  }

  /** Runs of a chain run that this transaction made. */
  madeIn(chainRunId: string): Run[] {
    const ids = this.#chains.get(chainRunId) ?? [];
    return ids.filter((id) => this.#made.has(id)).map((id) => this.#runs.get(id)!);
  }

  changeJob(id: string, change: Partial<JobTable>): void {
    this.#jobs.set(id, { ...this.#jobs.get(id)!, ...change });
    this.#changedJobs.add(id);
  }

  tell(entries: readonly JobOutboxEntry[]): void {
    this.#outbox.push(...entries);
  }

  make(run: Run): Run {
    this.#made.add(run.id);
    this.#runs.set(run.id, run);
    const chain = this.#chains.get(run.chainRunId);
    if (chain) chain.push(run.id);
    else this.#chains.set(run.chainRunId, [run.id]);
    if (!isTerminal(run.status)) this.#open.get(run.jobId)?.push(run.id);
    if (run.status === 'running') this.#moveKeys(run, 1);
    return run;
  }

  change(run: Run): Run {
    const before = this.#runs.get(run.id)!;
    if (before.status === 'running' && run.status !== 'running') this.#moveKeys(before, -1);
    if (before.status !== 'running' && run.status === 'running') this.#moveKeys(run, 1);
    this.#runs.set(run.id, run);
    if (!this.#made.has(run.id)) this.#changed.add(run.id);
    return run;
  }

  /** Makes the runs that are admitted; undefined in the place of one that is not. Then what follows of those that this ended. */
  async admit(admissions: readonly Admission[], follow: Follow): Promise<(Run | undefined)[]> {
    const queues: StepQueues = new Map();
    const made = await this.#admitAll(admissions, queues);
    await this.#carryOut(queues, follow);
    return made.map((run) => run && this.#runs.get(run.id));
  }

  /** Each step, and what follows of it, before the next one of the same chain run. */
  async follow(steps: readonly { chainId: string; step: Step }[], follow: Follow): Promise<void> {
    const queues: StepQueues = new Map();
    for (const { chainId, step } of steps) push(queues, chainId, step);
    await this.#carryOut(queues, follow);
  }

  /** Of a job whose open runs are loaded, oldest first. */
  openRuns(jobId: string): Run[] {
    const ids = this.#open.get(jobId) ?? [];
    return ids.map((id) => this.#runs.get(id)!).filter((run) => !isTerminal(run.status) && !this.#ending.has(run.id));
  }

  async write(at: number): Promise<void> {
    const target = { trx: this.#trx, dialect: this.#dialect };
    const made = [...this.#made].map((id) => this.#runs.get(id)!);
    await insertRuns(
      target,
      made.map((run) => toRunRow(run, this.#jobs.get(run.jobId)!)),
    );
    await updateRuns(
      target,
      [...this.#changed].map((id) => toChangingRow(this.#runs.get(id)!)),
    );
    await updateJobs(
      target,
      [...this.#changedJobs].map((id) => this.#jobs.get(id)!),
    );
    await addOutboxRows(this.#trx, this.#outbox, at);
    await changeKeys(this.#trx, this.#dialect, this.#keys);
  }

  async #carryOut(queues: StepQueues, follow: Follow): Promise<void> {
    while (queues.size > 0) {
      const admissions: Admission[] = [];
      for (const [chainId, queue] of queues) {
        const changed = queue.shift()!();
        if (queue.length === 0) queues.delete(chainId);
        if (changed) admissions.push(...this.#ask(changed, follow));
      }
      const next: StepQueues = new Map();
      await this.#admitAll(admissions, next);
      for (const [chainId, steps] of next) queues.set(chainId, [...steps, ...(queues.get(chainId) ?? [])]);
    }
  }

  #ask(changed: Run, follow: Follow): readonly Admission[] {
    const chain = this.#chains.get(changed.chainRunId)!.map((id) => this.#runs.get(id)!);
    const job = this.#jobs.get(changed.jobId);
    const health: JobHealth = job ? toHealth(job) : { isFailing: false, failuresInRow: 0, successesInRow: 0 };
    const following = follow(chain, changed, health);
    if (job && following.health) {
      this.changeJob(job.id, {
        is_failing: following.health.isFailing ? 1 : 0,
        failures_in_row: following.health.failuresInRow,
        successes_in_row: following.health.successesInRow,
      });
    }
    this.tell(following.outbox);
    return following.admissions;
  }

  async #admitAll(admissions: readonly Admission[], queues: StepQueues): Promise<(Run | undefined)[]> {
    if (admissions.length === 0) return [];
    await this.require({
      jobIds: new Set(admissions.map(({ run }) => run.jobId)),
      chainIds: new Set(admissions.flatMap(({ run }) => (run.chainRunId === run.id ? [] : [run.chainRunId]))),
    });
    const asked = admissions.filter(({ run }) => !isTerminal(run.status));
    await this.loadOpen([...new Set(asked.map(({ run }) => run.jobId))]);
    const made: (Run | undefined)[] = [];
    for (const admission of admissions) made.push(await this.#admitOne(admission, queues));
    return made;
  }

  async #admitOne({ run, decide }: Admission, queues: StepQueues): Promise<Run | undefined> {
    const isKnown = this.#chains.get(run.chainRunId)?.some((id) => this.#runs.get(id)!.jobId === run.jobId);
    if (isKnown || !this.#jobs.has(run.jobId)) return undefined;
    const fresh = freshRun(run);
    if (isTerminal(run.status)) return this.make({ ...fresh, finishedAt: run.createdAt });
    const decision = decide(this.openRuns(run.jobId));
    switch (decision.kind) {
      case 'refuse':
        return undefined;
      case 'skip': {
        const { reason, causeRunId } = decision;
        const skip = { status: 'skipped', reason, causeRunId, finishedAt: run.createdAt } as const;
        // A tick that is skipped itself starts no chain.
        if (run.chainRunId === run.id) return this.make({ ...fresh, ...skip });
        // Open until its turn: of several that are skipped together exactly one sees the chain run come to its end.
        const made = this.make(fresh);
        this.#ending.add(made.id);
        push(queues, run.chainRunId, () => this.change({ ...this.#runs.get(made.id)!, ...skip }));
        return made;
      }
      case 'queue': {
        const made = this.make(fresh);
        for (const id of decision.cancel) await this.#supersede(id, made, queues);
        return made;
      }
      default:
        return decision satisfies never;
    }
  }

  /** Who carries it out is asked to end it; what nobody carries out ends. */
  async #supersede(id: string, by: Run, queues: StepQueues): Promise<void> {
    const other = this.#runs.get(id);
    if (!other || isTerminal(other.status) || this.#ending.has(id)) return;
    await this.require({ runIds: new Set([id]) });
    const run = this.#runs.get(id)!;
    const at = by.createdAt;
    if (run.status === 'running' && run.node !== null) {
      this.change({ ...run, cancelRequest: run.cancelRequest ?? { at, by: 'guardian', reason: 'superseded' } });
      return;
    }
    await this.require({ chainIds: new Set([run.chainRunId]), jobIds: new Set([run.jobId]) });
    this.#ending.add(id);
    push(queues, run.chainRunId, () =>
      this.change({
        ...this.#runs.get(id)!,
        status: 'cancelled',
        reason: 'superseded',
        causeRunId: by.id,
        finishedAt: at,
        heartbeatAt: null,
      }),
    );
  }

  #moveKeys(run: Run, by: number): void {
    for (const { key } of run.keys) this.#keys.set(key, (this.#keys.get(key) ?? 0) + by);
  }

  async #loadJobs(ids: readonly string[]): Promise<void> {
    for (const row of await lockJobs(this.#trx, this.#dialect, ids)) this.#jobs.set(row.id, row);
  }

  async #loadChains(ids: readonly string[]): Promise<void> {
    for (const id of ids) if (!this.#chains.has(id)) this.#chains.set(id, []);
    for (const run of await runsOfChains(this.#trx, this.#dialect, ids)) {
      this.#keep(run);
      this.#chains.get(run.chainRunId)!.push(run.id);
    }
  }

  async #loadRuns(ids: readonly string[]): Promise<void> {
    const missing = ids.filter((id) => !this.#runs.has(id));
    for (const run of await runsById(this.#trx, this.#dialect, missing)) this.#keep(run);
  }

  async loadOpen(jobIds: readonly string[]): Promise<void> {
    const missing = jobIds.filter((id) => !this.#open.has(id));
    if (missing.length === 0) return;
    const there = new Map(missing.map((id) => [id, [] as string[]]));
    for (const run of await openRunsOf(this.#trx, this.#dialect, missing)) {
      this.#keep(run);
      there.get(run.jobId)!.push(run.id);
    }
    // Made just now, and not written yet.
    for (const id of this.#made) there.get(this.#runs.get(id)!.jobId)?.push(id);
    for (const [jobId, ids] of there) this.#open.set(jobId, ids);
  }

  /** What was changed here is newer than what is read. */
  #keep(run: Run): void {
    if (!this.#runs.has(run.id)) this.#runs.set(run.id, run);
  }
}

/** Changes runs, and writes what came of it, in one transaction. */
export function changeRuns<T>(
  { dialect, now }: { dialect: StoreDialect; now: () => number },
  prepare: (trx: Transaction<Schema>) => Promise<Partial<Needs>>,
  work: (changes: RunChanges, trx: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  return inRunTransaction(dialect, prepare, async (trx, needs) => {
    const changes = new RunChanges(trx, dialect);
    await changes.hold(needs);
    const result = await work(changes, trx);
    await changes.write(now());
    return result;
  });
}

function push(queues: StepQueues, chainId: string, step: Step): void {
  const queue = queues.get(chainId);
  if (queue) queue.push(step);
  else queues.set(chainId, [step]);
}
