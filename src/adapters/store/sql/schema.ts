import type {
  ApiKeyTable,
  IngestKeyTable,
  LeaseTable,
  ProjectTable,
  SavedViewTable,
  SettingTable,
} from './schema/access.ts';
import type {
  AlertChangeTable,
  AlertLookTable,
  AlertTable,
  MeasurementSeriesTable,
  MeasurementTable,
  PostedTextTable,
} from './schema/alerts.ts';
import type {
  AnalysisTable,
  ConversationAnalysisTable,
  ConversationMessageTable,
  ConversationTable,
} from './schema/analysis.ts';
import type {
  AnalyticsCountTable,
  AnalyticsInboxTable,
  AnalyticsOperationTable,
  AnalyticsTemplateTable,
  ErrorInstantTable,
} from './schema/analytics.ts';
import type { AuditCheckpointTable, AuditEntryTable, AuditTrailTable } from './schema/audit.ts';
import type {
  ConceptMentionTable,
  ConceptPostingTable,
  ConceptRecallTable,
  IssueExplanationTable,
} from './schema/concepts.ts';
import type { JobLearningTable, JobOverrideTable, JobSuggestionTable } from './schema/coordination.ts';
import type { DebateTable, DebateTurnTable } from './schema/debates.ts';
import type { DeploymentStepTable, DeploymentTable } from './schema/deployments.ts';
import type {
  ClientRecordTable,
  DropCountTable,
  EventCountTable,
  EventTable,
  FoldQueueTable,
  ReleaseHealthTable,
  SourceHourTable,
  SourcePositionTable,
  SourceStateTable,
} from './schema/events.ts';
import type { FixAttemptTable, FixChangeTable, FixReplyMarkTable, FixTable } from './schema/fixes.ts';
import type {
  IncidentEventTable,
  IncidentTable,
  IssueChangeTable,
  IssueHashTable,
  IssueHourTable,
  IssueRevisionTable,
  IssueSuggestionTable,
  IssueTable,
  IssueUserTable,
  RevisionTable,
} from './schema/issues.ts';
import type {
  JobNoticeTable,
  JobPredictionTable,
  JobTable,
  JobVersionTable,
  RunKeyTable,
  RunOutputTable,
  RunTable,
} from './schema/jobs.ts';
import type { SealingKeyTable } from './schema/sealing.ts';
import type { SearchChangeTable, SearchQueueTable, SearchTargetTable } from './schema/search.ts';
import type { SpanTable, TraceServiceTable, TraceTable } from './schema/spans.ts';
import type {
  ChannelHealthTable,
  DeliveryAttemptTable,
  DeliveryTable,
  NotificationTable,
  OutboxTable,
  ReportTable,
} from './schema/telling.ts';
import type { TemplateUseTable, TemplateVersionTable } from './schema/templates.ts';
import type {
  FeatureUsageTable,
  UsageAliasTable,
  UsageCountTable,
  UsageErasedTable,
  UsageGapTable,
  UsageInboxTable,
  UsageLatencyTable,
  UsageMarkTable,
  UsageRevisionTable,
  UsageSaltTable,
  UsageSenderTable,
  UsageSketchTable,
  UsageUserTable,
  UsageVersionTable,
  UserErrorTable,
  UserSessionTable,
} from './schema/usage.ts';
import type { UsageReportTable } from './schema/usage-reports.ts';

/**
 * The tables, as both databases hold them; `schema/` has their columns, `migrations/` makes them. Instants are epoch milliseconds UTC,
 * flags 0 or 1, JSON is text, `bytes` columns are BLOB or BYTEA. Users, sessions and accounts are better-auth's own tables beside these.
 */
export interface Schema {
  project: ProjectTable;
  ingest_key: IngestKeyTable;
  api_key: ApiKeyTable;
  event: EventTable;
  event_count: EventCountTable;
  source_hour: SourceHourTable;
  client_record: ClientRecordTable;
  release_health: ReleaseHealthTable;
  drop_count: DropCountTable;
  fold_queue: FoldQueueTable;
  incident: IncidentTable;
  incident_event: IncidentEventTable;
  issue: IssueTable;
  issue_hash: IssueHashTable;
  issue_hour: IssueHourTable;
  issue_revision: IssueRevisionTable;
  issue_user: IssueUserTable;
  issue_change: IssueChangeTable;
  issue_suggestion: IssueSuggestionTable;
  revision: RevisionTable;
  report: ReportTable;
  outbox: OutboxTable;
  notification: NotificationTable;
  delivery: DeliveryTable;
  delivery_attempt: DeliveryAttemptTable;
  channel_health: ChannelHealthTable;
  source_position: SourcePositionTable;
  source_state: SourceStateTable;
  saved_view: SavedViewTable;
  setting: SettingTable;
  audit_trail: AuditTrailTable;
  audit_entry: AuditEntryTable;
  audit_checkpoint: AuditCheckpointTable;
  lease: LeaseTable;
  job: JobTable;
  job_version: JobVersionTable;
  run: RunTable;
  run_key: RunKeyTable;
  run_output: RunOutputTable;
  job_notice: JobNoticeTable;
  job_prediction: JobPredictionTable;
  job_learning: JobLearningTable;
  job_suggestion: JobSuggestionTable;
  job_override: JobOverrideTable;
  template_version: TemplateVersionTable;
  template_use: TemplateUseTable;
  alert: AlertTable;
  alert_change: AlertChangeTable;
  alert_look: AlertLookTable;
  measurement: MeasurementTable;
  measurement_series: MeasurementSeriesTable;
  posted_text: PostedTextTable;
  sealing_key: SealingKeyTable;
  search_target: SearchTargetTable;
  search_queue: SearchQueueTable;
  search_change: SearchChangeTable;
  usage_inbox: UsageInboxTable;
  user_sessions: UserSessionTable;
  feature_usage: FeatureUsageTable;
  user_errors: UserErrorTable;
  usage_mark: UsageMarkTable;
  usage_count: UsageCountTable;
  usage_latency: UsageLatencyTable;
  usage_user: UsageUserTable;
  usage_revision: UsageRevisionTable;
  usage_sender: UsageSenderTable;
  usage_gap: UsageGapTable;
  usage_version: UsageVersionTable;
  usage_sketch: UsageSketchTable;
  usage_alias: UsageAliasTable;
  usage_erased: UsageErasedTable;
  usage_salt: UsageSaltTable;
  usage_report: UsageReportTable;
  analytics_inbox: AnalyticsInboxTable;
  error_instant: ErrorInstantTable;
  analytics_count: AnalyticsCountTable;
  analytics_template: AnalyticsTemplateTable;
  analytics_operation: AnalyticsOperationTable;
  conversation: ConversationTable;
  conversation_message: ConversationMessageTable;
  analysis: AnalysisTable;
  conversation_analysis: ConversationAnalysisTable;
  concept_mention: ConceptMentionTable;
  concept_posting: ConceptPostingTable;
  concept_recall: ConceptRecallTable;
  issue_explanation: IssueExplanationTable;
  debate: DebateTable;
  debate_turn: DebateTurnTable;
  span: SpanTable;
  trace: TraceTable;
  trace_service: TraceServiceTable;
  deployment: DeploymentTable;
  deployment_step: DeploymentStepTable;
  fix: FixTable;
  fix_change: FixChangeTable;
  fix_attempt: FixAttemptTable;
  fix_reply_mark: FixReplyMarkTable;
}
