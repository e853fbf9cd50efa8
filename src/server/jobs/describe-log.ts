import type { z } from 'zod';
import { logExportQuery, logQuery, logStatsQuery } from '../../contracts/api/job-logs.ts';
import { describeRoute, describeText } from '../describe-route.ts';

export const LOG_TAG = 'Health log';

/** What both logs of the health log answer. The page is for administrators, and so is what stands on it. */
export function describeLog<P extends string, R extends z.ZodType, S extends z.ZodType>({
  path,
  summary,
  recent,
  stats,
}: {
  path: P;
  summary: string;
  recent: R;
  stats: S;
}) {
  const common = { tag: LOG_TAG, needs: 'admin' } as const;
  return {
    recent: describeRoute({
      ...common,
      method: 'get',
      path: `${path}/recent` as const,
      summary,
      request: { query: logQuery },
      reply: recent,
    }),
    stats: describeRoute({
      ...common,
      method: 'get',
      path: `${path}/stats` as const,
      summary: 'Counts, durations and success rate of the last hours',
      request: { query: logStatsQuery },
      reply: stats,
    }),
    all: describeText({
      ...common,
      path: `${path}/export` as const,
      summary: 'All rows that match, as JSON Lines or CSV',
      request: { query: logExportQuery },
      types: ['application/x-ndjson', 'text/csv'],
    }),
  };
}
