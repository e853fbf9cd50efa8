import { z } from 'zod';
import { project, projectRequest } from '../../contracts/api/administration.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { recordAudit } from '../record-audit.ts';
import { projectView } from '../views/administration-view.ts';
import { createRouter } from './router.ts';

const tag = 'Projects';
const path = '/api/projects';

const list = describeRoute({
  method: 'get',
  path,
  tag,
  summary: 'Projects and their services',
  needs: 'read',
  reply: z.object({ items: z.array(project) }),
});

const create = describeRoute({
  method: 'post',
  path,
  tag,
  summary: 'Makes a project, with a first key to send events with',
  needs: 'admin',
  request: { body: jsonBody(projectRequest) },
  reply: project,
  status: 201,
});

export const projectRoutes = createRouter()
  .openapi(list, async (context) => {
    const { ingestKeys, store, clock } = context.var.services;
    const [projects, activity] = await Promise.all([ingestKeys.projects(), store.activity.services(clock.now())]);
    return context.json({ items: projects.map((one) => projectView(one, activity)) }, 200);
  })
  .openapi(create, async (context) => {
    const { name, slug = slugOf(name) } = context.req.valid('json');
    const { ingestKeys } = context.var.services;
    const created = await ingestKeys.create({ slug, name });
    await recordAudit(context, 'project created', slug, { name });
    return context.json(projectView(created, []), 201);
  });

/** `Ma boutique (été)` → `ma-boutique-ete`; `project` when nothing of the name can stand in an address. */
function slugOf(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain.split(/[^a-z0-9]/).filter(Boolean);
  return words.join('-').slice(0, 49).replace(/-$/, '') || 'project';
}
