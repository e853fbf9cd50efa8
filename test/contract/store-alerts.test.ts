import { join } from 'node:path';
import { openPostgres } from '../../src/adapters/store/sql/dialects/postgres/index.ts';
import { openSqliteThreads } from '../../src/adapters/store/sql/dialects/sqlite/index.ts';
import type { StoreLocation } from '../../src/adapters/store/sql/index.ts';
import { createAlertReader } from '../../src/adapters/store/sql/repositories/alerts/alert-reader.ts';
import { createAlertStore } from '../../src/adapters/store/sql/repositories/alerts/alert-store.ts';
import { createMeasurementStore } from '../../src/adapters/store/sql/repositories/alerts/measurements.ts';
import { createTextStore } from '../../src/adapters/store/sql/repositories/alerts/texts.ts';
import { DATABASES } from './open-stores.ts';
import { type AlertPorts, describeAlertStore } from './store-alerts.ts';

const clock = { now: () => Date.UTC(2031, 0, 6, 6) };

/** Another node: connections of its own that block nobody here. */
async function openNode(location: StoreLocation): Promise<AlertPorts & { close(): Promise<void> }> {
  const dialect =
    location.kind === 'sqlite'
      ? await openSqliteThreads({ path: join(location.folder, 'guardian.db'), busyTimeoutMs: 5_000 })
      : openPostgres({ url: location.url, poolSize: 5, timeoutMs: 5_000 });
  return {
    alerts: { ...createAlertStore({ dialect, now: clock.now }), ...createAlertReader(dialect) },
    measurements: createMeasurementStore(dialect),
    texts: createTextStore(dialect),
    close: dialect.close,
  };
}

for (const { name, open } of DATABASES) {
  for (const role of ['main', 'ingest'] as const) {
    // On PostgreSQL both roles are the same.
    if (name === 'PostgreSQL' && role === 'ingest') continue;
    describeAlertStore(`${name}, ${role}`, async () => {
      const stores = await open({ clock });
      const { alerts, measurements, texts } = stores[role];
      // A thread that may block waits for others in its own thread only by standing still: beside itself it has nobody.
      const isAlone = role === 'ingest';
      const other = isAlone ? { alerts, measurements, texts, close: async () => {} } : await openNode(stores.location);
      return {
        ...{ alerts, measurements, texts, other },
        async outbox() {
          const rows = await stores.main.kysely.selectFrom('outbox').selectAll().orderBy('id').execute();
          return rows.map(({ kind, project_id, subject_id, payload }) => ({
            kind,
            projectId: project_id,
            subjectId: subject_id,
            payload: payload === null ? null : JSON.parse(payload),
          }));
        },
        async close() {
          await other.close();
          await stores.close();
        },
      };
    });
  }
}
