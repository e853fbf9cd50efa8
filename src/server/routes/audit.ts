import { auditEntry } from '../../contracts/api/administration.ts';
import { pageOf, pageQuery } from '../../contracts/api/shared.ts';
import { actorNames } from '../actor-names.ts';
import { describeRoute } from '../describe-route.ts';
import { auditView } from '../views/administration-view.ts';
import { createRouter } from './router.ts';

const list = describeRoute({
  method: 'get',
  path: '/api/audit',
  tag: 'Access',
  summary: 'Who administered what, newest first',
  needs: 'admin',
  request: { query: pageQuery },
  reply: pageOf(auditEntry),
});

export const auditRoutes = createRouter().openapi(list, async (context) => {
  const { services, messages } = context.var;
  const { cursor = null, limit } = context.req.valid('query');
  const { items, nextCursor } = await services.store.audit.list({ cursor, limit });
  const actors = items.map(({ actor }) => actor);
  const name = await actorNames(services, actors, messages);
  return context.json(
    { items: items.map((entry) => auditView(entry, name(entry.actor))), nextCursor, total: null },
    200,
  );
});
