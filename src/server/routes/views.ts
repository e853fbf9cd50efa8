import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { savedView, savedViewRequest } from '../../contracts/api/administration.ts';
import { GuardianError } from '../../core/shared/index.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { createRouter } from './router.ts';

const tag = 'Views';
const path = '/api/views';
/** Of one caller: whoever may read may save. */
const MOST_VIEWS = 200;
const items = z.object({ items: z.array(savedView) });

const list = describeRoute({ method: 'get', path, tag, summary: 'Own saved views', needs: 'read', reply: items });
const save = describeRoute({
  method: 'post',
  path,
  tag,
  summary: 'Saves a view of a list',
  needs: 'read',
  request: { body: jsonBody(savedViewRequest) },
  reply: savedView,
  status: 201,
});
const remove = describeRoute({
  method: 'delete',
  path: `${path}/{id}`,
  tag,
  summary: 'Removes an own saved view',
  needs: 'read',
  request: { params: z.object({ id: z.string().max(100) }) },
  reply: z.object({ isRemoved: z.boolean() }),
});

export const viewRoutes = createRouter()
  .openapi(list, async (context) => {
    const { services, caller } = context.var;
    const views = await services.store.views.list(caller.id);
    return context.json({ items: views.map(({ id, name, page, query }) => ({ id, name, page, query })) }, 200);
  })
  .openapi(save, async (context) => {
    const { services, caller } = context.var;
    const saved = await services.store.views.list(caller.id);
    if (saved.length >= MOST_VIEWS)
      throw new GuardianError('conflict', {
        reason: ({ server }) => server.reasons.views(MOST_VIEWS),
        remedy: ({ server }) => server.reasons.viewsRemedy,
      });
    const view = { id: randomUUID(), ...context.req.valid('json') };
    await services.store.views.add({ ...view, userId: caller.id, createdAt: services.clock.now() });
    return context.json(view, 201);
  })
  .openapi(remove, async (context) => {
    const { services, caller, messages } = context.var;
    const isRemoved = await services.store.views.remove(context.req.valid('param').id, caller.id);
    if (!isRemoved) throw new GuardianError('not_found', { path: messages.server.things.view });
    return context.json({ isRemoved }, 200);
  });
