import type { Transaction } from 'kysely';
import { isTerminal, type JobOutboxEntry, type Run } from '../../../../../core/jobs/ports.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { JobTable } from '../../schema/jobs.ts';
import type { Schema } from '../../schema.ts';
import { addOutboxRows } from '../telling/outbox.ts';
import { holdRuns, inRunTransaction, joinNeeds, type Needs, NeedsMore, NO_NEEDS } from './held-runs.ts';
import { lockJobs, openRunsOf, runsById, runsOfChains } from './read-runs.ts';
import { changeKeys } from './run-keys.ts';
import { toChangingRow, toRunRow } from './run-row.ts';
import { insertRuns, updateJobs, updateRuns } from './write-runs.ts';

/**
 * The runs that one transaction acts on, as they are now: read first, changed here, written at the end with few statements however many
 * there are.
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

  /** Runs of a chain run that is held, oldest first. */
  chain(chainRunId: string): Run[] {
    return (this.#chains.get(chainRunId) ?? []).map((id) => this.#runs.get(id)!);
  }

  /** Runs of a chain run that this transaction made. */
  madeIn(chainRunId: string): Run[] {
    return this.chain(chainRunId).filter(({ id }) => this.#made.has(id));
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

  /** Of a job whose open runs are loaded, oldest first. */
  openRuns(jobId: string): Run[] {
    const ids = this.#open.get(jobId) ?? [];
    return ids.map((id) => this.#runs.get(id)!).filter((run) => !isTerminal(run.status));
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
