import { z } from 'zod';
import { jobList, pauseRequest, resumePreview, runAccepted, runRequest } from '../../contracts/api/jobs.ts';
import { nothing } from '../../contracts/api/shared.ts';
import { GuardianError } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { describeRoute, emptyBody, jsonBody } from '../describe-route.ts';
import { findDeclaredJob, jobSummaries } from '../jobs/job-list.ts';
import { runSummaryView } from '../jobs/job-view.ts';
import { RunInWay } from '../problem.ts';
import { recordAudit } from '../record-audit.ts';
import { createRouter } from './router.ts';

const tag = 'Jobs';
const path = '/api/jobs';
const params = z.object({ id: z.string().max(100) });
const changed = jobList;

const run = describeRoute({
  method: 'post',
  path: `${path}/{id}/run`,
  tag,
  summary: 'Runs a job now: 202 with its run; 409 with the run in its way where it may not run beside itself',
  needs: 'write',
  request: { params, query: nothing, body: jsonBody(runRequest) },
  reply: runAccepted,
  status: 202,
});
const pause = describeRoute({
  method: 'post',
  path: `${path}/{id}/pause`,
  tag,
  summary: 'Pauses a job, for good or until a time; runs that have begun go on',
  needs: 'write',
  request: { params, query: nothing, body: jsonBody(pauseRequest) },
  reply: changed,
});
const resume = describeRoute({
  method: 'post',
  path: `${path}/{id}/resume`,
  tag,
  summary: 'Resumes a job; missed ticks are caught up as the job says',
  needs: 'write',
  request: { params, query: nothing, body: emptyBody },
  reply: changed,
});
const preview = describeRoute({
  method: 'get',
  path: `${path}/{id}/resume`,
  tag,
  summary: 'How many runs a resume now would start',
  needs: 'read',
  request: { params, query: nothing },
  reply: resumePreview,
});
const pauseAll = describeRoute({
  method: 'post',
  path: `${path}/pause`,
  tag,
  summary: 'Pauses every job of the team; Guardian’s own go on',
  needs: 'admin',
  request: { query: nothing, body: jsonBody(pauseRequest) },
  reply: changed,
});
const resumeAll = describeRoute({
  method: 'post',
  path: `${path}/resume`,
  tag,
  summary: 'Resumes every job',
  needs: 'admin',
  request: { query: nothing, body: emptyBody },
  reply: changed,
});

export const jobActionRoutes = createRouter()
  // Before those with an id: `pause` is no job here.
  .openapi(pauseAll, async (context) => context.json(await pauseJobs(context, null, context.req.valid('json')), 200))
  .openapi(resumeAll, async (context) => context.json(await resumeJobs(context, null), 200))
  .openapi(run, async (context) => {
    const { services, caller, messages } = context.var;
    const { job } = await findDeclaredJob(context, context.req.valid('param').id);
    if (job.work.kind === 'watched')
      throw new GuardianError('conflict', { reason: messages.server.reasons.runsElsewhere });
    const by = caller.kind === 'key' ? 'api' : 'manual';
    const key = context.req.valid('json').idempotencyKey ?? null;
    const started = await services.jobs.run(job.id, { kind: by, user: caller.name, key });
    if (started.kind === 'refused') throw new RunInWay(started.inWay, messages);
    await recordAudit(context, 'job run', job.id, { run: started.run.id });
    return context.json({ run: runSummaryView(started.run, () => job.label) }, 202);
  })
  .openapi(pause, async (context) => {
    const { job } = await findDeclaredJob(context, context.req.valid('param').id);
    return context.json(await pauseJobs(context, job.id, context.req.valid('json')), 200);
  })
  .openapi(resume, async (context) => {
    const { job } = await findDeclaredJob(context, context.req.valid('param').id);
    return context.json(await resumeJobs(context, job.id), 200);
  })
  .openapi(preview, async (context) => {
    const { job } = await findDeclaredJob(context, context.req.valid('param').id);
    const { runs, skipped } = await context.var.services.jobs.previewResume(job.id);
    return context.json({ runs, skipped }, 200);
  });

async function pauseJobs(context: AppContext, jobId: string | null, { until, reason }: z.output<typeof pauseRequest>) {
  const { services, caller, messages } = context.var;
  const untilTime = until === undefined ? null : Date.parse(until);
  if (untilTime !== null && untilTime <= services.clock.now())
    throw new GuardianError('payload_invalid', { key: 'until', reason: messages.server.validation.past });
  const ids = await services.jobs.pause(jobId, { until: untilTime, reason: reason ?? null, by: caller.name });
  await recordAudit(context, 'job paused', jobId ?? '*', { until: until ?? null, reason: reason ?? null });
  return summariesOf(context, ids);
}

async function resumeJobs(context: AppContext, jobId: string | null) {
  const ids = await context.var.services.jobs.resume(jobId);
  await recordAudit(context, 'job resumed', jobId ?? '*');
  return summariesOf(context, ids);
}

async function summariesOf(context: AppContext, ids: readonly string[]) {
  const stored = await context.var.services.store.jobs.list();
  return {
    items: await jobSummaries(
      context,
      stored.filter(({ job }) => ids.includes(job.id)),
    ),
  };
}
