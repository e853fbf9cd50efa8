import type { Run } from '../run.ts';

/** When a job that runs elsewhere was last heard of; null: never. Rows of ticks that nobody told anything of, and timeouts, are not that. */
export function lastHeardOf(
  runs: { last: Run | null; success: Run | null; failure: Run | null } | undefined,
): number | null {
  let heardAt: number | null = null;
  for (const run of [runs?.last, runs?.success, runs?.failure]) {
    if (!run || run.reason === 'missed') continue;
    const endedAt = run.reason === 'timeout' ? 0 : (run.finishedAt ?? 0);
    heardAt = Math.max(heardAt ?? 0, run.createdAt, endedAt);
  }
  return heardAt;
}
