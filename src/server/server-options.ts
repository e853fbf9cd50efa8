import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { IssueEvidenceView } from '../contracts/api/issues.ts';
import type { Change } from '../contracts/api/overview.ts';
import type { UsageSummary } from '../contracts/api/usage.ts';
import type {
  ActivityStore,
  ApiKeyStore,
  KeyScope,
  LeaseStore,
  ProjectStore,
  Role,
  SavedViewStore,
  SettingStore,
} from '../core/access/index.ts';
import type { AlertReader, Alerts, MeasurementStore } from '../core/alerts/index.ts';
import type { AuditRecorder, AuditStore, SignedCheckpoint } from '../core/audit/index.ts';
import type {
  Deployment,
  DeploymentHistory,
  DeploymentPreview,
  DeploymentStore,
  PersonsWord,
  RollbackPreview,
  ServiceChecks,
  TargetKind,
} from '../core/deploy/index.ts';
import type { AnalyticsStore, EventIndex, LiveRates, SearchProgress, TraceStore } from '../core/events/index.ts';
import type { FixAgent, Fixes, FixReader } from '../core/fixes/index.ts';
import type { Intake, WireReply } from '../core/ingest/index.ts';
import type { ClientTales, FoldStore, IssueReader, IssueWriter } from '../core/issues/index.ts';
import type {
  Coordination,
  CoordinationStore,
  JobEngine,
  JobRegistry,
  MayApply,
  OutputStore,
  Prediction,
  RunReader,
} from '../core/jobs/index.ts';
import type {
  ChannelKind,
  createLinkPages,
  DeliveryReader,
  Directory,
  NotificationDelivery,
  NotifyKnobs,
} from '../core/notify/index.ts';
import type { FollowedState, Report, ReportStore, StoredReport } from '../core/reports/index.ts';
import type { SealingKeyStore } from '../core/sealing/index.ts';
import type { Clock, GuardianError, Messages, PeopleLanguage } from '../core/shared/index.ts';
import type { TemplateLibrary, TemplateUse } from '../core/templates/index.ts';
import type {
  UsageFolder,
  UsagePages,
  UsagePeople,
  UsageSignals,
  UsageWindow,
  UserDetail,
} from '../core/usage/index.ts';
import type { AnalysisControl } from './analysis/analysis-control.ts';
import type { DebateControl } from './analysis/debate-control.ts';
import type { ServerKnobs } from './knobs.ts';
import type { LiveHub } from './live/live-hub.ts';
import type { ServerMetrics } from './metrics.ts';

/** Everything the server is given: it opens nothing by itself but its socket. */
export interface ServerOptions {
  store: ServerStore;
  intake: Intake;
  /** What comes in now, in memory of this node. */
  live: Pick<LiveRates, 'read'>;
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
  templates: TemplateControl;
  coordination: CoordinationControl;
  audit: AuditControl;
  usage: UsageControl;
  fixes: FixControl;
  analysis: AnalysisControl;
  debates: DebateControl;
  /** What is told live beside changes. */
  liveEvents: Pick<LiveHub, 'subscribe'>;
  /** Absent: nothing is told of the search. */
  search?: SearchControl;
  metrics: ServerMetrics;
  /** Absent or null: no deployment target is configured. */
  deploy?: DeployControl | null;
  /** Names of Guardian's own parts that do not turn; empty: all do. */
  partProblems(): Promise<string[]>;
  /** Sources that Guardian goes to by itself, and how they stand. */
  followed(): Promise<FollowedState[]>;
  /** When the schedule makes the next report after an instant (epoch ms); null: none does. Absent: there is no schedule. */
  dueAfter?(at: number): number | null;
  /** Cloud Scheduler. Both null: the trigger is off. */
  trigger: { token: string | null; verify: TokenCheck | null };
  clock: Clock;
  language: PeopleLanguage;
  /** IANA zone in which people of this installation read the clock. */
  timeZone: string;
  knobs: ServerKnobs;
  logger: Logger;
  version: string;
}

/** What people and programs do with jobs; the engine carries it out. */
export interface JobControl
  extends Pick<JobEngine, 'run' | 'cancel' | 'pause' | 'resume' | 'previewResume' | 'record' | 'post' | 'parts'> {
  /** Newest first. */
  predictions(jobId: string): Promise<Prediction[]>;
  /** Whether check-ins by this name would be a job's: one that is there, or that one which was taken in before describes. */
  knowsMonitor(projectId: number, name: string): Promise<boolean>;
}

/** What runs taught, and what people decide of it. */
export interface CoordinationControl
  extends Pick<Coordination, 'apply' | 'dismiss' | 'revert'>,
    Pick<CoordinationStore, 'learnings' | 'suggestions'> {
  mayApply: readonly MayApply[];
}

/** Templates, with what is wrong with their files. */
export interface TemplateControl {
  library: TemplateLibrary;
  /** `key`: `namespace/name`; null: the file does not say which. */
  problems(): readonly { file: string; key: string | null; message: string }[];
  uses(): Promise<TemplateUse[]>;
}

/** What people and programs do with alerts. */
export type AlertControl = Pick<
  Alerts,
  'postMeasurements' | 'postTexts' | 'postAlert' | 'act' | 'undo' | 'rules' | 'tryRule' | 'lookNow'
>;

/** Who did what, chained: written through the recorder, read from the store. */
export interface AuditControl extends AuditRecorder {
  /** Checkpoints that were kept outside the store. Rejects with an error of the catalogue where that place cannot be read. */
  anchored(): Promise<SignedCheckpoint[]>;
}

/** What people do with messages, and what they are told of them. */
export interface TellingControl {
  directory: Directory;
  knobs: NotifyKnobs;
  /** Every way out that is known, set up or not; never a secret. */
  channels: readonly {
    kind: ChannelKind;
    isConfigured: boolean;
    isSimulated: boolean;
    /** There is no server: messages are stored, and not sent. */
    isStored: boolean;
    description: string;
  }[];
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
  clientTales: ClientTales;
  events: EventIndex;
  reports: ReportStore;
  projects: ProjectStore;
  apiKeys: ApiKeyStore;
  audit: AuditStore;
  views: SavedViewStore;
  settings: SettingStore;
  activity: ActivityStore;
  leases: LeaseStore;
  sealingKeys: Pick<SealingKeyStore, 'add'>;
  analytics: Pick<AnalyticsStore, 'read'>;
  traces: Pick<TraceStore, 'list' | 'spans'>;
  deployments: Pick<DeploymentStore, 'get' | 'list'> & Pick<DeploymentHistory, 'steps' | 'markers'>;
  fixes: Pick<FixReader, 'list' | 'get' | 'about'>;
  /** Rejects while the store cannot be read. */
  state(): Promise<{ version: string }>;
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
  /** Key and project of the DSN in the first line of a Sentry envelope; null: it has none. */
  readEnvelopeDsn(body: Uint8Array, contentEncoding: string | null): { key: string; project: string } | null;
  /** What Elasticsearch clients ask before they send; null: not a set-up request. `path` begins after `/elastic`. */
  elasticSetUpReply(request: { method: string; path: string; accept: string | null }): WireReply | null;
  /** An error of the whole request, in the words and the type that an Elasticsearch client knows. */
  elasticError(error: { status: number; reason: string; accept: string | null }): WireReply;
  /** `google.rpc.Status`, in the encoding of the request. */
  otlpStatus(error: { status: number; message: string; contentType: string | null }): WireReply;
  /** Null: only an ingest key is taken. */
  verifyPush: TokenCheck | null;
}

/** Whether Google signed an OIDC token, for us. `unavailable`: that cannot be known now, since its keys cannot be had. */
export type TokenCheck = (token: string) => Promise<'accepted' | 'refused' | 'unavailable'>;

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

/** How searches are answered. */
export interface SearchControl {
  /** Null: events are searched in the database. */
  cluster:
    | (() => Promise<{ connections: { requests: number; opened: number }; progress: SearchProgress | null }>)
    | null;
  /** Of remembered answers, since the start. */
  cache(): { hits: number; misses: number; joined: number; evicted: number; entries: number; bytes: number };
  /** What is wrong with the cluster, as people can mend it; empty: nothing. */
  problems(): Promise<GuardianError[]>;
}

/** Hand-offs of issues to those who mend, and what they answer. */
export interface FixControl extends Pick<Fixes, 'handOff' | 'reply' | 'outlook'> {
  /** Whom the configuration names; `problem`: why nothing can be handed to them. */
  agents(): Promise<
    (FixAgent & {
      isAutomatic: boolean;
      today: number;
      perDay: number;
      problem: keyof Messages['fixes']['agentProblems'] | null;
    })[]
  >;
  /** A mail that a provider posts. Throws `unauthorized` when it does not know the secret. Null: nobody may post. */
  takeMail: ((posted: { headers: ReadonlyMap<string, string>; body: Uint8Array }) => Promise<MailAnswer>) | null;
}

/** What came of a mail; `reason`: why it was passed over. */
export type MailAnswer = { isTaken: true; fixId: string } | { isTaken: false; reason: string };

/** Who used the watched applications. */
export interface UsageControl
  extends Pick<UsagePages, 'timeline' | 'users'>,
    Pick<UsageSignals, 'lastRecords'>,
    Pick<UsageFolder, 'waiting'>,
    Pick<UsagePeople, 'exportUser' | 'eraseUser'> {
  summary(window: UsageWindow): Promise<UsageSummary>;
  /** Under whatever name this user is kept; null: nothing of them lies within the window. */
  user(request: { user: string; from: number; to: number }): Promise<UserDetail | null>;
  /** How a user is called in the audit trail, which nothing is ever taken out of: a keyed hash, the same for every look. */
  referenceOf(user: string): string;
  /** Id of the job that makes the report. */
  reportJob: string;
  /** Throws `not_found` where none was made yet. */
  newestReport(): Promise<{ file: string; summary: UsageSummary }>;
}

/** What is asked of a deployment; null and empty: as it is. */
export interface AskedDeployment {
  target: string | null;
  /** A commit, an image, a folder: whatever the target starts. */
  revision: string | null;
  steps: readonly number[] | null;
  /** Variables of the environment: in memory only. */
  set: Readonly<Record<string, string>>;
  unset: readonly string[];
  isIrreversible: boolean;
  /** Of the plan that was agreed to: `conflict` when another would be deployed by now. */
  digest: string | null;
}

interface Planned {
  target: string;
  service: string;
  asked: ServiceChecks;
}
export interface DeploymentPlanned extends DeploymentPreview, Planned {}
export interface RollbackPlanned extends RollbackPreview, Planned {}

/** What people and programs do with deployments; the engine carries it out, round by round. */
export interface DeployControl {
  /** Reads only. */
  plan(asked: AskedDeployment): Promise<DeploymentPlanned>;
  deploy(asked: AskedDeployment, actor: string): Promise<Deployment>;
  planRollback(asked: Pick<AskedDeployment, 'target' | 'revision'>): Promise<RollbackPlanned>;
  rollback(asked: Pick<AskedDeployment, 'target' | 'revision'>, actor: string): Promise<Deployment>;
  /** Of the service of this one, to what was good before it. */
  goBack(id: string, actor: string): Promise<Deployment>;
  /** Nothing more happens to it, until it is carried on or rolled back. */
  hold(id: string, word: PersonsWord): Promise<Deployment>;
  /** A held one goes on. */
  carryOn(id: string): Promise<Deployment>;
  /** The whole service of a target; null: the only one. */
  end(target: string | null): Promise<EndedTarget>;
  targets(): Promise<TargetLook[]>;
}

export interface EndedTarget {
  target: string;
  service: string;
  /** Revisions that there were. */
  ended: readonly string[];
}

/** A target as it is now; `problem`: it could not be asked. */
export interface TargetLook {
  name: string;
  kind: TargetKind;
  service: string;
  traffic: { revision: string; percent: number }[];
  pinnedTo: string | null;
  lastGood: string | null;
  revisions: string[];
  problem: string | null;
}
