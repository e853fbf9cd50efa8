import { z } from 'zod';
import { debate, debateSummary } from '../../contracts/api/debates.ts';
import { nothing, pageOf, pageQuery } from '../../contracts/api/shared.ts';
import { GuardianError } from '../../core/shared/index.ts';
import { describeRoute } from '../describe-route.ts';
import { createRouter } from './router.ts';

const tag = 'Analysis';
const path = '/api/debates';

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
  request: { params: z.object({ id: z.string().max(100) }), query: nothing },
  reply: debate,
});

export const debateRoutes = createRouter()
  .openapi(list, async (context) =>
    context.json(await context.var.services.debates.list(context.req.valid('query')), 200),
  )
  .openapi(get, async (context) => {
    const { id } = context.req.valid('param');
    const { services, messages } = context.var;
    const found = await services.debates.read(id);
    if (found === null) throw new GuardianError('not_found', { path: messages.server.things.debate(id) });
    return context.json(found, 200);
  });
