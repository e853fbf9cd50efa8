import { z } from 'zod';
import { recall, recallInteraction, recallQuery } from '../../contracts/api/recall.ts';
import { nothing, pageOf } from '../../contracts/api/shared.ts';
import { GuardianError } from '../../core/shared/index.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { createRouter } from './router.ts';

const tag = 'Analysis';
const path = '/api/memory/recalls';

const history = describeRoute({
  method: 'get',
  path,
  tag,
  summary: 'Concepts of one user that earlier conversations already had, newest first',
  needs: 'read',
  request: { query: recallQuery },
  reply: pageOf(recall),
});
const interact = describeRoute({
  method: 'post',
  path: `${path}/{id}/interactions`,
  tag,
  summary: 'What a reader did with a recall; one that is dismissed was wrong, and is shown no more',
  needs: 'write',
  request: { params: z.object({ id: z.string().max(100) }), body: jsonBody(recallInteraction) },
  reply: nothing,
});

export const recallRoutes = createRouter()
  .openapi(history, async (context) => {
    const { user_id: user, min_similarity: minSimilarity, cursor = null, limit } = context.req.valid('query');
    const page = await context.var.services.analysis.recalls({ user, minSimilarity, cursor, limit });
    return context.json({ ...page, total: null }, 200);
  })
  .openapi(interact, async (context) => {
    const { services, messages } = context.var;
    const { id } = context.req.valid('param');
    const isKnown = await services.analysis.interact(id, context.req.valid('json').action);
    if (!isKnown) throw new GuardianError('not_found', { path: messages.server.things.recall(id) });
    return context.json({}, 200);
  });
