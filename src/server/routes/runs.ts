import { z } from 'zod';
import { cancelRequest, runDetail, runOutput, runOutputQuery } from '../../contracts/api/jobs.ts';
import { nothing } from '../../contracts/api/shared.ts';
import { isTerminal, type Run } from '../../core/jobs/index.ts';
import { GuardianError, toInstant } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { jobLabels } from '../jobs/job-list.ts';
import { runDetailView } from '../jobs/job-view.ts';
import { chainRunsOf } from '../jobs/run-logs.ts';
import { recordAudit } from '../record-audit.ts';
import { createRouter } from './router.ts';

const tag = 'Jobs';
const path = '/api/runs/{id}';
const params = z.object({ id: z.string().max(100) });

const get = describeRoute({
  method: 'get',
  path,
  tag,
  summary: 'One run, with its attempts and the runs of its chain',
  needs: 'read',
  request: { params, query: nothing },
  reply: runDetail,
});
const output = describeRoute({
  method: 'get',
  path: `${path}/output`,
  tag,
  summary: 'What a run wrote; ask again with `next` while it goes on',
  needs: 'read',
  request: { params, query: runOutputQuery },
  reply: runOutput,
});
const cancel = describeRoute({
  method: 'post',
  path: `${path}/cancel`,
  tag,
  summary: 'Ends a run: SIGTERM or the abort signal, ten seconds later by force',
  needs: 'write',
  request: { params, query: nothing, body: jsonBody(cancelRequest) },
  reply: runDetail,
});

export const runRoutes = createRouter()
  .openapi(get, async (context) =>
    context.json(await detailOf(context, await findRun(context, context.req.valid('param').id)), 200),
  )
  .openapi(output, async (context) => {
    const { id, status, lostOutputBytes } = await findRun(context, context.req.valid('param').id);
    const { after, limit } = context.req.valid('query');
    const found = await context.var.services.store.output.read(id, { after, limit });
    const chunks = found.map(({ at, ...chunk }) => ({ ...chunk, at: toInstant(at) }));
    const isDone = isTerminal(status) && found.length < limit;
    return context.json({ chunks, next: found.at(-1)?.seq ?? after, isDone, lostBytes: lostOutputBytes }, 200);
  })
  .openapi(cancel, async (context) => {
    const { services, caller, messages } = context.var;
    const { id } = await findRun(context, context.req.valid('param').id);
    const reason = context.req.valid('json').reason ?? null;
    const run = await services.jobs.cancel(id, { user: caller.name, reason });
    if (!run) throw new GuardianError('conflict', { reason: messages.server.reasons.runEnded });
    await recordAudit(context, 'run cancelled', id, { reason });
    return context.json(await detailOf(context, run), 200);
  });

async function findRun({ var: { services, messages } }: AppContext, id: string): Promise<Run> {
  const run = await services.store.runs.get(id);
  if (!run) throw new GuardianError('not_found', { path: messages.server.things.run(id) });
  return run;
}

async function detailOf(context: AppContext, run: Run) {
  const chain = await chainRunsOf(context, run.chainRunId);
  return runDetailView(run, chain.length > 1 ? chain : [], await jobLabels(context));
}
