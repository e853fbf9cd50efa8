import { z } from 'zod';
import { reportRequest, reportSummary } from '../../contracts/api/reports.ts';
import type { AppContext } from '../app-env.ts';
import { describeRoute } from '../describe-route.ts';
import { authenticateTrigger, runTrigger } from '../reports/trigger.ts';
import { createRouter } from './router.ts';

const trigger = describeRoute({
  method: 'post',
  path: '/api/trigger/report',
  tag: 'Reports',
  summary: 'For Cloud Scheduler: makes one report for each tick, however often it is asked',
  needs: null,
  request: {
    headers: z.object({ 'x-cloudscheduler-scheduletime': z.string().max(100).optional() }),
    body: { required: false, content: { 'application/json': { schema: reportRequest } } },
  },
  reply: reportSummary,
  status: 202,
});

const router = createRouter();

router.use(trigger.path, async (context, next) => {
  await authenticateTrigger(context);
  // Cloud Scheduler calls every body an octet stream unless it is told otherwise, also one that is not there.
  const { headers } = context.req.raw;
  if (hasBody(context)) headers.set('content-type', 'application/json');
  else headers.delete('content-type');
  await next();
});

/** Without looking at the body itself: on a socket, whoever reads it must be the first to touch it. */
function hasBody({ req, env }: AppContext): boolean {
  if (!env?.incoming) return req.raw.body !== null;
  return Number(req.header('content-length') ?? 0) > 0 || req.header('transfer-encoding') !== undefined;
}

export const triggerRoutes = router.openapi(trigger, async (context) => {
  const tick = context.req.valid('header')['x-cloudscheduler-scheduletime'] ?? null;
  const text = await context.req.text();
  const asked = text === '' ? reportRequest.parse({}) : context.req.valid('json');
  return context.json(await runTrigger(context, asked, tick), 202);
});
