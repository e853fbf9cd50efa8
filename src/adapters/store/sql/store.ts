import type { Kysely } from 'kysely';
import type {
  ActivityStore,
  ApiKeyStore,
  LeaseStore,
  ProjectStore,
  SavedViewStore,
  SettingStore,
} from '../../../core/access/index.ts';
import type { AlertReader, AlertStore, ErrorReader, MeasurementStore, TextStore } from '../../../core/alerts/ports.ts';
import type {
  AnalysisStore,
  ConceptStore,
  ConversationStore,
  DebateReader,
  DebateStore,
  DebateUpkeep,
  ExplanationStore,
} from '../../../core/analysis/index.ts';
import type { AuditStore } from '../../../core/audit/index.ts';
import type { DeploymentClaims, DeploymentHistory, DeploymentStore } from '../../../core/deploy/ports.ts';
import type {
  AnalyticsStore,
  EventIndex,
  SearchChangeStore,
  SearchQueueStore,
  SourceStateStore,
  StandingIndex,
  TraceStore,
} from '../../../core/events/index.ts';
import type { AttemptQueue, FixEvidenceReader, FixReader, FixStore } from '../../../core/fixes/ports.ts';
import type { EventAppender } from '../../../core/ingest/index.ts';
import type { ClientTales, FoldStore, IssueReader, IssueWriter } from '../../../core/issues/index.ts';
import type { CoordinationStore, PredictionStore } from '../../../core/jobs/index.ts';
import type {
  JobRegistry,
  NoticeStore,
  OutputStore,
  RunPlanner,
  RunQueue,
  RunReader,
  WatchedRuns,
} from '../../../core/jobs/ports.ts';
import type { DeliveryStore, NotificationStore, OutboxStore } from '../../../core/notify/index.ts';
import type { ReportStore } from '../../../core/reports/ports.ts';
import type { SealingKeyStore } from '../../../core/sealing/index.ts';
import type { Clock } from '../../../core/shared/index.ts';
import type { TemplateStore } from '../../../core/templates/ports.ts';
import type {
  PersonalStore,
  SaltVault,
  UsageFolder,
  UsageLinks,
  UsagePages,
  UsageReader,
  UsageReportStore,
  UsageRetention,
  UsageSignals,
} from '../../../core/usage/ports.ts';
import type { StateCountStore } from './repositories/telling/state-counts.ts';
import type { Schema } from './schema.ts';

export type StoreLocation =
  /** The folder is made (0700) when it is missing; the database is `guardian.db` in it (0600). */
  { kind: 'sqlite'; folder: string } | { kind: 'postgres'; url: string; poolSize?: number };

export interface OpenStoreOptions {
  dialect: StoreLocation;
  /**
   * `main`: for the thread that serves; SQLite runs in worker threads, the folder is locked for this process, and the tables are brought
   * up to date. `ingest`: for a worker thread of the same process that owns its connection and may block; open `main` first. `shared`: for
   * a short command beside a server that may be running; the tables are brought up to date.
   */
  role: 'main' | 'ingest' | 'shared';
  clock: Clock;
  knobs?: Partial<StoreKnobs>;
}

export interface StoreKnobs {
  /** How long a statement waits for another's lock. */
  busyTimeoutMs: number;
  /** Matches that a histogram of a text search counts at most. */
  countedMatches: number;
  /** Output that is kept of one run, in bytes; beyond it the middle is dropped. */
  outputBytes: number;
  /** What a run's output began with, in bytes: never dropped. */
  outputHeadBytes: number;
}

export const DEFAULT_STORE_KNOBS: StoreKnobs = {
  busyTimeoutMs: 5_000,
  countedMatches: 20_000,
  outputBytes: 10 * 1024 * 1024,
  outputHeadBytes: 1024 * 1024,
};

/** Everything that is kept, by noun. Each call is one transaction; errors are of the catalogue (`store_…`). */
export interface Store {
  events: EventAppender;
  index: EventIndex;
  /** Of this database, whatever else searches its events. */
  standings: StandingIndex;
  analytics: AnalyticsStore;
  errors: ErrorReader;
  traces: TraceStore;
  fold: FoldStore;
  clientTales: ClientTales;
  issues: IssueReader & IssueWriter;
  reports: ReportStore;
  deliveries: DeliveryStore;
  notifications: NotificationStore;
  outbox: OutboxStore;
  projects: ProjectStore;
  apiKeys: ApiKeyStore;
  audit: AuditStore;
  views: SavedViewStore;
  settings: SettingStore;
  activity: ActivityStore;
  leases: LeaseStore;
  positions: PositionStore;
  sourceStates: SourceStateStore;
  retention: RetentionStore;
  counts: StateCountStore;
  jobs: JobRegistry;
  runs: RunPlanner & RunQueue & RunReader & WatchedRuns;
  output: OutputStore;
  notices: NoticeStore;
  predictions: PredictionStore;
  coordination: CoordinationStore;
  templates: TemplateStore;
  alerts: AlertStore & AlertReader;
  measurements: MeasurementStore;
  texts: TextStore;
  sealingKeys: SealingKeyStore;
  searchQueue: SearchQueueStore;
  searchChanges: SearchChangeStore;
  usage: UsageFolder & UsageReader & UsagePages & UsageSignals & UsageRetention & PersonalStore;
  usageReports: UsageReportStore;
  conversations: ConversationStore;
  analyses: AnalysisStore;
  debates: DebateStore & DebateReader & DebateUpkeep;
  concepts: ConceptStore;
  explanations: ExplanationStore;
  usageLinks: UsageLinks;
  /** Null: salts are not kept in this database, since its backups are whole. */
  usageSalts: SaltVault | null;
  deployments: DeploymentStore & DeploymentHistory & DeploymentClaims;
  fixes: FixStore & FixReader;
  fixAttempts: AttemptQueue;
  fixEvidence: FixEvidenceReader;
  /** For libraries that bring their own statements (better-auth). */
  kysely: Kysely<Schema>;
  /** `sqlite` or `postgres`, as better-auth names them. */
  kind: StoreLocation['kind'];
  state(): Promise<StoreState>;
  close(): Promise<void>;
}

/** How far followed sources were read. The append itself moves them; this is for starting again. */
export interface PositionStore {
  get(source: string): Promise<string | null>;
  set(source: string, position: string, at: number): Promise<void>;
}

export interface RetentionStore {
  /** One bounded step; call again while `isDone` is false. Counts stay as they are. */
  forget(options: { now: number; knobs: RetentionKnobs }): Promise<ForgetResult>;
}

export interface RetentionKnobs {
  /** Events that belong to no issue are kept so long. */
  logDays: number;
  /** Events that belong to no issue, in all. */
  logRows: number;
  /** Events that belong to issues, of one service. */
  issueEventsPerService: number;
  /** Rows one step deletes at most. */
  stepRows: number;
}

export const DEFAULT_RETENTION_KNOBS: RetentionKnobs = {
  logDays: 30,
  logRows: 50_000_000,
  issueEventsPerService: 10_000,
  stepRows: 2_000,
};

export interface ForgetResult {
  /** Events that were deleted. */
  logs: number;
  issueEvents: number;
  isDone: boolean;
}

export interface StoreState {
  /** Bytes of the database, its log and index included. */
  bytes: number;
  /** The newest migration that was carried out. */
  version: string;
}
