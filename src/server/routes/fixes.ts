import { z } from 'zod';
import { agentsReply, fixDetail as fixDetailSchema, fixListQuery, fixSummary } from '../../contracts/api/fixes.ts';
import { nothing, pageOf } from '../../contracts/api/shared.ts';
import { describeRoute } from '../describe-route.ts';
import { fixDetail, listFixes } from '../fixes/fix-answers.ts';
import { createRouter } from './router.ts';

const tag = 'Fixes';

const list = describeRoute({
  method: 'get',
  path: '/api/fixes',
  tag,
  summary: 'Hand-offs of issues and what came of them, newest first; several states with commas',
  needs: 'read',
  request: { query: fixListQuery.strict() },
  reply: pageOf(fixSummary),
});
const get = describeRoute({
  method: 'get',
  path: '/api/fixes/{id}',
  tag,
  summary: 'One hand-off: its steps, the run of its agent, what verification says',
  needs: 'read',
  request: { params: z.object({ id: z.string().max(100) }), query: nothing },
  reply: fixDetailSchema,
});
const agents = describeRoute({
  method: 'get',
  path: '/api/fix-agents',
  tag,
  summary: 'Whom the configuration names to be handed issues',
  needs: 'read',
  request: { query: nothing },
  reply: agentsReply,
});
export const fixRoutes = createRouter()
  .openapi(list, async (context) => context.json(await listFixes(context, context.req.valid('query')), 200))
  .openapi(get, async (context) => context.json(await fixDetail(context, context.req.valid('param').id), 200))
  .openapi(agents, async (context) => {
    const { services, messages } = context.var;
    const items = (await services.fixes.agents()).map(
      ({ name, way, description, isAutomatic, today, perDay, problem }) => ({
        ...{ name, way, description, isAutomatic, today, perDay },
        problem: problem === null ? null : messages.fixes.agentProblems[problem],
      }),
    );
    return context.json({ items }, 200);
  });
