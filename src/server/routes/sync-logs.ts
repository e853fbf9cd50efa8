import { recentSyncLogs, syncLog, syncLogPost, syncLogStats } from '../../contracts/api/job-logs.ts';
import type { Run, StoredJob } from '../../core/jobs/index.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { describeLog, LOG_TAG } from '../jobs/describe-log.ts';
import { exportLogs } from '../jobs/export-logs.ts';
import { syncLogView } from '../jobs/log-view.ts';
import { postSyncLog } from '../jobs/post-sync-log.ts';
import { logStatistics, recentLogs } from '../jobs/run-logs.ts';
import { senderQuery } from '../middleware/sender.ts';
import { createRouter } from './router.ts';

const path = '/api/sync-logs';
const LIMIT = 20;

const { recent, stats, all } = describeLog({
  path,
  summary: 'Every watched or posted run, and every run of a job with a task type, newest first',
  recent: recentSyncLogs,
  stats: syncLogStats,
});
const post = describeRoute({
  method: 'post',
  path,
  tag: LOG_TAG,
  summary: 'Records a run of a script elsewhere; `running` opens it, and the same `Idempotency-Key` closes it',
  needs: 'send',
  request: { query: senderQuery, body: jsonBody(syncLogPost) },
  reply: syncLog,
  status: 201,
});

const columns = Object.keys(syncLog.shape);
const view = (run: Run, stored: StoredJob | null) =>
  syncLogView(run, stored?.job ?? { label: run.jobId, taskType: null });

export const syncLogRoutes = createRouter()
  .openapi(recent, async (context) =>
    context.json(await recentLogs(context, 'sync', context.req.valid('query'), { view, limit: LIMIT }), 200),
  )
  .openapi(stats, async (context) => {
    const { stats: found, total, last } = await logStatistics(context, 'sync', context.req.valid('query').period_hours);
    return context.json({ ...found, total_syncs: total, last_sync: last }, 200);
  })
  .openapi(all, (context) => exportLogs(context, 'sync', context.req.valid('query'), { columns, view }))
  .openapi(post, async (context) => context.json(await postSyncLog(context, context.req.valid('json')), 201));
