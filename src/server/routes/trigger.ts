import { z } from 'zod';
import { reportRequest, reportSummary } from '../../contracts/api/reports.ts';
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

export const triggerRoutes = createRouter()
  .use(trigger.path, async (context, next) => {
    await authenticateTrigger(context);
    await next();
  })
  .openapi(trigger, async (context) => {
    const tick = context.req.valid('header')['x-cloudscheduler-scheduletime'] ?? null;
    const asked = reportRequest.parse(context.req.valid('json') ?? {});
    return context.json(await runTrigger(context, asked, tick), 202);
  });
