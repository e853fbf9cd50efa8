import { z } from 'zod';
import { deliveryDetail, deliverySummary } from '../../contracts/api/reports.ts';
import { pageOf, pageQuery } from '../../contracts/api/shared.ts';
import { GuardianError } from '../../core/shared/index.ts';
import { describeRoute } from '../describe-route.ts';
import { deliveryDetailView, deliverySummaryView } from '../views/report-view.ts';
import { createRouter } from './router.ts';

const tag = 'Deliveries';
const path = '/api/deliveries';

const list = describeRoute({
  method: 'get',
  path,
  tag,
  summary: 'Mails and what became of them, newest first',
  needs: 'read',
  request: { query: pageQuery },
  reply: pageOf(deliverySummary),
});

const get = describeRoute({
  method: 'get',
  path: `${path}/{id}`,
  tag,
  summary: 'One mail, whole',
  needs: 'read',
  request: { params: z.object({ id: z.string().max(100) }) },
  reply: deliveryDetail,
});

export const deliveryRoutes = createRouter()
  .openapi(list, async (context) => {
    const { cursor = null, limit } = context.req.valid('query');
    const { items, nextCursor } = await context.var.services.store.deliveries.list({ cursor, limit });
    return context.json({ items: items.map(deliverySummaryView), nextCursor, total: null }, 200);
  })
  .openapi(get, async (context) => {
    const { services, messages } = context.var;
    const { id } = context.req.valid('param');
    const delivery = await services.store.deliveries.get(id);
    if (!delivery) throw new GuardianError('not_found', { path: messages.server.things.delivery(id) });
    return context.json(deliveryDetailView(delivery), 200);
  });
