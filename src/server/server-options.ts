import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { IssueEvidenceView } from '../contracts/api/issues.ts';
import type { Change } from '../contracts/api/overview.ts';
import type { KeyScope, Role } from '../core/access/index.ts';
import type { LiveRates } from '../core/events/index.ts';
import type { Intake } from '../core/ingest/index.ts';
import type { FollowedState, Report, StoredReport } from '../core/reports/index.ts';
import type { Clock, PeopleLanguage } from '../core/shared/index.ts';
import type { AlertControl } from './alerts/alert-control.ts';
import type { AnalysisControl } from './analysis/analysis-control.ts';
import type { DebateControl } from './analysis/debate-control.ts';
import type { AuditControl } from './audit-control.ts';
import type { CoordinationControl } from './coordination/coordination-control.ts';
import type { DeployControl } from './deploy/deploy-control.ts';
import type { FixControl } from './fixes/fix-control.ts';
import type { TokenCheck, WireHelp } from './ingest/wire-help.ts';
import type { JobControl } from './jobs/job-control.ts';
import type { ServerKnobs } from './knobs.ts';
import type { LiveHub } from './live/live-hub.ts';
import type { ServerMetrics } from './metrics.ts';
import type { SearchControl } from './search-control.ts';
import type { ServerStore } from './server-store.ts';
import type { TellingControl } from './telling/telling-control.ts';
import type { TemplateControl } from './templates/template-control.ts';
import type { UsageControl } from './usage/usage-control.ts';

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

/** Who calls a tool, as it was authenticated. */
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

/** A report that somebody waits for. */
export interface ReportAsked {
  projectId: number | null;
  service: string | null;
  /** `1h`, `30m`, `7d`. */
  freshness: string;
  occasion: 'demand' | 'trigger';
}
