import type { Migration, MigrationProvider } from 'kysely/migration';
import { GuardianError, type Messages } from '../../../../core/shared/index.ts';
import type { StoreDialect } from '../dialects/dialect.ts';
import type { MigrationDatabase } from './tables.ts';

export interface MigrationStep {
  name: string;
  /** Null: still to be carried out. */
  doneAt: Date | null;
}

export interface MigrateOptions {
  /** Says what would be done, and does nothing. */
  isDryRun?: boolean;
}

type Step = (db: MigrationDatabase, dialect: StoreDialect) => Promise<void>;

/** Steps are loaded when they are carried out: a store that is up to date does without. */
const STEPS: Record<string, (dialect: StoreDialect) => Migration> = {
  '0001-events': step(async () => (await import('./0001-events.ts')).createEventTables),
  '0002-issues': step(async () => (await import('./0002-issues.ts')).createIssueTables),
  '0003-telling': step(async () => (await import('./0003-telling.ts')).createTellingTables),
  '0004-access': step(async () => (await import('./0004-access.ts')).createAccessTables),
  '0005-auth': step(async () => (await import('./0005-auth.ts')).createAuthTables),
  '0006-jobs': step(async () => (await import('./0006-jobs.ts')).createJobTables),
  '0007-alerts': step(async () => (await import('./0007-alerts.ts')).createAlertTables),
  '0008-notifications': step(async () => (await import('./0008-notifications.ts')).createNotificationTables),
  '0009-predictions': step(async () => (await import('./0009-predictions.ts')).createPredictionTable),
  '0010-sealing-keys': step(async () => (await import('./0010-sealing-keys.ts')).createSealingKeyTable),
  '0011-usage': step(async () => (await import('./0011-usage.ts')).createUsageTables),
  '0012-audit-trail': step(async () => (await import('./0012-audit-trail.ts')).createAuditTrailTables),
  '0013-analytics': step(async () => (await import('./0013-analytics.ts')).createAnalyticsTables),
  '0014-spans': step(async () => (await import('./0014-spans.ts')).createSpanTables),
  '0015-templates': step(async () => (await import('./0015-templates.ts')).createTemplateTables),
  '0016-coordination': step(async () => (await import('./0016-coordination.ts')).createCoordinationTables),
  '0017-search': step(async () => (await import('./0017-search.ts')).createSearchTables),
  '0018-usage-reports': step(async () => (await import('./0018-usage-reports.ts')).createUsageReportTable),
  '0019-analysis': step(async () => (await import('./0019-analysis.ts')).createAnalysisTables),
  '0020-debates': step(async () => (await import('./0020-debates.ts')).createDebateTables),
  '0021-concepts': step(async () => (await import('./0021-concepts.ts')).createConceptTables),
  '0022-deployments': step(async () => (await import('./0022-deployments.ts')).createDeploymentTables),
  '0023-fixes': step(async () => (await import('./0023-fixes.ts')).createFixTables),
  '0024-append-cost': step(async () => (await import('./0024-append-cost.ts')).cheapenAppends),
  '0026-client-records': step(async () => (await import('./0026-client-records.ts')).keepWhatClientsTell),
  '0027-alert-search': step(async () => (await import('./0027-alert-search.ts')).indexAlertTexts),
  '0028-seen-until': step(async () => (await import('./0028-seen-until.ts')).noteWhatIsSeen),
  '0032-alert-telling': step(async () => (await import('./0032-alert-telling.ts')).keepHowAlertsAreTold),
  '0033-monitor-environments': step(
    async () => (await import('./0033-monitor-environments.ts')).nameMonitorEnvironments,
  ),
  '0034-usage-losses': step(async () => (await import('./0034-usage-losses.ts')).placeUsageLosses),
  '0035-ingest-key-kind': step(async () => (await import('./0035-ingest-key-kind.ts')).tellIngestKeysApart),
  '0037-fix-reply-marks': step(async () => (await import('./0037-fix-reply-marks.ts')).rememberFixReplies),
  '0038-telling-indexes': step(async () => (await import('./0038-telling-indexes.ts')).orderTellingIndexes),
};

/** Names of all steps, oldest first: the last one is the version of a store that is up to date. */
export const MIGRATION_NAMES: readonly string[] = Object.keys(STEPS);

function step(load: () => Promise<Step>): (dialect: StoreDialect) => Migration {
  return (dialect) => ({ up: async (db: MigrationDatabase) => (await load())(db, dialect) });
}

/** As `migrate` does; a store that is up to date is not touched. */
export async function bringUpToDate(dialect: StoreDialect): Promise<void> {
  const done = new Set(await refuseNewer(dialect));
  if (!MIGRATION_NAMES.every((name) => done.has(name))) await migrate(dialect);
}

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
  const { Migrator } = await import('kysely/migration');
  const migrator = new Migrator({ db: dialect.kysely, provider });
  if (!isDryRun) {
    const { error, results } = await migrator.migrateToLatest();
    if (error instanceof GuardianError) throw error;
    if (error !== undefined) {
      const failed = results?.find(({ status }) => status === 'Error')?.migrationName;
      const reason = ({ stores }: Messages) =>
        stores.migrationFailed(failed ?? stores.beforeFirstStep, messageOf(error));
      throw new GuardianError('internal', { reason, cause: error });
    }
  }
  const steps = await migrator.getMigrations();
  return steps.map(({ name, executedAt }) => ({ name, doneAt: executedAt ?? null }));
}

/** Gives the steps that were carried out. */
async function refuseNewer(dialect: StoreDialect): Promise<string[]> {
  const done = await doneSteps(dialect);
  const unknown = done.filter((name) => !(name in STEPS));
  if (unknown.length > 0)
    throw new GuardianError('store_newer', { reason: (m) => m.stores.hasStep(String(unknown.at(-1))) });
  return done;
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
