import { setTimeout as pause } from 'node:timers/promises';
import { isTerminal } from '../../core/jobs/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { recordAudit } from '../record-audit.ts';

/** The report takes a second at most; a scheduled run that is in its way waits for the last records. */
const LONGEST_WAIT_MS = 90_000;
const LOOK_EVERY_MS = 50;

/** Runs the report's job, or waits for the run that is open already; gives the run once it has ended well. Throws `internal` when it failed. */
export async function runReportJob(context: AppContext): Promise<string> {
  const { services, caller } = context.var;
  const { jobs, usage, store } = services;
  const kind = caller.kind === 'key' ? 'api' : 'manual';
  const started = await jobs.run(usage.reportJob, { kind, user: caller.name, key: null });
  const id = started.kind === 'refused' ? started.inWay : started.run.id;
  await recordAudit(context, 'usage report made', usage.reportJob, { run: id });
  for (const until = performance.now() + LONGEST_WAIT_MS; performance.now() < until; ) {
    const run = await store.runs.get(id);
    if (run?.status === 'success') return id;
    if (!run || isTerminal(run.status))
      throw new GuardianError('internal', { reason: run?.message ?? ((m) => m.asking.runGone) });
    await pause(LOOK_EVERY_MS);
  }
  throw new GuardianError('internal', { reason: (m) => m.asking.reportUnderWay });
}
