import { providersReply } from '../../contracts/api/analysis.ts';
import { describeRoute } from '../describe-route.ts';
import { createRouter } from './router.ts';

const providers = describeRoute({
  method: 'get',
  path: '/api/memory/providers',
  tag: 'Analysis',
  summary: 'How each provider of models does on this node, what it costs, and the cache',
  needs: 'read',
  reply: providersReply,
});

export const analysisProviderRoutes = createRouter().openapi(providers, async (context) =>
  context.json(await context.var.services.analysis.providers(), 200),
);
