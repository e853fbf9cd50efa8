import { z } from 'zod';
import { apiKey, apiKeyRequest, newApiKey } from '../../contracts/api/administration.ts';
import { GuardianError } from '../../core/shared/index.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { FieldsInvalid } from '../problem.ts';
import { recordAudit } from '../record-audit.ts';
import { apiKeyView } from '../views/administration-view.ts';
import { createRouter } from './router.ts';

const tag = 'Access';
const path = '/api/keys';
const items = z.object({ items: z.array(apiKey) });
const params = z.object({ id: z.string().max(100) });

const list = describeRoute({ method: 'get', path, tag, summary: 'Keys of the API', needs: 'admin', reply: items });
const make = describeRoute({
  method: 'post',
  path,
  tag,
  summary: 'Makes a key; this reply is the only place where it is ever shown',
  needs: 'admin',
  request: { body: jsonBody(apiKeyRequest) },
  reply: newApiKey,
  status: 201,
});
const revoke = describeRoute({
  method: 'delete',
  path: `${path}/{id}`,
  tag,
  summary: 'Revokes a key at once',
  needs: 'admin',
  request: { params },
  reply: z.object({ isRevoked: z.boolean() }),
});

export const apiKeyRoutes = createRouter()
  .openapi(list, async (context) => {
    const keys = await context.var.services.keys.list();
    return context.json({ items: keys.map(apiKeyView) }, 200);
  })
  .openapi(make, async (context) => {
    const { services, caller, messages } = context.var;
    const { label, scope, expiresAt } = context.req.valid('json');
    const expires = expiresAt === null ? null : Date.parse(expiresAt);
    if (expires !== null && expires <= services.clock.now())
      throw new FieldsInvalid([{ path: 'expiresAt', message: messages.server.validation.past }], messages);
    const made = await services.keys.make({ label, scope, expiresAt: expires, createdBy: caller.actor });
    await recordAudit(context, 'api key created', made.apiKey.id, { label, scope });
    return context.json({ ...apiKeyView(made.apiKey), key: made.key }, 201);
  })
  .openapi(revoke, async (context) => {
    const { id } = context.req.valid('param');
    const isRevoked = await context.var.services.keys.revoke(id);
    if (!isRevoked) throw new GuardianError('not_found', { path: context.var.messages.server.things.key });
    await recordAudit(context, 'api key revoked', id);
    return context.json({ isRevoked }, 200);
  });
