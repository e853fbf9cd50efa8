import type { Store } from '../adapters/store/sql/index.ts';
import type { Configuration } from '../config/index.ts';
import { forgetKeys } from '../core/sealing/index.ts';
import type { Clock } from '../core/shared/index.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Rows of one step. */
const STEP = 1_000;
/** Clients keep their own files of audit entries so long, which may hold sealed values too. */
const AUDIT_FILE_DAYS = 365;

export interface PruningOptions {
  configuration: Configuration;
  store: Store;
  clock: Clock;
}

/** Days that the longest kept of all records is kept: what was sealed in any of them may have to be read. */
export function longestRetentionDays({ retention, jobEngine }: Configuration): number {
  const { days, reportDays } = retention;
  return Math.max(days, reportDays, jobEngine.outputDays, jobEngine.runDays, AUDIT_FILE_DAYS);
}

/** Forgets what is over its time, a bounded step at a time, so that nothing else waits long for the database. Gives how many rows of each went. */
export async function pruning({ configuration, store, clock }: PruningOptions, signal: AbortSignal) {
  const { days, events, issueEventsPerService, reportDays } = configuration.retention;
  const { outputDays, runDays } = configuration.jobEngine;
  const { rowDays, errorDays, minuteDays, hourDays } = configuration.usage;
  const knobs = { logDays: days, logRows: events, issueEventsPerService, stepRows: 2_000 };
  const now = clock.now();
  const gone = { events: 0, runs: 0, alerts: 0, messages: 0, usage: 0, conversations: 0 };
  await store.reports.forget(now - reportDays * DAY_MS);
  // No answer is remembered longer than a day.
  await store.searchChanges.forget(now - DAY_MS);
  for (let isDone = false; !isDone && !signal.aborted; ) {
    const step = await store.retention.forget({ now: clock.now(), knobs });
    gone.events += step.logs + step.issueEvents;
    isDone = step.isDone;
  }
  const stepwise = async (forget: () => Promise<number>): Promise<number> => {
    let total = 0;
    for (let step = STEP; step > 0 && !signal.aborted; ) {
      step = await forget();
      total += step;
    }
    return total;
  };
  const runs = { outputBefore: now - outputDays * DAY_MS, runsBefore: now - runDays * DAY_MS, limit: STEP };
  gone.runs = await stepwise(() => store.output.forget(runs));
  gone.alerts = await stepwise(() => store.alerts.forget({ resolvedBefore: now - runDays * DAY_MS, limit: STEP }));
  const told = { before: now - runDays * DAY_MS, limit: STEP };
  await stepwise(() => store.predictions.forget(told));
  gone.messages = await stepwise(() => store.notifications.forget(told));
  const { spanDays, traces } = configuration.retention;
  await stepwise(() => store.traces.forget({ before: now - spanDays * DAY_MS, traces, limit: STEP }));
  await stepwise(() => store.analytics.forget({ now, limit: STEP }));
  const keyed = { now, longestRetentionDays: longestRetentionDays(configuration), limit: STEP };
  await stepwise(() => forgetKeys(store.sealingKeys, keyed));
  const usage = { now, knobs: { rowDays, errorDays, minuteDays, hourDays }, limit: STEP };
  gone.usage = await stepwise(() => store.usage.forgetUsage(usage));
  const spokenBefore = now - configuration.analysis.conversationDays * DAY_MS;
  gone.conversations = await stepwise(() => store.conversations.forgetBefore(spokenBefore, STEP));
  if (Object.values(gone).some((count) => count > 0))
    await store.audit.append({
      ...{
        at: clock.now(),
        actor: 'guardian',
        action: 'retention',
        object: 'store',
        outcome: 'success',
        address: null,
      },
      fields: gone,
    });
  return gone;
}
