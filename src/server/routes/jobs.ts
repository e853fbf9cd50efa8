import { z } from 'zod';
import { chainGraph, chainRun, jobDetail, jobList, jobRunsQuery, runPage } from '../../contracts/api/jobs.ts';
import { nothing } from '../../contracts/api/shared.ts';
import { isTerminal } from '../../core/jobs/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import { describeRoute } from '../describe-route.ts';
import { findJob, jobDetailOf, jobLabels, jobSummaries } from '../jobs/job-list.ts';
import { runSummaryView } from '../jobs/job-view.ts';
import { statusesOf } from '../jobs/log-filter.ts';
import { chainRunsOf } from '../jobs/run-logs.ts';
import { windowOf } from '../read-window.ts';
import { createRouter } from './router.ts';

const tag = 'Jobs';
const path = '/api/jobs';
const params = z.object({ id: z.string().max(100) });

const list = describeRoute({
  method: 'get',
  path,
  tag,
  summary: 'Jobs and how they stand',
  needs: 'read',
  request: { query: nothing },
  reply: jobList,
});
const get = describeRoute({
  method: 'get',
  path: `${path}/{id}`,
  tag,
  summary: 'One job: what it does, its next ticks, the two next changes of the clock, its statistics',
  needs: 'read',
  request: { params, query: nothing },
  reply: jobDetail,
});
const runs = describeRoute({
  method: 'get',
  path: `${path}/{id}/runs`,
  tag,
  summary: 'Runs of one job, newest first',
  needs: 'read',
  request: { params, query: jobRunsQuery },
  reply: runPage,
});
const graph = describeRoute({
  method: 'get',
  path: '/api/chains',
  tag,
  summary: 'Which jobs come after which, and how each ended last',
  needs: 'read',
  request: { query: nothing },
  reply: chainGraph,
});
const oneChain = describeRoute({
  method: 'get',
  path: '/api/chains/{id}',
  tag,
  summary: 'All runs that descend from one tick or request',
  needs: 'read',
  request: { params, query: nothing },
  reply: chainRun,
});

export const jobRoutes = createRouter()
  .openapi(list, async (context) => {
    const stored = await context.var.services.store.jobs.list();
    return context.json({ items: await jobSummaries(context, stored) }, 200);
  })
  .openapi(get, async (context) => {
    const stored = await findJob(context, context.req.valid('param').id);
    return context.json(await jobDetailOf(context, stored), 200);
  })
  .openapi(runs, async (context) => {
    const { job } = await findJob(context, context.req.valid('param').id);
    const { cursor = null, limit, status, from, to } = context.req.valid('query');
    const filter = { jobIds: [job.id], ...statusesOf(context, status), ...windowOf(context, { from, to }) };
    const page = await context.var.services.store.runs.list(filter, { cursor, limit });
    const items = page.items.map((run) => runSummaryView(run, () => job.label));
    return context.json({ items, nextCursor: page.nextCursor, total: null }, 200);
  })
  .openapi(graph, async (context) => {
    const { services } = context.var;
    const stored = await services.store.jobs.list();
    const lasts = await services.store.runs.lastOf(stored.map(({ job }) => job.id));
    const edges = stored.flatMap(({ job: { id, trigger } }) =>
      trigger.kind === 'after' ? trigger.edges.map(({ job, isStrict }) => ({ from: job, to: id, isStrict })) : [],
    );
    const linked = new Set(edges.flatMap(({ from, to }) => [from, to]));
    const jobs = stored
      .filter(({ job }) => linked.has(job.id))
      .map(({ job, pause }) => {
        const last = lasts.get(job.id)?.last ?? null;
        const rule = job.trigger.kind === 'after' ? job.trigger.rule : null;
        return {
          id: job.id,
          label: job.label,
          rule,
          isPaused: pause !== null,
          last: last && runSummaryView(last, () => job.label),
        };
      });
    return context.json({ jobs, edges }, 200);
  })
  .openapi(oneChain, async (context) => {
    const { messages } = context.var;
    const { id } = context.req.valid('param');
    const items = await chainRunsOf(context, id);
    if (items.length === 0) throw new GuardianError('not_found', { path: messages.server.things.run(id) });
    const labelOf = await jobLabels(context);
    return context.json(
      {
        id,
        isOpen: items.some(({ status }) => !isTerminal(status)),
        runs: items.map((run) => runSummaryView(run, labelOf)),
      },
      200,
    );
  });
