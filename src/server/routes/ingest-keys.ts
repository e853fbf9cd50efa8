import { z } from 'zod';
import { ingestKey, ingestKeyRequest } from '../../contracts/api/administration.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { findProject } from '../find-project.ts';
import { publicAddress } from '../public-address.ts';
import { recordAudit } from '../record-audit.ts';
import { ingestKeyView } from '../views/administration-view.ts';
import { createRouter } from './router.ts';

const tag = 'Projects';
const path = '/api/projects/{id}/keys';
const params = z.object({ id: z.string().max(100) });
const items = z.object({ items: z.array(ingestKey) });

const list = describeRoute({
  method: 'get',
  path,
  tag,
  summary: 'Keys to send events with',
  needs: 'write',
  request: { params },
  reply: items,
});
const add = describeRoute({
  method: 'post',
  path,
  tag,
  summary: 'Makes a key to send events with',
  needs: 'admin',
  request: { params, body: jsonBody(ingestKeyRequest) },
  reply: ingestKey,
  status: 201,
});
export const ingestKeyRoutes = createRouter()
  .openapi(list, async (context) => {
    const { id } = await findProject(context, context.req.valid('param').id);
    const keys = await context.var.services.ingestKeys.keysOf(id);
    return context.json({ items: keys.map((key) => ingestKeyView(key, publicAddress(context))) }, 200);
  })
  .openapi(add, async (context) => {
    const { id, slug } = await findProject(context, context.req.valid('param').id);
    const key = await context.var.services.ingestKeys.add(id, context.req.valid('json'));
    await recordAudit(context, 'ingest key created', slug, { label: key.label, kind: key.kind });
    return context.json(ingestKeyView(key, publicAddress(context)), 201);
  });
