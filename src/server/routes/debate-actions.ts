import { z } from 'zod';
import { debate, debateRequest } from '../../contracts/api/debates.ts';
import { nothing } from '../../contracts/api/shared.ts';
import { GuardianError } from '../../core/shared/index.ts';
import { describeRoute, emptyBody, jsonBody } from '../describe-route.ts';
import { recordAudit } from '../record-audit.ts';
import { createRouter } from './router.ts';

const tag = 'Analysis';
const path = '/api/debates';

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
const cancel = describeRoute({
  method: 'post',
  path: `${path}/{id}/cancel`,
  tag,
  summary: 'Ends a running debate; one that has ended stays as it is',
  needs: 'write',
  request: { params: z.object({ id: z.string().max(100) }), query: nothing, body: emptyBody },
  reply: debate,
});

export const debateActionRoutes = createRouter()
  .openapi(start, async (context) => {
    const { services, messages } = context.var;
    const started = await services.debates.start(context.req.valid('json'), messages);
    await recordAudit(context, 'debate started', started.id, { rounds: started.config.rounds });
    return context.json(started, 202);
  })
  .openapi(cancel, async (context) => {
    const { id } = context.req.valid('param');
    const { services, messages } = context.var;
    const cancelled = await services.debates.cancel(id);
    if (cancelled === null) throw new GuardianError('not_found', { path: messages.server.things.debate(id) });
    await recordAudit(context, 'debate cancelled', id);
    return context.json(cancelled, 200);
  });
