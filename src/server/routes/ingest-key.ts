import { z } from 'zod';
import { GuardianError } from '../../core/shared/index.ts';
import { describeRoute } from '../describe-route.ts';
import { findProject } from '../find-project.ts';
import { recordAudit } from '../record-audit.ts';
import { createRouter } from './router.ts';

const revoke = describeRoute({
  method: 'delete',
  path: '/api/projects/{id}/keys/{key}',
  tag: 'Projects',
  summary: 'Revokes a key at once',
  needs: 'admin',
  request: { params: z.object({ id: z.string().max(100), key: z.string().max(64) }) },
  reply: z.object({ isRevoked: z.boolean() }),
});

export const revokeIngestKeyRoutes = createRouter().openapi(revoke, async (context) => {
  const { ingestKeys } = context.var.services;
  const { key } = context.req.valid('param');
  const { id, slug } = await findProject(context, context.req.valid('param').id);
  const known = (await ingestKeys.keysOf(id)).find((one) => one.key === key);
  if (!known) throw new GuardianError('not_found', { path: context.var.messages.server.things.key });
  const isRevoked = await ingestKeys.revoke(key);
  await recordAudit(context, 'ingest key revoked', slug, { label: known.label });
  return context.json({ isRevoked }, 200);
});
