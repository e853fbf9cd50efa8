import type { z } from 'zod';
import type { ReportSummary, reportRequest } from '../../contracts/api/reports.ts';
import { isSameSecret, randomSecret } from '../../core/access/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { projectSlugs } from '../find-project.ts';
import { schemeValue } from '../ingest/credentials.ts';
import { TryLater } from '../problem.ts';
import { reportSummaryView } from '../views/report-view.ts';
import { makeReport } from './reports.ts';

const SETTING = 'trigger-ticks';
/** Ticks that are remembered, newest first: Cloud Scheduler asks again for days at most. */
const REMEMBERED = 100;
/** Seconds after which Cloud Scheduler may ask again while Google's keys cannot be had. */
const RETRY_SECONDS = 30;
/** ms after which a run that was cut off no longer holds the next one back. */
const LEASE_MS = 5 * 60 * 1000;

interface Tick {
  tick: string;
  report: string;
}

/** A configured token, compared in constant time, or one that Google signed for us. Without either the trigger is off. */
export async function authenticateTrigger(context: AppContext): Promise<void> {
  const { services, messages } = context.var;
  const { token, verify } = services.trigger;
  const { things, remedies, reasons } = messages.server;
  if (token === null && verify === null)
    throw new GuardianError('not_found', { path: things.trigger, remedy: remedies.trigger });
  const given = schemeValue(context.req.header('authorization') ?? '', 'Bearer');
  if (given === null) throw new GuardianError('unauthorized');
  if (token !== null && isSameSecret(given, token)) return;
  const verdict = verify === null ? 'refused' : await verify(given);
  if (verdict === 'accepted') return;
  if (verdict === 'unavailable')
    throw new TryLater('source_unavailable', RETRY_SECONDS, { path: 'Google', reason: reasons.unverified });
  throw new GuardianError('unauthorized', { reason: reasons.wrongKey });
}

/**
 * One report for one tick. Runs hold a lease, so that two that come at once, to one node or two, do not both make it; what a tick made
 * is remembered, and given again when it comes again. A tick whose report could not be stored is not remembered: asked again, it runs.
 */
export async function runTrigger(
  context: AppContext,
  asked: z.output<typeof reportRequest>,
  tick: string | null,
): Promise<ReportSummary> {
  if (tick === null) return makeReport(context, asked, 'trigger');
  const { store, clock } = context.var.services;
  const holder = randomSecret();
  if (!(await store.leases.take(SETTING, holder, clock.now(), LEASE_MS)))
    throw new TryLater('rate_limited', 30, { reason: context.var.messages.server.reasons.triggerRuns });
  try {
    const name = [tick, asked.project ?? '', asked.service ?? '', asked.freshness].join(' ');
    const known = ticksOf(await store.settings.get(SETTING));
    const former = known.find((one) => one.tick === name);
    const report = former ? await store.reports.get(former.report) : null;
    if (report) return formerReport(context, report.about);
    const made = await makeReport(context, asked, 'trigger');
    await store.settings.set(SETTING, [{ tick: name, report: made.id }, ...known].slice(0, REMEMBERED));
    return made;
  } finally {
    await store.leases.release(SETTING, holder);
  }
}

async function formerReport(context: AppContext, about: Parameters<typeof reportSummaryView>[0]) {
  const project = (await projectSlugs(context))(about.projectId);
  return reportSummaryView(about, { project, now: context.var.services.clock.now(), isNewest: false });
}

function ticksOf(value: unknown): Tick[] {
  return Array.isArray(value) ? (value as Tick[]) : [];
}
