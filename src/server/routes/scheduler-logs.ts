import {
  logExportQuery,
  logQuery,
  logStatsQuery,
  recentSchedulerLogs,
  schedulerLog,
  schedulerLogStats,
} from '../../contracts/api/jobs.ts';
import type { Run, StoredJob } from '../../core/jobs/index.ts';
import { describeRoute, describeText } from '../describe-route.ts';
import { exportLogs } from '../jobs/export-logs.ts';
import { schedulerLogView } from '../jobs/log-view.ts';
import { logStatistics, recentLogs } from '../jobs/run-logs.ts';
import { createRouter } from './router.ts';

const tag = 'Health log';
const path = '/api/scheduler-logs';
const LIMIT = 30;

const recent = describeRoute({
  method: 'get',
  path: `${path}/recent`,
  tag,
  summary: 'Every run that Guardian starts, newest first',
  needs: 'read',
  request: { query: logQuery },
  reply: recentSchedulerLogs,
});
const stats = describeRoute({
  method: 'get',
  path: `${path}/stats`,
  tag,
  summary: 'Counts, durations and success rate of the last hours',
  needs: 'read',
  request: { query: logStatsQuery },
  reply: schedulerLogStats,
});
const all = describeText({
  path: `${path}/export`,
  tag,
  summary: 'All rows that match, as JSON Lines or CSV',
  needs: 'read',
  request: { query: logExportQuery },
  types: ['application/x-ndjson', 'text/csv'],
});

const view = (run: Run, stored: StoredJob | null) => schedulerLogView(run, stored?.job.label ?? run.jobId);

export const schedulerLogRoutes = createRouter()
  .openapi(recent, async (context) => {
    return context.json(
      await recentLogs(context, 'scheduler', context.req.valid('query'), { view, limit: LIMIT }),
      200,
    );
  })
  .openapi(stats, async (context) => {
    const {
      stats: found,
      total,
      last,
    } = await logStatistics(context, 'scheduler', context.req.valid('query').period_hours);
    return context.json({ ...found, total_tasks: total, last_execution: last }, 200);
  })
  .openapi(all, (context) =>
    exportLogs(context, 'scheduler', context.req.valid('query'), { columns: Object.keys(schedulerLog.shape), view }),
  );
