import { z } from 'zod';
import { coordination, suggestion } from '../../contracts/api/coordination.ts';
import { nothing } from '../../contracts/api/shared.ts';
import { coordinationView, suggestionView } from '../coordination/coordination-view.ts';
import { describeRoute, emptyBody } from '../describe-route.ts';
import { recordAudit } from '../record-audit.ts';
import { createRouter } from './router.ts';

const tag = 'Coordination';
const path = '/api/coordination';

const whole = describeRoute({
  method: 'get',
  path,
  tag,
  summary: 'What all runs teach of each job, and what could be changed',
  needs: 'read',
  request: { query: nothing },
  reply: coordination,
});
const decide = describeRoute({
  method: 'post',
  path: `${path}/suggestions/{id}/{action}`,
  tag,
  summary: 'Applies a suggestion within the bounds of the configuration, dismisses it, or takes it back',
  needs: 'write',
  request: {
    params: z.object({ id: z.string().max(100), action: z.enum(['apply', 'dismiss', 'revert']) }),
    query: nothing,
    body: emptyBody,
  },
  reply: suggestion,
});

export const coordinationRoutes = createRouter()
  .openapi(whole, async (context) =>
    context.json(await coordinationView(context.var.services, context.var.messages), 200),
  )
  .openapi(decide, async (context) => {
    const { services, caller, messages } = context.var;
    const { id, action } = context.req.valid('param');
    const decided = await services.coordination[action](id, caller.actor);
    const { jobId, parameter, from, to } = decided;
    await recordAudit(context, `suggestion: ${action}`, jobId, { parameter, from, to });
    return context.json(suggestionView(decided, messages), 200);
  });
