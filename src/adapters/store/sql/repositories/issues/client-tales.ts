import type { Kysely } from 'kysely';
import type { ClientTales, ReleaseHealth } from '../../../../../core/issues/ports.ts';
import { chunksOf } from '../../chunks.ts';
import type { Schema } from '../../schema.ts';

/** What clients tell beside events. */
export function createClientTales(db: Kysely<Schema>): ClientTales {
  return {
    async feedback({ id, projectId }, limit) {
      // By `client_record_about`: of each event of the issue, of which retention keeps a bounded number.
      const rows = await db
        .selectFrom('event')
        .innerJoin('client_record', (join) =>
          join
            .onRef('client_record.project_id', '=', 'event.project_id')
            .onRef('client_record.about', '=', 'event.id')
            .on('client_record.kind', '=', 'feedback'),
        )
        .select(['client_record.id', 'client_record.time', 'client_record.payload', 'event.seq', 'event.revision'])
        .where('event.issue_id', '=', id)
        .where('client_record.project_id', '=', projectId)
        .orderBy('client_record.time', 'desc')
        .orderBy('client_record.id')
        .limit(limit)
        .execute();
      return rows.map(({ id: recordId, time, payload, seq, revision }) => {
        const { message, url, release } = JSON.parse(payload) as Record<string, unknown>;
        return {
          id: recordId,
          at: time,
          text: typeof message === 'string' ? message : '',
          url: typeof url === 'string' ? url : null,
          revision: typeof release === 'string' ? release : revision,
          eventSeq: seq,
        };
      });
    },

    async releases(projectId, names) {
      const found: ReleaseHealth[] = [];
      for (const chunk of chunksOf([...new Set(names)])) {
        const rows = await db
          .selectFrom('release_health')
          .select(({ fn }) => [
            'release',
            fn.sum<number>('sessions').as('sessions'),
            fn.sum<number>('crashed').as('crashed'),
            fn.sum<number>('abnormal').as('abnormal'),
          ])
          .where('project_id', '=', projectId)
          .where('release', 'in', chunk)
          .groupBy('release')
          .execute();
        for (const { release, sessions, crashed, abnormal } of rows)
          found.push({ release, sessions: Number(sessions), crashed: Number(crashed), abnormal: Number(abnormal) });
      }
      return found;
    },
  };
}
