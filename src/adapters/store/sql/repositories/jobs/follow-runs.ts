import { type Admission, type Follow, isTerminal, type JobHealth, type Run } from '../../../../../core/jobs/ports.ts';
import { toHealth } from './job-row.ts';
import type { RunChanges } from './run-changes.ts';
import { freshRun } from './run-row.ts';

/** Something that is to happen to a run of a chain; gives the run that has thereby just become terminal. */
export type Step = () => Run | null;

/** Makes the runs that are admitted; undefined in the place of one that is not. Then what follows of those that this ended. */
export async function admitRuns(
  changes: RunChanges,
  admissions: readonly Admission[],
  follow: Follow,
): Promise<(Run | undefined)[]> {
  const following = new Following(changes, follow);
  const made = await following.admit(admissions);
  await following.carryOut();
  return made.map((run) => run && changes.run(run.id));
}

/** Each step, and what follows of it, before the next one of the same chain run. */
export async function followSteps(
  changes: RunChanges,
  steps: readonly { chainId: string; step: Step }[],
  follow: Follow,
): Promise<void> {
  const following = new Following(changes, follow);
  for (const { chainId, step } of steps) following.plan(chainId, step);
  await following.carryOut();
}

/** What is still to happen: a step after another within a chain run, and what follows of them asked of all chain runs at once. */
class Following {
  readonly #changes: RunChanges;
  readonly #follow: Follow;
  /** By chain run. */
  #queues = new Map<string, Step[]>();
  /** Their end is decided, and comes with what follows of it. */
  readonly #ending = new Set<string>();

  constructor(changes: RunChanges, follow: Follow) {
    this.#changes = changes;
    this.#follow = follow;
  }

  plan(chainId: string, step: Step): void {
    const queue = this.#queues.get(chainId);
    if (queue) queue.push(step);
    else this.#queues.set(chainId, [step]);
  }

  async carryOut(): Promise<void> {
    while (this.#queues.size > 0) {
      const waiting = this.#queues;
      this.#queues = new Map();
      const admissions: Admission[] = [];
      for (const [chainId, queue] of waiting) {
        const changed = queue.shift()!();
        if (queue.length === 0) waiting.delete(chainId);
        if (changed) admissions.push(...this.#ask(changed));
      }
      await this.admit(admissions);
      // What came of it goes before what waited.
      for (const [chainId, steps] of this.#queues) waiting.set(chainId, [...steps, ...(waiting.get(chainId) ?? [])]);
      this.#queues = waiting;
    }
  }

  /** Makes those that are admitted, and plans what they end. */
  async admit(admissions: readonly Admission[]): Promise<(Run | undefined)[]> {
    if (admissions.length === 0) return [];
    await this.#changes.require({
      jobIds: new Set(admissions.map(({ run }) => run.jobId)),
      chainIds: new Set(admissions.flatMap(({ run }) => (run.chainRunId === run.id ? [] : [run.chainRunId]))),
    });
    const asked = admissions.filter(({ run }) => !isTerminal(run.status));
    await this.#changes.loadOpen([...new Set(asked.map(({ run }) => run.jobId))]);
    const made: (Run | undefined)[] = [];
    for (const admission of admissions) made.push(await this.#admitOne(admission));
    return made;
  }

  #ask(changed: Run): readonly Admission[] {
    const changes = this.#changes;
    const job = changes.job(changed.jobId);
    const health: JobHealth = job ? toHealth(job) : { isFailing: false, failuresInRow: 0, successesInRow: 0 };
    const following = this.#follow(changes.chain(changed.chainRunId), changed, health);
    if (job && following.health) {
      changes.changeJob(job.id, {
        is_failing: following.health.isFailing ? 1 : 0,
        failures_in_row: following.health.failuresInRow,
        successes_in_row: following.health.successesInRow,
      });
    }
    changes.tell(following.outbox);
    return following.admissions;
  }

  async #admitOne({ run, decide }: Admission): Promise<Run | undefined> {
    const changes = this.#changes;
    const isKnown = changes.chain(run.chainRunId).some(({ jobId }) => jobId === run.jobId);
    if (isKnown || !changes.job(run.jobId)) return undefined;
    const fresh = freshRun(run);
    if (isTerminal(run.status)) return changes.make({ ...fresh, finishedAt: run.createdAt });
    const decision = decide(changes.openRuns(run.jobId).filter(({ id }) => !this.#ending.has(id)));
    switch (decision.kind) {
      case 'refuse':
        return undefined;
      case 'skip': {
        const { reason, causeRunId } = decision;
        const skip = { status: 'skipped', reason, causeRunId, finishedAt: run.createdAt } as const;
        // A tick that is skipped itself starts no chain.
        if (run.chainRunId === run.id) return changes.make({ ...fresh, ...skip });
        // Open until its turn: of several that are skipped together exactly one sees the chain run come to its end.
        const made = changes.make(fresh);
        this.#end(made, skip);
        return made;
      }
      case 'queue': {
        const made = changes.make(fresh);
        for (const id of decision.cancel) await this.#supersede(id, made);
        return made;
      }
      default:
        return decision satisfies never;
    }
  }

  /** Who carries it out is asked to end it; what nobody carries out ends. */
  async #supersede(id: string, by: Run): Promise<void> {
    const changes = this.#changes;
    const other = changes.run(id);
    if (!other || isTerminal(other.status) || this.#ending.has(id)) return;
    await changes.require({ runIds: new Set([id]) });
    const run = changes.run(id)!;
    const at = by.createdAt;
    if (run.status === 'running' && run.node !== null) {
      changes.change({ ...run, cancelRequest: run.cancelRequest ?? { at, by: 'guardian', reason: 'superseded' } });
      return;
    }
    await changes.require({ chainIds: new Set([run.chainRunId]), jobIds: new Set([run.jobId]) });
    const superseded = { status: 'cancelled', reason: 'superseded', causeRunId: by.id } as const;
    this.#end(run, { ...superseded, finishedAt: at, heartbeatAt: null });
  }

  #end({ id, chainRunId }: Run, ended: Partial<Run>): void {
    this.#ending.add(id);
    this.plan(chainRunId, () => this.#changes.change({ ...this.#changes.run(id)!, ...ended }));
  }
}
