import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, GuardianError } from '../../../core/shared/index.ts';
import { createSqlEventIndex } from '../../search/sql-event-index.ts';
import { createSqlStandingIndex } from '../../search/sql-standing-index.ts';
import type { StoreDialect } from './dialects/dialect.ts';
import { type FolderLock, lockFolder, makeFolder, readHolder } from './dialects/sqlite/folder-lock.ts';
import { openSqliteHere, openSqliteThreads } from './dialects/sqlite/index.ts';
import { bringUpToDate, doneSteps, MIGRATION_NAMES } from './migrations/index.ts';
import { createActivityStore } from './repositories/access/activity.ts';
import { createApiKeyStore, createProjectStore } from './repositories/access/keys.ts';
import { createLeaseStore, createSavedViewStore, createSettingStore } from './repositories/access/records.ts';
import { createAlertReader } from './repositories/alerts/alert-reader.ts';
import { createAlertStore } from './repositories/alerts/alert-store.ts';
import { createMeasurementStore } from './repositories/alerts/measurements.ts';
import { createTextStore } from './repositories/alerts/texts.ts';
import { createAnalysisStore } from './repositories/analysis/analyses.ts';
import { createConversationStore } from './repositories/analysis/conversations.ts';
import { createAnalyticsFolder } from './repositories/analytics/analytics-folder.ts';
import { createAnalyticsReader } from './repositories/analytics/analytics-reader.ts';
import { createErrorReader } from './repositories/analytics/error-instants.ts';
import { createUnsealedReader } from './repositories/analytics/unsealed-records.ts';
import { createAuditStore } from './repositories/audit/audit-store.ts';
import { createConceptStore } from './repositories/concepts/concept-store.ts';
import { createExplanationStore } from './repositories/concepts/explanations.ts';
import { createDebateStore } from './repositories/debates/debate-store.ts';
import { createDeploymentStore } from './repositories/deployments/deployment-store.ts';
import { createEventAppender } from './repositories/events/event-appender.ts';
import { createPositionStore } from './repositories/events/positions.ts';
import { createRetentionStore } from './repositories/events/retention.ts';
import { createSourceStates } from './repositories/events/source-states.ts';
import { createAttemptQueue } from './repositories/fixes/attempt-queue.ts';
import { createFixEvidence } from './repositories/fixes/fix-evidence.ts';
import { createFixStore } from './repositories/fixes/fix-store.ts';
import { createClientTales } from './repositories/issues/client-tales.ts';
import { createFoldStore } from './repositories/issues/fold-store.ts';
import { createIssueReader } from './repositories/issues/issue-reader.ts';
import { createIssueWriter } from './repositories/issues/issue-writer.ts';
import { createCoordinationStore } from './repositories/jobs/coordination.ts';
import { createJobRegistry } from './repositories/jobs/job-registry.ts';
import { createNoticeStore } from './repositories/jobs/notices.ts';
import { createOutputStore } from './repositories/jobs/output-store.ts';
import { createPredictionStore } from './repositories/jobs/predictions.ts';
import { createRunStore } from './repositories/jobs/run-store.ts';
import { createSealingKeyStore } from './repositories/sealing/sealing-keys.ts';
import { createSearchChanges } from './repositories/search/search-changes.ts';
import { createSearchQueue } from './repositories/search/search-queue.ts';
import { createTraceStore } from './repositories/spans/trace-store.ts';
import { createDeliveryStore } from './repositories/telling/deliveries.ts';
import { createNotificationStore } from './repositories/telling/notifications.ts';
import { createOutboxStore } from './repositories/telling/outbox.ts';
import { createReportStore } from './repositories/telling/reports.ts';
import { createStateCounts } from './repositories/telling/state-counts.ts';
import { createTemplateStore } from './repositories/templates/template-store.ts';
import { createPersonalStore } from './repositories/usage/personal-store.ts';
import { createSaltTable } from './repositories/usage/salt-table.ts';
import { createUsageFolder } from './repositories/usage/usage-folder.ts';
import { createUsageLinks } from './repositories/usage/usage-links.ts';
import { createUsagePages } from './repositories/usage/usage-pages.ts';
import { createUsageReader } from './repositories/usage/usage-reader.ts';
import { createUsageReportStore } from './repositories/usage/usage-reports.ts';
import { createUsageRetention } from './repositories/usage/usage-retention.ts';
import { createUsageSignals } from './repositories/usage/usage-signals.ts';
import { createUserSums } from './repositories/usage/user-sums.ts';
import {
  DEFAULT_STORE_KNOBS,
  type OpenStoreOptions,
  type Store,
  type StoreKnobs,
  type StoreLocation,
} from './store.ts';

export const DATABASE_FILE = 'guardian.db';
/** Behind the name of the copy that is to take the database's place. */
export const RESTORING = '.restoring';

/** PostgreSQL connections where nothing else is asked for. */
const POOL_SIZE = 10;

/** Opens the store and gives its repositories; for `main` the tables are brought up to date. Throws `store_…` of the catalogue. */
export async function openStore({ dialect: location, role, clock, knobs: given }: OpenStoreOptions): Promise<Store> {
  const knobs = { ...DEFAULT_STORE_KNOBS, ...given };
  const { lock, dialect } = await openDialect(location, role, clock.now(), knobs);
  try {
    if (role === 'ingest') await refuseOutdated(dialect);
    else await bringUpToDate(dialect);
    return storeOver(dialect, lock, { knobs, clock });
  } catch (error) {
    await dialect.close().catch(() => {});
    lock?.release();
    throw error;
  }
}

/** The database without its repositories; the lock is null unless the role is `main`. */
export async function openDialect(
  location: StoreLocation,
  role: OpenStoreOptions['role'],
  now: number,
  knobs: StoreKnobs,
): Promise<{ lock: FolderLock | null; dialect: StoreDialect }> {
  if (location.kind === 'postgres') {
    // Its driver takes 10 MB in every thread that loads it.
    const { openPostgres } = await import('./dialects/postgres/index.ts');
    const { url, poolSize = POOL_SIZE } = location;
    return { lock: null, dialect: openPostgres({ url, poolSize, timeoutMs: knobs.busyTimeoutMs }) };
  }
  const file = { path: join(location.folder, DATABASE_FILE), busyTimeoutMs: knobs.busyTimeoutMs };
  if (role === 'ingest') {
    refuseForeign(location.folder);
    return { lock: null, dialect: openSqliteHere(file) };
  }
  refuseHalfRestored(file.path);
  if (role === 'shared') makeFolder(location.folder);
  const lock = role === 'main' ? lockFolder(location.folder, now) : null;
  try {
    return { lock, dialect: role === 'main' ? await openSqliteThreads(file) : openSqliteHere(file) };
  } catch (error) {
    lock?.release();
    throw error;
  }
}

/** What stood there was moved aside, and nothing took its place: opened, it would begin anew, empty. */
function refuseHalfRestored(path: string): void {
  if (existsSync(path) || !existsSync(path + RESTORING)) return;
  throw new GuardianError('store_damaged', {
    path,
    reason: ({ cli }) => cli.restoreCutShort,
    remedy: ({ cli }) => cli.restoreAgain(path + RESTORING),
  });
}

/** A thread writes beside the main one of its own process only. */
function refuseForeign(folder: string): void {
  if (readHolder(folder)?.pid === process.pid) return;
  throw new GuardianError('internal', { reason: `this process has not opened the store in ${folder}` });
}

async function refuseOutdated(dialect: StoreDialect): Promise<void> {
  const done = await doneSteps(dialect);
  if (done.at(-1) === MIGRATION_NAMES.at(-1)) return;
  throw new GuardianError('internal', { reason: `the store is at step ${done.at(-1) ?? 'none'}` });
}

function storeOver(
  dialect: StoreDialect,
  lock: FolderLock | null,
  { knobs, clock }: { knobs: StoreKnobs; clock: Clock },
): Store {
  const { kysely } = dialect;
  return {
    events: createEventAppender(dialect),
    index: createSqlEventIndex(dialect, knobs),
    standings: createSqlStandingIndex(dialect),
    analytics: { ...createAnalyticsFolder(dialect), ...createAnalyticsReader(dialect) },
    errors: { ...createErrorReader(dialect), ...createUnsealedReader(dialect) },
    traces: createTraceStore(dialect),
    fold: createFoldStore(dialect, clock),
    clientTales: createClientTales(kysely),
    issues: { ...createIssueReader(kysely), ...createIssueWriter(dialect) },
    reports: createReportStore(kysely),
    deliveries: createDeliveryStore(kysely),
    notifications: createNotificationStore(dialect),
    outbox: createOutboxStore(dialect),
    projects: createProjectStore(kysely),
    apiKeys: createApiKeyStore(kysely),
    audit: createAuditStore(dialect),
    views: createSavedViewStore(kysely),
    settings: createSettingStore(kysely),
    activity: createActivityStore(kysely),
    leases: createLeaseStore(kysely),
    positions: createPositionStore(kysely),
    sourceStates: createSourceStates(kysely),
    retention: createRetentionStore(dialect),
    counts: createStateCounts(kysely),
    jobs: createJobRegistry(dialect),
    runs: createRunStore({ dialect, now: () => clock.now() }),
    output: createOutputStore(dialect, { bytes: knobs.outputBytes, headBytes: knobs.outputHeadBytes }),
    notices: createNoticeStore(dialect),
    predictions: createPredictionStore(dialect),
    coordination: createCoordinationStore(dialect),
    templates: createTemplateStore(dialect),
    alerts: { ...createAlertStore({ dialect, now: () => clock.now() }), ...createAlertReader(dialect) },
    measurements: createMeasurementStore(dialect),
    texts: createTextStore(dialect),
    sealingKeys: createSealingKeyStore(dialect),
    searchQueue: createSearchQueue(dialect, clock),
    searchChanges: createSearchChanges(dialect),
    usage: createUsageStore(dialect),
    usageReports: createUsageReportStore(kysely),
    conversations: createConversationStore(dialect),
    analyses: createAnalysisStore(dialect),
    debates: createDebateStore(dialect),
    concepts: createConceptStore(dialect),
    explanations: createExplanationStore(dialect),
    usageLinks: createUsageLinks(dialect),
    usageSalts: dialect.kind === 'sqlite' ? null : createSaltTable(dialect),
    deployments: createDeploymentStore(dialect),
    fixes: createFixStore(dialect),
    fixAttempts: createAttemptQueue(dialect),
    fixEvidence: createFixEvidence(kysely),
    kysely,
    kind: dialect.kind,
    async state() {
      return { bytes: await dialect.bytes(), version: (await doneSteps(dialect)).at(-1) ?? '' };
    },
    async close() {
      await dialect.close();
      lock?.release();
    },
  };
}

function createUsageStore(dialect: StoreDialect): Store['usage'] {
  const sums = createUserSums(dialect);
  return {
    ...createUsageFolder(dialect),
    ...createUsageReader(dialect, sums),
    ...createUsagePages(dialect, sums),
    ...createUsageSignals(dialect),
    ...createUsageRetention(dialect),
    ...createPersonalStore(dialect),
  };
}
