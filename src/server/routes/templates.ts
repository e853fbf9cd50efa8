import { z } from 'zod';
import { nothing } from '../../contracts/api/shared.ts';
import {
  agentTemplate,
  templateCheck,
  templateCheckRequest,
  templateDetail,
  templateList,
  templatePreview,
  templatePreviewRequest,
} from '../../contracts/api/templates.ts';
import { chooseAgentTemplate } from '../../core/templates/index.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { previewTemplate } from '../templates/preview-template.ts';
import { checkTemplates, templateOf, templateViews } from '../templates/template-view.ts';
import { createRouter } from './router.ts';

const tag = 'Templates';
const path = '/api/templates';
const word = z.string().min(1).max(200);
const params = z.object({ namespace: z.string().max(64), name: z.string().max(64) });

const list = describeRoute({
  method: 'get',
  path,
  tag,
  summary: 'Every template with its versions, what they were used, and files that do not hold',
  needs: 'read',
  request: { query: nothing },
  reply: templateList,
});
const agent = describeRoute({
  method: 'get',
  path: `${path}/agent/{domain}/{role}/{name}`,
  tag,
  summary: 'Logging settings of an agent, for its logger: an ingest key may ask',
  needs: 'send',
  request: { params: z.object({ domain: word, role: word, name: word }) },
  reply: agentTemplate,
});
const validate = describeRoute({
  method: 'post',
  path: `${path}/validate`,
  tag,
  summary: 'What is wrong with these files? Nothing is kept',
  needs: 'read',
  request: { query: nothing, body: jsonBody(templateCheckRequest) },
  reply: templateCheck,
});
const get = describeRoute({
  method: 'get',
  path: `${path}/{namespace}/{name}`,
  tag,
  summary: 'One template: the current version, or exactly the one that is asked for',
  needs: 'read',
  request: { params, query: z.strictObject({ version: z.string().max(50).optional() }) },
  reply: templateDetail,
});
const preview = describeRoute({
  method: 'post',
  path: `${path}/{namespace}/{name}/preview`,
  tag,
  summary: 'What it gives of a sample, also before it is kept',
  needs: 'read',
  request: { params, query: nothing, body: jsonBody(templatePreviewRequest) },
  reply: templatePreview,
});

export const templateRoutes = createRouter()
  .openapi(list, async (context) => context.json(await templateViews(context.var.services), 200))
  .openapi(agent, async (context) => {
    const { library } = context.var.services.templates;
    return context.json(chooseAgentTemplate(library, context.req.valid('param')), 200);
  })
  .openapi(validate, async (context) =>
    context.json(await checkTemplates(context.var.services, context.req.valid('json')), 200),
  )
  .openapi(get, async (context) => {
    const { version } = context.req.valid('query');
    return context.json(await templateOf(context.var.services, context.req.valid('param'), version), 200);
  })
  .openapi(preview, async (context) => {
    const asked = { ...context.req.valid('param'), ...context.req.valid('json') };
    return context.json(previewTemplate(context.var.services.templates.library, asked), 200);
  });
