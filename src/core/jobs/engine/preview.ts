import type { StoredJob } from '../job.ts';
import type { JobRegistry } from '../ports.ts';
import { planTicks } from './plan-ticks.ts';
import { plannedFrom, versionsSince } from './versions.ts';

export interface ResumePreview {
  /** Runs that would be started. */
  runs: number;
  /** Ticks that would become rows `skipped`, reason `missed`. */
  skipped: number;
  /** There are more ticks than rows are made for: the earliest have none. */
  hasEarlier: boolean;
}

/** What a resume at `now` would do, by the same computation that does it. */
export async function previewResume(
  jobs: readonly StoredJob[],
  now: number,
  registry: Pick<JobRegistry, 'versions'>,
): Promise<ResumePreview> {
  const preview: ResumePreview = { runs: 0, skipped: 0, hasEarlier: false };
  for (const stored of jobs) {
    if (stored.job.work.kind === 'watched') continue;
    const from = plannedFrom(stored);
    if (now <= from) continue;
    const versions = await versionsSince(stored, from, registry);
    const heldUntil = stored.pause ? now : null;
    const { ticks, hasEarlier } = planTicks({ stored, versions, from, until: now, heldUntil, now });
    const skipped = ticks.filter(({ kind }) => kind === 'missed').length;
    preview.runs += ticks.length - skipped;
    preview.skipped += skipped;
    preview.hasEarlier ||= hasEarlier;
  }
  return preview;
}
