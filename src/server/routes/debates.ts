import { z } from 'zod';
import { debate, debateRequest, debateSummary } from '../../contracts/api/analysis.ts';
import { nothing, pageOf, pageQuery } from '../../contracts/api/shared.ts';
import { GuardianError } from '../../core/shared/index.ts';
import { describeRoute, emptyBody, jsonBody } from '../describe-route.ts';
import { recordAudit } from '../record-audit.ts';
import { createRouter } from './router.ts';

const tag = 'Analysis';
const path = '/api/debates';
const params = z.object({ id: z.string().max(100) });

const start = describeRoute({
  method: 'post',
  path,
  tag,
  summary: 'Lets models debate a topic; the reply is the running debate',
  needs: 'write',
  request: { query: nothing, body: jsonBody(debateRequest) },
  reply: debate,
  status: 202,
});
const list = describeRoute({
  method: 'get',
  path,
  tag,
  summary: 'Debates, newest first',
  needs: 'read',
  request: { query: pageQuery },
  reply: pageOf(debateSummary),
});
const get = describeRoute({
  method: 'get',
  path: `${path}/{id}`,
  tag,
  summary: 'A debate with its turns so far, its synthesis, and what it cost by agent',
  needs: 'read',
  request: { params, query: nothing },
  reply: debate,
});
const cancel = describeRoute({
  method: 'post',
  path: `${path}/{id}/cancel`,
  tag,
  summary: 'Ends a running debate; one that has ended stays as it is',
  needs: 'write',
  request: { params, query: nothing, body: emptyBody },
  reply: debate,
});

export const debateRoutes = createRouter()
  .openapi(start, async (context) => {
    const { services, messages } = context.var;
    const started = await services.debates.start(context.req.valid('json'), messages);
    await recordAudit(context, 'debate started', started.id, { rounds: started.config.rounds });
    return context.json(started, 202);
  })
  .openapi(list, async (context) =>
    context.json(await context.var.services.debates.list(context.req.valid('query')), 200),
  )
  .openapi(get, async (context) => {
    const { id } = context.req.valid('param');
    const { services, messages } = context.var;
    return context.json(found(await services.debates.read(id), messages.server.things.debate(id)), 200);
  })
  .openapi(cancel, async (context) => {
    const { id } = context.req.valid('param');
    const { services, messages } = context.var;
    const cancelled = found(await services.debates.cancel(id), messages.server.things.debate(id));
    await recordAudit(context, 'debate cancelled', id);
    return context.json(cancelled, 200);
  });

function found<Thing>(thing: Thing | null, name: string): Thing {
  if (thing === null) throw new GuardianError('not_found', { path: name });
  return thing;
}
