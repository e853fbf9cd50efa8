import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import { GuardianError } from '../../../../core/shared/index.ts';
import type { StoreDialect } from '../dialects/dialect.ts';
import { createEventTables } from './0001-events.ts';
import { createIssueTables } from './0002-issues.ts';
import { createTellingTables } from './0003-telling.ts';
import { createAccessTables } from './0004-access.ts';
import { createAuthTables } from './0005-auth.ts';
import { createJobTables } from './0006-jobs.ts';
import { createAlertTables } from './0007-alerts.ts';
import { createNotificationTables } from './0008-notifications.ts';
import { createPredictionTable } from './0009-predictions.ts';
import { createSealingKeyTable } from './0010-sealing-keys.ts';
import { createUsageTables } from './0011-usage.ts';
import { createAuditTrailTables } from './0012-audit-trail.ts';
import { createAnalyticsTables } from './0013-analytics.ts';
import { createSpanTables } from './0014-spans.ts';
import { createTemplateTables } from './0015-templates.ts';
import { createCoordinationTables } from './0016-coordination.ts';
import { createSearchTables } from './0017-search.ts';
import { createUsageReportTable } from './0018-usage-reports.ts';
import { createAnalysisTables } from './0019-analysis.ts';
import { createDebateTables } from './0020-debates.ts';
import { createConceptTables } from './0021-concepts.ts';
import { createDeploymentTables } from './0022-deployments.ts';
import { createFixTables } from './0023-fixes.ts';
import { cheapenAppends } from './0024-append-cost.ts';

export interface MigrationStep {
  name: string;
  /** Null: still to be carried out. */
  doneAt: Date | null;
}

export interface MigrateOptions {
  /** Says what would be done, and does nothing. */
  isDryRun?: boolean;
}

const STEPS: Record<string, (dialect: StoreDialect) => Migration> = {
  '0001-events': (dialect) => ({ up: (db) => createEventTables(db, dialect) }),
  '0002-issues': (dialect) => ({ up: (db) => createIssueTables(db, dialect) }),
  '0003-telling': (dialect) => ({ up: (db) => createTellingTables(db, dialect) }),
  '0004-access': (dialect) => ({ up: (db) => createAccessTables(db, dialect) }),
  '0005-auth': (dialect) => ({ up: (db) => createAuthTables(db, dialect) }),
  '0006-jobs': (dialect) => ({ up: (db) => createJobTables(db, dialect) }),
  '0007-alerts': (dialect) => ({ up: (db) => createAlertTables(db, dialect) }),
  '0008-notifications': (dialect) => ({ up: (db) => createNotificationTables(db, dialect) }),
  '0009-predictions': (dialect) => ({ up: (db) => createPredictionTable(db, dialect) }),
  '0010-sealing-keys': (dialect) => ({ up: (db) => createSealingKeyTable(db, dialect) }),
  '0011-usage': (dialect) => ({ up: (db) => createUsageTables(db, dialect) }),
  '0012-audit-trail': (dialect) => ({ up: (db) => createAuditTrailTables(db, dialect) }),
  '0013-analytics': (dialect) => ({ up: (db) => createAnalyticsTables(db, dialect) }),
  '0014-spans': (dialect) => ({ up: (db) => createSpanTables(db, dialect) }),
  '0015-templates': (dialect) => ({ up: (db) => createTemplateTables(db, dialect) }),
  '0016-coordination': (dialect) => ({ up: (db) => createCoordinationTables(db, dialect) }),
  '0017-search': (dialect) => ({ up: (db) => createSearchTables(db, dialect) }),
  '0018-usage-reports': (dialect) => ({ up: (db) => createUsageReportTable(db, dialect) }),
  '0019-analysis': (dialect) => ({ up: (db) => createAnalysisTables(db, dialect) }),
  '0020-debates': (dialect) => ({ up: (db) => createDebateTables(db, dialect) }),
  '0021-concepts': (dialect) => ({ up: (db) => createConceptTables(db, dialect) }),
  '0022-deployments': (dialect) => ({ up: (db) => createDeploymentTables(db, dialect) }),
  '0023-fixes': (dialect) => ({ up: (db) => createFixTables(db, dialect) }),
  '0024-append-cost': (dialect) => ({ up: (db) => cheapenAppends(db, dialect) }),
};

/** Names of all steps, oldest first: the last one is the version of a store that is up to date. */
export const MIGRATION_NAMES: readonly string[] = Object.keys(STEPS);

/**
 * Brings the tables up to date, all steps in one transaction, and gives every step with what became of it. Refuses tables of a newer
 * program: `store_newer`.
 */
export async function migrate(
  dialect: StoreDialect,
  { isDryRun = false }: MigrateOptions = {},
): Promise<MigrationStep[]> {
  await refuseNewer(dialect);
  const provider: MigrationProvider = {
    getMigrations: async () => Object.fromEntries(Object.entries(STEPS).map(([name, step]) => [name, step(dialect)])),
  };
  const migrator = new Migrator({ db: dialect.kysely, provider });
  if (!isDryRun) {
    const { error, results } = await migrator.migrateToLatest();
    if (error instanceof GuardianError) throw error;
    if (error !== undefined) {
      const failed = results?.find(({ status }) => status === 'Error')?.migrationName ?? 'before the first step';
      throw new GuardianError('internal', { reason: `migration ${failed} failed: ${messageOf(error)}`, cause: error });
    }
  }
  const steps = await migrator.getMigrations();
  return steps.map(({ name, executedAt }) => ({ name, doneAt: executedAt ?? null }));
}

async function refuseNewer(dialect: StoreDialect): Promise<void> {
  const done = await doneSteps(dialect);
  const unknown = done.filter((name) => !(name in STEPS));
  if (unknown.length > 0) throw new GuardianError('store_newer', { reason: `it has step ${unknown.at(-1)}` });
}

/** Names of the steps that were carried out; none in an empty database. */
export async function doneSteps({ kysely }: StoreDialect): Promise<string[]> {
  const tables = await kysely.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return [];
  const rows = await kysely
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .orderBy('name')
    .execute();
  return rows.map(({ name }) => name);
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
