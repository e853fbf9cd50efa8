import type { JobSummary } from '../../contracts/api/jobs.ts';
import { dstPreview, problemOf, type RunStatus, type StoredJob } from '../../core/jobs/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { projectSlugs } from '../find-project.ts';
import { type JobDetailParts, jobDetailView, jobSummaryView, type LabelOf } from './job-view.ts';
import { ticksAfter } from './ticks-after.ts';

/** Runs whose ends are shown beside a job. */
const RECENT = 20;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Days that the statistics of one job are over. */
const STATISTICS_DAYS = 30;

/** All that are declared, by name; those of Guardian itself at the end. */
export async function jobSummaries(context: AppContext, stored: readonly StoredJob[]): Promise<JobSummary[]> {
  const { services, messages } = context.var;
  const { runs } = services.store;
  const slugOf = await projectSlugs(context);
  const now = services.clock.now();
  const ids = stored.map(({ job }) => job.id);
  const [lasts, recents] = await Promise.all([runs.lastOf(ids), runs.recentOf(ids, RECENT)]);
  const summaries = stored.map((one) => {
    const { id, projectId } = one.job;
    const found = lasts.get(id) ?? NO_RUNS;
    const recent: readonly RunStatus[] = recents.get(id) ?? [];
    const [nextTick = null] = ticksAfter(one, now, 1);
    const problem = problemOf(one, found, now);
    return jobSummaryView(one, { ...found, project: slugOf(projectId), recent, nextTick, problem }, messages);
  });
  return summaries.sort(
    (a, b) => Number(a.origin === 'guardian') - Number(b.origin === 'guardian') || (a.label < b.label ? -1 : 1),
  );
}

const NO_RUNS = { last: null, success: null, failure: null };

/** One that is declared now, for whoever wants to do something with it. Throws `not_found`. */
export async function findDeclaredJob(context: AppContext, id: string): Promise<StoredJob> {
  const found = await findJob(context, id);
  if (found.removedAt === null) return found;
  throw new GuardianError('not_found', { path: context.var.messages.server.things.job(id) });
}

/** Also one that is no longer declared: its runs are kept. Throws `not_found`. */
export async function findJob({ var: { services, messages } }: AppContext, id: string): Promise<StoredJob> {
  const found = (await services.store.jobs.list({ withRemoved: true })).find(({ job }) => job.id === id);
  if (!found) throw new GuardianError('not_found', { path: messages.server.things.job(id.slice(0, 100)) });
  return found;
}

/** Labels of all jobs, also of those that are no longer declared. */
export async function jobLabels({ var: { services } }: AppContext): Promise<LabelOf> {
  const stored = await services.store.jobs.list({ withRemoved: true });
  const labels = new Map(stored.map(({ job }) => [job.id, job.label]));
  return (jobId) => labels.get(jobId) ?? jobId;
}

export async function jobDetailOf(context: AppContext, stored: StoredJob) {
  const { services, messages, origin } = context.var;
  const { job, pingKey } = stored;
  const all = await services.store.jobs.list();
  const [summary] = await jobSummaries(context, [stored]);
  const from = services.clock.now() - STATISTICS_DAYS * DAY_MS;
  const publicUrl = services.knobs.publicUrl ?? `${origin.isSecure ? 'https' : 'http'}://${origin.host}`;
  const parts: JobDetailParts = {
    statistics: await services.store.runs.statistics({ jobIds: [job.id], from }),
    downstream: all
      .filter(({ job: { trigger } }) => trigger.kind === 'after' && trigger.edges.some((edge) => edge.job === job.id))
      .map((one) => one.job.id),
    nextTicks: ticksAfter(stored, services.clock.now(), 10),
    clockChanges: dstPreview(job.trigger, services.clock.now()),
    pingUrl: job.work.kind === 'watched' && pingKey !== null ? `${publicUrl.replace(/\/$/, '')}/ping/${pingKey}` : null,
    predictions: await services.jobs.predictions(job.id),
  };
  return jobDetailView(stored, summary!, parts, messages);
}
