import { recentSchedulerLogs, schedulerLog, schedulerLogStats } from '../../contracts/api/job-logs.ts';
import type { Run, StoredJob } from '../../core/jobs/index.ts';
import { describeLog } from '../jobs/describe-log.ts';
import { exportLogs } from '../jobs/export-logs.ts';
import { schedulerLogView } from '../jobs/log-view.ts';
import { logStatistics, recentLogs } from '../jobs/run-logs.ts';
import { createRouter } from './router.ts';

const LIMIT = 30;

const { recent, stats, all } = describeLog({
  path: '/api/scheduler-logs',
  summary: 'Every run that Guardian starts, newest first',
  recent: recentSchedulerLogs,
  stats: schedulerLogStats,
});

const columns = Object.keys(schedulerLog.shape);
const view = (run: Run, stored: StoredJob | null) => schedulerLogView(run, stored?.job.label ?? run.jobId);

export const schedulerLogRoutes = createRouter()
  .openapi(recent, async (context) => {
    const query = context.req.valid('query');
    return context.json(await recentLogs(context, 'scheduler', query, { view, limit: LIMIT }), 200);
  })
  .openapi(stats, async (context) => {
    const { period_hours } = context.req.valid('query');
    const { stats: found, total, last } = await logStatistics(context, 'scheduler', period_hours);
    return context.json({ ...found, total_tasks: total, last_execution: last }, 200);
  })
  .openapi(all, (context) => exportLogs(context, 'scheduler', context.req.valid('query'), { columns, view }));
