import { join } from 'node:path';
import { openPostgres } from '../../src/adapters/store/sql/dialects/postgres/index.ts';
import { openSqliteThreads } from '../../src/adapters/store/sql/dialects/sqlite/index.ts';
import type { StoreLocation } from '../../src/adapters/store/sql/index.ts';
import { createJobRegistry } from '../../src/adapters/store/sql/repositories/jobs/job-registry.ts';
import { createNoticeStore } from '../../src/adapters/store/sql/repositories/jobs/notices.ts';
import { createOutputStore } from '../../src/adapters/store/sql/repositories/jobs/output-store.ts';
import { createRunStore } from '../../src/adapters/store/sql/repositories/jobs/run-store.ts';
import { DATABASES } from './open-stores.ts';
import { describeJobStore, type JobPorts } from './store-jobs.ts';
import { describeRunLog } from './store-jobs-log.ts';

const clock = { now: () => Date.UTC(2031, 0, 6, 6) };
const knobs = { outputBytes: 1_000, outputHeadBytes: 100 };

/** Another node: connections of its own that block nobody here. */
async function openNode(location: StoreLocation): Promise<JobPorts & { close(): Promise<void> }> {
  const dialect =
    location.kind === 'sqlite'
      ? await openSqliteThreads({ path: join(location.folder, 'guardian.db'), busyTimeoutMs: 5_000 })
      : openPostgres({ url: location.url, poolSize: 5, timeoutMs: 5_000 });
  return {
    jobs: createJobRegistry(dialect),
    runs: createRunStore({ dialect, now: clock.now }),
    output: createOutputStore(dialect, { bytes: knobs.outputBytes, headBytes: knobs.outputHeadBytes }),
    notices: createNoticeStore(dialect),
    close: dialect.close,
  };
}

for (const { name, open } of DATABASES) {
  for (const role of ['main', 'ingest'] as const) {
    const opened = async () => {
      const stores = await open({ clock, knobs });
      const { jobs, runs, output, notices } = stores[role];
      // A thread that may block waits for others in its own thread only by standing still: beside itself it has nobody.
      const other =
        role === 'main' ? await openNode(stores.location) : { jobs, runs, output, notices, close: async () => {} };
      return {
        ...{ jobs, runs, output, notices },
        other,
        async outbox() {
          const rows = await stores.main.kysely.selectFrom('outbox').selectAll().orderBy('id').execute();
          return rows.map(({ kind, project_id, subject_id, payload }) => ({
            kind,
            projectId: project_id,
            subjectId: subject_id,
            payload: payload === null ? null : JSON.parse(payload),
          }));
        },
        async heldKeys() {
          const rows = await stores.main.kysely.selectFrom('run_key').selectAll().execute();
          return Object.fromEntries(rows.map(({ key, running }) => [key, running]));
        },
        async close() {
          await other.close();
          await stores.close();
        },
      };
    };
    // On PostgreSQL both roles are the same.
    if (name === 'PostgreSQL' && role === 'ingest') continue;
    describeJobStore(`${name}, ${role}`, opened);
    describeRunLog(`${name}, ${role}`, opened);
  }
}
