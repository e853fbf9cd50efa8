import type { Overlap, StoredJob } from '../job.ts';
import type { JobRegistry, RunReader } from '../ports.ts';
import type { Run } from '../run.ts';
import { openRuns } from './open-runs.ts';
import { decideOverlap } from './overlap.ts';
import { type PlannedTick, planTicks } from './plan-ticks.ts';
import { plannedFrom, versionsSince } from './versions.ts';

export interface ResumePreview {
  /** Runs that would be started. */
  runs: number;
  /** Ticks that would become rows `skipped`: missed, or with an open run in their way. */
  skipped: number;
  /** There are more ticks than rows are made for: the earliest have none. */
  hasEarlier: boolean;
}

export interface PreviewStores {
  registry: Pick<JobRegistry, 'versions'>;
  reader: Pick<RunReader, 'list'>;
}

/** What a resume at `now` would do, by the same computations that do it. */
export async function previewResume(
  jobs: readonly StoredJob[],
  now: number,
  { registry, reader }: PreviewStores,
): Promise<ResumePreview> {
  const preview: ResumePreview = { runs: 0, skipped: 0, hasEarlier: false };
  for (const stored of jobs) {
    const { job } = stored;
    if (job.work.kind === 'watched') continue;
    const from = plannedFrom(stored);
    if (now <= from) continue;
    const versions = await versionsSince(stored, from, registry);
    const heldUntil = stored.pause ? now : null;
    const { ticks, hasEarlier } = planTicks({ stored, versions, from, until: now, heldUntil, now });
    const admitted = ticks.filter(({ kind }) => kind !== 'missed');
    const open = admitted.length === 0 ? [] : await openRuns(reader, ['queued', 'running'], [job.id]);
    const runs = startedBeside(open, admitted, job.overlap);
    preview.runs += runs;
    preview.skipped += ticks.length - runs;
    preview.hasEarlier ||= hasEarlier;
  }
  return preview;
}

/** How many of the ticks would run beside what is open. */
function startedBeside(open: readonly Run[], ticks: readonly PlannedTick[], overlap: Overlap): number {
  const caughtUp = new Set<string>();
  const made = new Set<string>();
  let rows: Pick<Run, 'id' | 'status'>[] = [...open];
  for (const { tick, kind } of ticks) {
    const id = `tick ${tick}`;
    const decision = decideOverlap(overlap, false, caughtUp)(rows);
    if (decision.kind !== 'queue') continue;
    const cancelled = new Set(decision.cancel);
    rows = [...rows.filter((row) => !cancelled.has(row.id)), { id, status: 'queued' }];
    made.add(id);
    if (kind === 'caught-up') caughtUp.add(id);
  }
  return rows.filter(({ id }) => made.has(id)).length;
}
