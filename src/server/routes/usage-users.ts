import { z } from 'zod';
import { nothing } from '../../contracts/api/shared.ts';
import { usageErased, usageExportQuery, usageUserDetail, usageUserQuery } from '../../contracts/api/usage.ts';
import { GuardianError } from '../../core/shared/index.ts';
import { describeRoute, describeText, emptyBody } from '../describe-route.ts';
import { recordAudit } from '../record-audit.ts';
import { textStream } from '../usage/text-stream.ts';
import { erasedView, userDetailView } from '../usage/usage-view.ts';
import { createRouter } from './router.ts';

const tag = 'Usage';
const path = '/api/usage/users/{user}';
const params = z.object({ user: z.string().min(1).max(320) });
const HOUR_MS = 60 * 60_000;

const detail = describeRoute({
  method: 'get',
  path,
  tag,
  summary: 'One user: sessions, features, recent errors. Every look is an audit row',
  needs: 'admin',
  request: { params, query: usageUserQuery },
  reply: usageUserDetail,
});
const exported = describeText({
  path: `${path}/export`,
  tag,
  summary: 'All that is kept of one user',
  needs: 'admin',
  request: { params, query: usageExportQuery },
  types: ['application/json', 'text/csv'],
});
const erase = describeRoute({
  method: 'post',
  path: `${path}/erase`,
  tag,
  summary: 'Erases all that is kept of one user, and refuses their late records; anonymous totals stay',
  needs: 'admin',
  request: { params, query: nothing, body: emptyBody },
  reply: usageErased,
});

export const usageUserRoutes = createRouter()
  .openapi(detail, async (context) => {
    const { services, messages } = context.var;
    const { user } = context.req.valid('param');
    const { hours } = context.req.valid('query');
    const to = services.clock.now();
    // Before the look itself: what could not be noted is not shown.
    await recordAudit(context, 'usage user viewed', services.usage.referenceOf(user), { hours });
    const found = await services.usage.user({ user, from: to - hours * HOUR_MS, to });
    if (!found) throw new GuardianError('not_found', { path: messages.server.things.user(user) });
    return context.json(userDetailView(found), 200);
  })
  .openapi(exported, async (context) => {
    const { user } = context.req.valid('param');
    const { format } = context.req.valid('query');
    const { usage } = context.var.services;
    await recordAudit(context, 'usage user exported', usage.referenceOf(user), { format });
    const { contentType, fileName, text } = usage.exportUser(user, format);
    return context.body(textStream(text), 200, {
      'content-type': contentType,
      'content-disposition': `attachment; filename="${fileName}"`,
      'cache-control': 'no-store',
    });
  })
  .openapi(erase, async (context) => {
    const { usage } = context.var.services;
    const { user } = context.req.valid('param');
    const reference = usage.referenceOf(user);
    // Before anything is gone: what cannot be noted is not done.
    await recordAudit(context, 'usage user erasure asked', reference);
    const erasure = await usage.eraseUser(user);
    const { rows, isVerified } = erasure;
    await recordAudit(context, 'usage user erased', reference, { rows, verified: isVerified });
    return context.json(erasedView(erasure), 200);
  });
