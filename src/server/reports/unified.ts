import type { AlertPart, JobPart, OwnPart, ServicePart, UnifiedReport } from '../../contracts/api/unified.ts';
import { problemOf, type StoredJob } from '../../core/jobs/index.ts';
import {
  isStaleReport,
  judgeAlertPart,
  judgeJobPart,
  judgeServicePart,
  type StoredReport,
  unify,
} from '../../core/reports/ports.ts';
import { toGuardianError } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { projectSlugs } from '../find-project.ts';
import { judgeService } from '../overview/judge-service.ts';
import { ownProblems } from '../overview/own-problems.ts';

/** Alerts that are listed; all are counted, and the worst come first. */
const ALERTS = 100;
/** Issues that were active last, among which those that make a service critical are. */
const ISSUES = 100;
const NO_RUNS = { last: null, success: null, failure: null };

/** What is read of everything that is watched. A section that cannot be read is a gap of its own, and hides no other. */
export async function unifiedOf(context: AppContext): Promise<UnifiedReport> {
  const { services, messages } = context.var;
  const at = services.clock.now();
  const slug = await projectSlugs(context);
  const { unified: t } = messages;
  const gaps: OwnPart[] = [];
  const read = async <T>(section: string, look: () => Promise<T>, otherwise: T): Promise<T> =>
    look().catch((thrown: unknown) => {
      const { message, remedy } = toGuardianError(thrown).explain(messages);
      gaps.push({ ...ownPart(section, t.notRead(section, message), remedy), status: 'could not look' });
      return otherwise;
    });
  const about = { context, at, slug };
  const [watched, jobs, alerts, own, models] = await Promise.all([
    read(t.services, () => serviceParts(about), []),
    read(t.jobs, () => jobParts(about), []),
    read(t.alerts, () => alertParts(about), { total: 0, items: [] }),
    read(t.guardian, () => ownParts(context), []),
    read(t.models, () => modelCosts(context), []),
  ]);
  return unify({ services: watched, jobs, alerts, guardian: [...own, ...gaps], models, at, messages });
}

interface About {
  context: AppContext;
  at: number;
  slug(projectId: number | null): string | null;
}

async function serviceParts({ context, at, slug }: About): Promise<ServicePart[]> {
  const { services, messages } = context.var;
  const { store, knobs, dueAfter = () => null } = services;
  const [activity, newest, active] = await Promise.all([
    store.activity.services(at),
    store.reports.newest(),
    store.issues.list({ ...ANY, states: ['open', 'handed off', 'regressed'], sort: 'last-seen', limit: ISSUES }),
  ]);
  const newestOf = new Map(newest.map((report) => [`${report.projectId} ${report.service}`, report]));
  const parts = activity.map(async (one) => {
    const report = newestOf.get(`${one.projectId} ${one.service}`) ?? null;
    const isStale = report !== null && isStaleReport(report, { now: at, dueAfter });
    const facts = {
      ...{ project: slug(one.projectId), service: one.service, report, isStale },
      statusReasons: await statusReasons(context, isStale ? null : report),
      now: judgeService(one, { issues: active.items, knobs, now: at, messages }),
      ...{ errorsLastHour: one.incidentsLastHour, openIssues: one.openIssues },
    };
    return judgeServicePart(facts, { at, messages });
  });
  const heard = new Set(activity.map(({ projectId, service }) => `${projectId} ${service}`));
  const unheard = newest.filter(
    (report) =>
      report.status === 'could not look' &&
      !heard.has(`${report.projectId} ${report.service}`) &&
      !isStaleReport(report, { now: at, dueAfter }),
  );
  return [...(await Promise.all(parts)), ...unheard.map((report) => unheardPart(report, { context, at, slug }))];
}

/** Somebody asked for a report on it, it could not be made, and nothing else is known of it. */
function unheardPart(report: StoredReport, { context, at, slug }: About): ServicePart {
  const facts = {
    ...{ project: slug(report.projectId), service: report.service ?? '*', report, isStale: false, statusReasons: [] },
    ...{ now: { status: 'silent' as const, reasons: [] }, errorsLastHour: 0, openIssues: 0 },
  };
  return judgeServicePart(facts, { at, messages: context.var.messages });
}

const ANY = {
  ...{ words: [], projectId: null, service: null, revision: null, assignee: null },
  ...{ minimumSeverity: null, cursor: null },
};

/** Only what is not OK has any that are shown. */
async function statusReasons({ var: { services } }: AppContext, report: StoredReport | null): Promise<string[]> {
  if (report === null || report.status === 'OK' || report.status === 'could not look') return [];
  const found = await services.store.reports.get(report.id);
  return found?.content?.status_reasons ?? [];
}

async function jobParts({ context, at, slug }: About): Promise<JobPart[]> {
  const { services, messages } = context.var;
  const stored = await services.store.jobs.list();
  const runs = await services.store.runs.lastOf(stored.map(({ job }) => job.id));
  return stored.map((one) => {
    const found = runs.get(one.job.id) ?? NO_RUNS;
    const { id, label, origin } = one.job;
    const facts = { id, label, origin, project: slug(one.job.projectId), pause: heldBy(one, at), health: one.health };
    return judgeJobPart({ ...facts, ...found, problem: problemOf(one, found, at) }, { at, messages });
  });
}

function heldBy({ pause }: StoredJob, now: number): StoredJob['pause'] {
  return pause !== null && (pause.until === null || pause.until > now) ? pause : null;
}

async function alertParts({ context, at, slug }: About): Promise<{ total: number; items: AlertPart[] }> {
  const { alerts } = context.var.services.store;
  const filter = { states: ['firing', 'acknowledged'] as const, isArchived: false };
  const [counts, { items }] = await Promise.all([alerts.counts(filter), worstAlerts(context, filter)]);
  return {
    total: counts.firing + counts.acknowledged,
    items: items.map((alert) => judgeAlertPart(alert, { project: slug(alert.projectId), at })),
  };
}

/** By severity, so that among very many the critical ones are listed. */
async function worstAlerts(
  { var: { services } }: AppContext,
  filter: { states: readonly ('firing' | 'acknowledged')[] },
) {
  const { alerts } = services.store;
  const pages = await Promise.all(
    (['critical', 'error', 'warning', 'info'] as const).map((severity) =>
      alerts.list({ ...filter, severities: [severity] }, { cursor: null, limit: ALERTS }),
    ),
  );
  return { items: pages.flatMap((page) => page.items).slice(0, ALERTS) };
}

/** Parts that stand still leave nothing watched behind them; the rest is trouble that people can mend. */
async function ownParts({ var: { services, messages } }: AppContext): Promise<OwnPart[]> {
  const { unified: t } = messages;
  const [still, problems] = await Promise.all([services.partProblems(), ownProblems(services, messages)]);
  return [
    ...still.map((name) => ({ ...ownPart(name, t.standsStill(name), null), status: 'CRITICAL' as const })),
    ...problems.map(({ code, message, remedy }) => ownPart(code, message, remedy)),
  ];
}

function ownPart(name: string, reason: string, remedy: string | null): OwnPart {
  const none = { project: null, lookedAt: null, ageMs: null };
  return { id: name, name, ...none, status: 'DEGRADED', reasons: [reason], remedy };
}

/** Only of models that were called: no figure that is not from real calls. */
async function modelCosts({ var: { services } }: AppContext): Promise<UnifiedReport['models']> {
  const { providers } = await services.analysis.providers();
  return providers
    .filter(({ calls, vendor }) => calls > 0 && vendor !== 'builtin')
    .map(({ name, calls, failures, promptTokens, completionTokens, costUsd }) => ({
      ...{ name, calls, failures, promptTokens, completionTokens, costUsd },
    }));
}
