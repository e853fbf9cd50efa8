import { z } from 'zod';
import { describeText } from '../describe-route.ts';
import { getIssue } from '../issues/find-issue.ts';
import { createRouter } from './router.ts';

const handOff = describeText({
  path: '/api/issues/{id}/hand-off',
  tag: 'Issues',
  summary: 'What a coding agent gets to fix it',
  needs: 'read',
  request: {
    params: z.object({ id: z.string().max(100) }),
    query: z.object({ format: z.enum(['markdown', 'json']).default('markdown') }),
  },
  types: ['text/markdown', 'application/json'],
});

export const handOffRoutes = createRouter().openapi(handOff, async (context) => {
  const { services, messages, language } = context.var;
  const { id } = await getIssue(services, context.req.valid('param').id, messages);
  const { format } = context.req.valid('query');
  const document = await services.handOffOf(id, format, language);
  const type = format === 'json' ? 'application/json' : 'text/markdown';
  return context.body(document, 200, { 'content-type': `${type}; charset=utf-8` });
});
