import { z } from 'zod';
import { describeRoute } from '../describe-route.ts';
import { recordAudit } from '../record-audit.ts';
import { createRouter } from './router.ts';

const SLUG = 'sample';

const load = describeRoute({
  method: 'post',
  path: '/api/sample',
  tag: 'Server',
  summary: 'Sends the sample incident through the native ingest, into a project of its own',
  needs: 'admin',
  reply: z.object({ accepted: z.int() }),
});

export const sampleRoutes = createRouter().openapi(load, async (context) => {
  const { ingestKeys, loadSample } = context.var.services;
  const project = (await ingestKeys.project(SLUG)) ?? (await ingestKeys.create({ slug: SLUG, name: 'Sample' }));
  const { accepted } = await loadSample({ id: project.id, slug: project.slug });
  await recordAudit(context, 'sample loaded', SLUG, { accepted });
  return context.json({ accepted }, 200);
});
