import { z } from 'zod';
import { nothing } from '../../contracts/api/shared.ts';
import { trace, tracePage, traceQuery } from '../../contracts/api/traces.ts';
import { describeRoute } from '../describe-route.ts';
import { listTraces, traceOf } from '../read-trace.ts';
import { createRouter } from './router.ts';

const tag = 'Traces';
const params = z.object({ id: z.string().regex(/^[0-9a-fA-F]{32}$/) });

const list = describeRoute({
  method: 'get',
  path: '/api/traces',
  tag,
  summary: 'Traces, newest first',
  needs: 'read',
  request: { query: traceQuery },
  reply: tracePage,
});
const get = describeRoute({
  method: 'get',
  path: '/api/traces/{id}',
  tag,
  summary: 'Spans, timers and events of one trace over all services, in the order of a waterfall',
  needs: 'read',
  request: { params, query: nothing },
  reply: trace,
});

export const traceRoutes = createRouter()
  .openapi(list, async (context) => context.json(await listTraces(context, context.req.valid('query')), 200))
  .openapi(get, async (context) => context.json(await traceOf(context, context.req.valid('param').id), 200));
