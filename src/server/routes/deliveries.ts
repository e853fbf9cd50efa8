import { z } from 'zod';
import {
  channelKind,
  deliveryDetail,
  deliveryListQuery,
  deliveryPage,
  deliveryState,
} from '../../contracts/api/notifications.ts';
import { nothing } from '../../contracts/api/shared.ts';
import { type DeliveryFilter, OCCASIONS } from '../../core/notify/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { describeRoute, emptyBody } from '../describe-route.ts';
import { namesOf } from '../read-names.ts';
import { recordAudit } from '../record-audit.ts';
import { deliveryDetailView, deliveryView, nameOfRecipients } from '../telling/delivery-view.ts';
import { createRouter } from './router.ts';

const tag = 'Deliveries';
const path = '/api/deliveries';
const params = z.object({ id: z.string().max(100) });

const list = describeRoute({
  method: 'get',
  path,
  tag,
  summary: 'Messages and what became of them, newest first',
  needs: 'read',
  request: { query: deliveryListQuery },
  reply: deliveryPage,
});
const get = describeRoute({
  method: 'get',
  path: `${path}/{id}`,
  tag,
  summary: 'One message, whole, with every attempt',
  needs: 'read',
  request: { params, query: nothing },
  reply: deliveryDetail,
});
const resend = describeRoute({
  method: 'post',
  path: `${path}/{id}/resend`,
  tag,
  summary: 'Sends a dead or suppressed message again',
  needs: 'write',
  request: { params, query: nothing, body: emptyBody },
  reply: deliveryDetail,
});

export const deliveryRoutes = createRouter()
  .openapi(list, async (context) => {
    const { services } = context.var;
    const { cursor = null, limit, ...query } = context.req.valid('query');
    const filter = filterOf(context, query);
    const page = await services.store.sent.list(filter, { cursor, limit });
    const nameOf = nameOfRecipients(services.telling.directory.recipients);
    return context.json(
      { items: page.items.map((one) => deliveryView(one, nameOf)), nextCursor: page.nextCursor, total: null },
      200,
    );
  })
  .openapi(get, async (context) => context.json(await detailOf(context, context.req.valid('param').id), 200))
  .openapi(resend, async (context) => {
    const { services, messages } = context.var;
    const { id } = context.req.valid('param');
    await detailOf(context, id);
    if (!(await services.telling.resend(id)))
      throw new GuardianError('conflict', { reason: messages.server.reasons.notResendable });
    await recordAudit(context, 'delivery sent again', id);
    return context.json(await detailOf(context, id), 200);
  });

async function detailOf({ var: { services, messages } }: AppContext, id: string) {
  const found = await services.store.sent.get(id);
  if (!found) throw new GuardianError('not_found', { path: messages.server.things.delivery(id) });
  return deliveryDetailView(found, nameOfRecipients(services.telling.directory.recipients));
}

type ListQuery = Omit<z.output<typeof deliveryListQuery>, 'cursor' | 'limit'>;

function filterOf(context: AppContext, { state, channel, recipient, occasion, alert, run }: ListQuery): DeliveryFilter {
  return {
    ...(state ? { states: namesOf(context, 'state', state, deliveryState.options) } : {}),
    ...(channel ? { channels: namesOf(context, 'channel', channel, channelKind.options) } : {}),
    ...(recipient ? { recipientId: recipient } : {}),
    ...(occasion ? { occasions: namesOf(context, 'occasion', occasion, [...OCCASIONS, 'test', 'hand_off']) } : {}),
    ...(alert ? { alertId: alert } : {}),
    ...(run ? { aboutId: run } : {}),
  };
}
