import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { IssueEvidenceView } from '../contracts/api/issues.ts';
import type { Change } from '../contracts/api/overview.ts';
import type {
  ActivityStore,
  ApiKeyStore,
  AuditStore,
  KeyScope,
  LeaseStore,
  ProjectStore,
  Role,
  SavedViewStore,
  SettingStore,
} from '../core/access/index.ts';
import type { AlertReader, Alerts, MeasurementStore } from '../core/alerts/index.ts';
import type { EventIndex } from '../core/events/index.ts';
import type { Intake, WireReply } from '../core/ingest/index.ts';
import type { FoldStore, IssueReader, IssueState, IssueWriter } from '../core/issues/index.ts';
import type { JobEngine, JobRegistry, OutputStore, Prediction, RunReader } from '../core/jobs/index.ts';
import type {
  ChannelKind,
  createLinkPages,
  DeliveryReader,
  Directory,
  NotificationDelivery,
  NotifyKnobs,
} from '../core/notify/index.ts';
import type { Report, ReportStore, StoredReport } from '../core/reports/index.ts';
import type { Clock, PeopleLanguage } from '../core/shared/index.ts';
import type { ServerKnobs } from './knobs.ts';

/** Everything the server is given: it opens nothing by itself but its socket. */
export interface ServerOptions {
  store: ServerStore;
  intake: Intake;
  /** Users and sessions: better-auth’s tables stand beside the others. */
  authDatabase: { kysely: Kysely<AuthTables>; kind: 'sqlite' | 'postgres' };
  /** Builds, stores and gives a report. Throws a GuardianError only when not even the failed look could be stored. */
  makeReport(request: ReportAsked): Promise<StoredReport>;
  renderReport(content: Report, format: 'html' | 'text' | 'markdown', language: PeopleLanguage): Promise<string>;
  evidenceOf(issueId: string, language: PeopleLanguage): Promise<IssueEvidenceView>;
  /** The hand-off document of EVIDENCE 6. */
  handOffOf(issueId: string, format: 'markdown' | 'json', language: PeopleLanguage): Promise<string>;
  /** Sends the sample incident through the native ingest of this project. */
  loadSample(project: { id: number; slug: string }): Promise<{ accepted: number }>;
  /** Model Context Protocol; the caller has been authenticated. Null: not served. */
  mcp: ((request: Request, caller: McpCaller) => Promise<Response>) | null;
  /** The built dashboard; the folder need not exist. */
  dashboardFolder: string;
  /** What changed, for the screens: others publish too. `subscribe` gives back how to stop listening. */
  changes: { subscribe(listener: (change: Change) => void): () => void; publish(change: Change): void };
  wire: WireHelp;
  jobs: JobControl;
  alerts: AlertControl;
  telling: TellingControl;
  /** Names of Guardian's own parts that do not turn; empty: all do. */
  partProblems(): Promise<string[]>;
  /** Cloud Scheduler. Both null: the trigger is off. */
  trigger: { token: string | null; verify: ((token: string) => Promise<boolean>) | null };
  clock: Clock;
  language: PeopleLanguage;
  /** IANA zone in which people of this installation read the clock. */
  timeZone: string;
  knobs: ServerKnobs;
  logger: Logger;
  metrics: Registry;
  version: string;
}

/** What people and programs do with jobs; the engine carries it out. */
export interface JobControl
  extends Pick<JobEngine, 'run' | 'cancel' | 'pause' | 'resume' | 'previewResume' | 'record' | 'post' | 'parts'> {
  /** Newest first. */
  predictions(jobId: string): Promise<Prediction[]>;
}

/** What people and programs do with alerts. */
export type AlertControl = Pick<
  Alerts,
  'postMeasurements' | 'postTexts' | 'postAlert' | 'act' | 'undo' | 'rules' | 'tryRule'
>;

/** What people do with messages, and what they are told of them. */
export interface TellingControl {
  directory: Directory;
  knobs: NotifyKnobs;
  /** Every way out that is known, set up or not; never a secret. */
  channels: readonly { kind: ChannelKind; isConfigured: boolean; isSimulated: boolean; description: string }[];
  /** Queues a test message; gives the ids of its deliveries, none where the recipient has no such address. */
  test(asked: { recipientId: string; channel: ChannelKind }): Promise<string[]>;
  /** Null: it is neither dead nor suppressed. */
  resend(id: string): Promise<NotificationDelivery | null>;
  links: ReturnType<typeof createLinkPages>;
}

export interface ServerStore {
  sent: DeliveryReader;
  jobs: JobRegistry;
  runs: RunReader;
  output: Pick<OutputStore, 'read'>;
  alerts: AlertReader;
  measurements: Pick<MeasurementStore, 'series'>;
  issues: IssueReader;
  issueWriter: IssueWriter;
  fold: Pick<FoldStore, 'background'>;
  events: EventIndex;
  reports: ReportStore;
  projects: ProjectStore;
  apiKeys: ApiKeyStore;
  audit: AuditStore;
  views: SavedViewStore;
  settings: SettingStore;
  activity: ActivityStore;
  leases: LeaseStore;
  counts: StateCounts;
}

/** For the metrics page; read at most once in ten seconds. */
export interface StateCounts {
  issues(): Promise<{ state: IssueState; count: number }[]>;
  deliveries(): Promise<{ state: string; count: number }[]>;
}

export interface ReportAsked {
  projectId: number | null;
  service: string | null;
  /** `1h`, `30m`, `7d`. */
  freshness: string;
  occasion: 'demand' | 'trigger';
}

/** What the HTTP side has to know of wire formats before it hands a body over. */
export interface WireHelp {
  /** The DSN in the first line of a Sentry envelope, for clients that go through a tunnel; null: none. */
  readEnvelopeDsn(body: Uint8Array, contentEncoding: string | null): Promise<string | null> | string | null;
  /** What Elasticsearch clients ask before they send; null: not a set-up request. `path` begins after `/elastic`. */
  elasticSetUpReply(request: { method: string; path: string; accept: string | null }): WireReply | null;
  /** Whether the OIDC token of a Pub/Sub push is genuine and for us; null: only an ingest key is taken. */
  verifyPush: ((token: string) => Promise<boolean>) | null;
}

export interface McpCaller {
  /** `key:<id>`, `user:<id>` or `open`. */
  actor: string;
  name: string;
  role: Role;
  /** What the role may do, as a key would have it. */
  scope: KeyScope;
}

/** Of better-auth's tables, what is asked without it. */
export interface AuthTables {
  user: { id: string; name: string };
}
