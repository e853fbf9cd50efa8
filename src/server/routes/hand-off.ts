import { z } from 'zod';
import { handOffOutlook } from '../../contracts/api/fixes.ts';
import { nothing } from '../../contracts/api/shared.ts';
import { describeRoute, describeText } from '../describe-route.ts';
import { refusalError } from '../fixes/fix-answers.ts';
import { outlookView } from '../fixes/hand-off-outlook.ts';
import { getIssue } from '../issues/find-issue.ts';
import { createRouter } from './router.ts';

const params = z.object({ id: z.string().max(100) });

const handOff = describeText({
  path: '/api/issues/{id}/hand-off',
  tag: 'Issues',
  summary: 'What a coding agent gets to fix it',
  needs: 'read',
  request: { params, query: z.object({ format: z.enum(['markdown', 'json']).default('markdown') }) },
  types: ['text/markdown', 'application/json'],
});
const outlook = describeRoute({
  method: 'get',
  path: '/api/issues/{id}/hand-off-outlook',
  tag: 'Issues',
  summary: 'What a hand-off of it would meet: every reason against it, for a person who asks and for one by itself',
  needs: 'read',
  request: { params, query: nothing },
  reply: handOffOutlook,
});

export const handOffRoutes = createRouter()
  .openapi(handOff, async (context) => {
    const { services, messages, language } = context.var;
    const { id } = await getIssue(services, context.req.valid('param').id, messages);
    const { format } = context.req.valid('query');
    const document = await services.handOffOf(id, format, language);
    const type = format === 'json' ? 'application/json' : 'text/markdown';
    return context.body(document, 200, { 'content-type': `${type}; charset=utf-8` });
  })
  .openapi(outlook, async (context) => {
    const { services, messages } = context.var;
    const { id } = await getIssue(services, context.req.valid('param').id, messages);
    const seen = await services.fixes.outlook(id);
    if (seen === null) throw refusalError('not-found', messages);
    return context.json(outlookView(seen, messages), 200);
  });
