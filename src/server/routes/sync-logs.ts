import {
  logExportQuery,
  logQuery,
  logStatsQuery,
  recentSyncLogs,
  syncLog,
  syncLogPost,
  syncLogStats,
} from '../../contracts/api/jobs.ts';
import type { Run, StoredJob } from '../../core/jobs/index.ts';
import { describeRoute, describeText, jsonBody } from '../describe-route.ts';
import { exportLogs } from '../jobs/export-logs.ts';
import { syncLogView } from '../jobs/log-view.ts';
import { postSyncLog } from '../jobs/post-sync-log.ts';
import { logStatistics, recentLogs } from '../jobs/run-logs.ts';
import { senderQuery } from '../middleware/sender.ts';
import { createRouter } from './router.ts';

const tag = 'Health log';
const path = '/api/sync-logs';
const LIMIT = 20;

const recent = describeRoute({
  method: 'get',
  path: `${path}/recent`,
  tag,
  summary: 'Every watched or posted run, and every run of a job with a task type, newest first',
  needs: 'read',
  request: { query: logQuery },
  reply: recentSyncLogs,
});
const stats = describeRoute({
  method: 'get',
  path: `${path}/stats`,
  tag,
  summary: 'Counts, durations and success rate of the last hours',
  needs: 'read',
  request: { query: logStatsQuery },
  reply: syncLogStats,
});
const all = describeText({
  path: `${path}/export`,
  tag,
  summary: 'All rows that match, as JSON Lines or CSV',
  needs: 'read',
  request: { query: logExportQuery },
  types: ['application/x-ndjson', 'text/csv'],
});
const post = describeRoute({
  method: 'post',
  path,
  tag,
  summary: 'Records a run of a script elsewhere; `running` opens it, and the same `Idempotency-Key` closes it',
  needs: 'send',
  request: { query: senderQuery, body: jsonBody(syncLogPost) },
  reply: syncLog,
  status: 201,
});

const view = (run: Run, stored: StoredJob | null) => syncLogView(run, stored?.job.taskType ?? null);

export const syncLogRoutes = createRouter()
  .openapi(recent, async (context) =>
    context.json(await recentLogs(context, 'sync', context.req.valid('query'), { view, limit: LIMIT }), 200),
  )
  .openapi(stats, async (context) => {
    const { stats: found, total, last } = await logStatistics(context, 'sync', context.req.valid('query').period_hours);
    return context.json({ ...found, total_syncs: total, last_sync: last }, 200);
  })
  .openapi(all, (context) =>
    exportLogs(context, 'sync', context.req.valid('query'), { columns: Object.keys(syncLog.shape), view }),
  )
  .openapi(post, async (context) => context.json(await postSyncLog(context, context.req.valid('json')), 201));
