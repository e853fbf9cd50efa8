import { nothing } from '../../contracts/api/shared.ts';
import {
  usageReportMade,
  usageSummary,
  usageSummaryQuery,
  usageTimeline,
  usageTimelineQuery,
  usageUserPage,
  usageUsersQuery,
} from '../../contracts/api/usage.ts';
import { timelineWindow } from '../../core/usage/index.ts';
import { describeRoute, emptyBody } from '../describe-route.ts';
import { recordAudit } from '../record-audit.ts';
import { runReportJob } from '../usage/run-report-job.ts';
import { timelineView, userPageView } from '../usage/usage-view.ts';
import { createRouter } from './router.ts';

const tag = 'Usage';
const path = '/api/usage';
const HOUR_MS = 60 * 60_000;

const summary = describeRoute({
  method: 'get',
  path: `${path}/summary`,
  tag,
  summary: 'Who used what, for how long, and what failed for whom, up to now',
  needs: 'admin',
  request: { query: usageSummaryQuery },
  reply: usageSummary,
});
const timeline = describeRoute({
  method: 'get',
  path: `${path}/timeline`,
  tag,
  summary: 'Requests, errors and active users in equal steps, with the revisions that went to work',
  needs: 'admin',
  request: { query: usageTimelineQuery },
  reply: usageTimeline,
});
const users = describeRoute({
  method: 'get',
  path: `${path}/users`,
  tag,
  summary: 'Users of the time, those with the most requests first; a look at them is an audit row',
  needs: 'admin',
  request: { query: usageUsersQuery },
  reply: usageUserPage,
});
const report = describeRoute({
  method: 'post',
  path: `${path}/generate-report`,
  tag,
  summary: 'Runs the job that reports on the last two hours, and gives what it made',
  needs: 'admin',
  request: { query: nothing, body: emptyBody },
  reply: usageReportMade,
});

export const usageRoutes = createRouter()
  .openapi(summary, async (context) => {
    const { usage, clock } = context.var.services;
    const { hours, service = null } = context.req.valid('query');
    const to = clock.now();
    return context.json(await usage.summary({ from: to - hours * HOUR_MS, to, service }), 200);
  })
  .openapi(timeline, async (context) => {
    const { usage, clock } = context.var.services;
    const { hours, service = null } = context.req.valid('query');
    return context.json(timelineView(await usage.timeline(timelineWindow({ hours, now: clock.now(), service }))), 200);
  })
  .openapi(users, async (context) => {
    const { usage, clock } = context.var.services;
    const { hours, service = null, text = null, cursor = null, limit } = context.req.valid('query');
    const to = clock.now();
    const page = await usage.users({ from: to - hours * HOUR_MS, to, service, text, cursor, limit });
    await recordAudit(context, 'usage users viewed', service ?? '*', { hours, shown: page.items.length });
    return context.json(userPageView(page), 200);
  })
  .openapi(report, async (context) => {
    const { services } = context.var;
    const run = await runReportJob(context);
    return context.json({ run, ...(await services.usage.newestReport()) }, 200);
  });
