import type { UsageLinks } from '../../../../../core/usage/ports.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';

/** Names of requests in one statement. */
const CHUNK = 400;

export function createUsageLinks({ kysely }: StoreDialect): UsageLinks {
  return {
    async hasUnlinked(since) {
      const row = await kysely
        .selectFrom('user_errors')
        .select('id')
        .where('timestamp', '>=', since)
        .where('request_id', 'is not', null)
        .where('issue_id', 'is', null)
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },

    async incidentsSince(since, limit) {
      const rows = await kysely
        .selectFrom('incident')
        .select(['id', 'issue_id', 'project_id', 'trace_id', 'event_seq'])
        .where('to_time', '>=', since)
        .orderBy('to_time', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ id, issue_id, project_id, trace_id, event_seq }) => ({
        id,
        issueId: issue_id,
        projectId: Number(project_id),
        traceId: trace_id,
        eventSeq: Number(event_seq),
      }));
    },

    async link({ issueId, projectId, requestIds, since }) {
      let linked = 0;
      for (let start = 0; start < requestIds.length; start += CHUNK) {
        const { numUpdatedRows } = await kysely
          .updateTable('user_errors')
          .set({ issue_id: issueId })
          .where('timestamp', '>=', since)
          .where('project_id', '=', projectId)
          .where('request_id', 'in', requestIds.slice(start, start + CHUNK))
          .where('issue_id', 'is', null)
          .executeTakeFirst();
        linked += Number(numUpdatedRows);
      }
      return linked;
    },
  };
}
