import type { OutboxEntry } from '../../src/core/issues/index.ts';
import { describeIssueStore } from './issue-store.ts';
import { DATABASES } from './open-stores.ts';
import { appended } from './stored-events.ts';

for (const { name, open } of DATABASES) {
  describeIssueStore(name, async ({ clock }) => {
    const { main, ingest, projectIds, close } = await open({ clock });
    return {
      fold: ingest.fold,
      issues: main.issues,
      projectIds,
      async append(projectId, events) {
        await ingest.events.append(appended(projectId, events, { at: clock.now(), isCandidate: true }));
      },
      async outbox() {
        const rows = await main.kysely.selectFrom('outbox').selectAll().orderBy('id').execute();
        return rows.map(
          ({ kind, project_id, subject_id, payload }): OutboxEntry => ({
            kind,
            projectId: project_id,
            subjectId: subject_id,
            payload: payload === null ? null : JSON.parse(payload),
          }),
        );
      },
      close,
    };
  });
}
