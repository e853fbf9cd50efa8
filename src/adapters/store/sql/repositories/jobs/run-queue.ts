import type { Transaction } from 'kysely';
import { type Follow, isTerminal, type Run, type RunEnd, type RunQueue } from '../../../../../core/jobs/ports.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { claimRuns } from './claim-runs.ts';
import { followSteps, type Step } from './follow-runs.ts';
import { givenIds, type Needs } from './held-runs.ts';
import { changeRuns, type RunChanges } from './run-changes.ts';
import { toRun } from './run-row.ts';
import { IS_RUNNING } from './run-statuses.ts';

const MOST_STALE = 1_000;

export interface RunStoreContext {
  dialect: StoreDialect;
  now(): number;
}

export function createRunQueue(context: RunStoreContext): RunQueue {
  const { dialect } = context;
  const { kysely } = dialect;
  const successors = new Successors();
  return {
    claim: (request) => claimRuns(dialect, request),

    renew: (node, runIds, at) => renewRuns(dialect, node, { runIds, at }),

    async settle(ends, follow) {
      if (ends.length === 0) return [];
      const ids = ends.map(({ runId }) => runId);
      return changeRuns(
        context,
        async (trx) => {
          const needs = await needsOf(trx, dialect, ids);
          return { ...needs, jobIds: needs.jobIds.union(successors.of(needs.jobIds)) };
        },
        async (changes) => {
          const settled = await settleRuns(changes, ends, follow);
          successors.learn(settled, changes);
          return settled;
        },
      );
    },

    requestCancel: (runId, request, follow) =>
      changeRuns(
        context,
        (trx) => needsOf(trx, dialect, [runId]),
        async (changes) => {
          const run = changes.run(runId);
          if (!run || isTerminal(run.status)) return null;
          if (run.status === 'running' && run.node !== null) return changes.change({ ...run, cancelRequest: request });
          const end = () =>
            changes.change({
              ...changes.run(runId)!,
              status: 'cancelled',
              reason: 'requested',
              message: request.reason,
              cancelRequest: request,
              finishedAt: request.at,
              heartbeatAt: null,
            });
          await followSteps(changes, [{ chainId: run.chainRunId, step: end }], follow);
          return changes.run(runId)!;
        },
      ),

    async stale(before, node) {
      let stale = kysely
        .selectFrom('run')
        .selectAll()
        .where(IS_RUNNING)
        .where('node', 'is not', null)
        .where('heartbeat_at', '<', before)
        .orderBy('heartbeat_at')
        .orderBy('id')
        .limit(MOST_STALE);
      if (node !== undefined) stale = stale.where('node', '=', node);
      return (await stale.execute()).map(toRun);
    },
  };
}

/** Of the runs that are there. */
async function needsOf(trx: Transaction<Schema>, dialect: StoreDialect, ids: readonly string[]): Promise<Needs> {
  const rows = await trx
    .selectFrom('run')
    .select(['id', 'job_id', 'chain_run_id'])
    .where('id', 'in', givenIds(dialect, ids))
    .execute();
  return {
    jobIds: new Set(rows.map(({ job_id }) => job_id)),
    chainIds: new Set(rows.map(({ chain_run_id }) => chain_run_id)),
    runIds: new Set(rows.map(({ id }) => id)),
  };
}

/** Carries out the ends that come in time, in the order given, with what follows of each; gives their runs as they are then. */
export async function settleRuns(changes: RunChanges, ends: readonly RunEnd[], follow: Follow): Promise<Run[]> {
  const settled = new Set<string>();
  const steps = ends.flatMap((end): { chainId: string; step: Step }[] => {
    const known = changes.run(end.runId);
    if (!known) return [];
    const step = () => {
      const run = changes.run(end.runId)!;
      if (!comesInTime(run, end)) return null;
      settled.add(run.id);
      const ended = changes.change(afterEnd(run, end));
      return isTerminal(ended.status) ? ended : null;
    };
    return [{ chainId: known.chainRunId, step }];
  });
  await followSteps(changes, steps, follow);
  return [...settled].map((id) => changes.run(id)!);
}

/** An attempt is ended once, by who holds it, or by who took it from them: a second reaper finds the run queued, or in another attempt. */
function comesInTime(run: Run, end: RunEnd): boolean {
  if (isTerminal(run.status) || (end.node !== null && run.node !== end.node)) return false;
  return end.attempt === null || (run.status === 'running' && run.attempt === end.attempt.number);
}

function afterEnd(run: Run, { next, attempt, at, reason, message, error, stats, recordErrors }: RunEnd): Run {
  const attempts = attempt ? [...run.attempts, attempt] : run.attempts;
  const ended: Run = { ...run, attempts, reason, message, error, stats, recordErrors, heartbeatAt: null };
  if (next.kind === 'terminal') return { ...ended, status: next.status, finishedAt: at };
  // Who was asked to end it does not begin it again.
  if (run.cancelRequest) {
    const isSuperseded = run.cancelRequest.by === 'guardian' && run.cancelRequest.reason === 'superseded';
    return { ...ended, status: 'cancelled', reason: isSuperseded ? 'superseded' : 'requested', finishedAt: at };
  }
  return { ...ended, status: 'queued', dueAt: next.dueAt, node: null };
}

async function renewRuns(
  dialect: StoreDialect,
  node: string,
  { runIds, at }: { runIds: readonly string[]; at: number },
): Promise<{ cancelled: Run[]; lost: string[] }> {
  if (runIds.length === 0) return { cancelled: [], lost: [] };
  return dialect.kysely.transaction().execute(async (trx) => {
    // One that is being ended at this moment needs no renewal.
    const free = trx
      .selectFrom('run')
      .select('id')
      .where('id', 'in', givenIds(dialect, runIds))
      .where(IS_RUNNING)
      .where('node', '=', node)
      .modifyEnd(dialect.lock.skip('run'));
    await trx.updateTable('run').set({ heartbeat_at: at }).where('id', 'in', free).execute();
    const held = await trx
      .selectFrom('run')
      .selectAll()
      .where('id', 'in', givenIds(dialect, runIds))
      .where(IS_RUNNING)
      .where('node', '=', node)
      .execute();
    const ids = new Set(held.map(({ id }) => id));
    return {
      cancelled: held.filter(({ cancel_request }) => cancel_request !== null).map(toRun),
      lost: runIds.filter((id) => !ids.has(id)),
    };
  });
}

/** Which jobs were made runs of when which ended: where rows have locks, they are taken with them from the beginning. */
class Successors {
  readonly #known = new Map<string, Set<string>>();

  of(jobIds: ReadonlySet<string>): Set<string> {
    const found = new Set<string>();
    for (const id of jobIds) for (const next of this.#known.get(id) ?? []) found.add(next);
    return found;
  }

  learn(settled: readonly Run[], changes: RunChanges): void {
    for (const run of settled) {
      const next = changes.madeIn(run.chainRunId);
      if (next.length === 0) continue;
      const known = this.#known.get(run.jobId) ?? new Set();
      for (const { jobId } of next) known.add(jobId);
      this.#known.set(run.jobId, known);
    }
  }
}
