import type {
  ApiKeyTable,
  AuditTable,
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
  ClientRecordTable,
  DropCountTable,
  EventCountTable,
  EventTable,
  FoldQueueTable,
  SourceHourTable,
  SourcePositionTable,
} from './schema/events.ts';
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
import type {
  ChannelHealthTable,
  DeliveryAttemptTable,
  DeliveryTable,
  NotificationTable,
  OutboxTable,
  ReportTable,
} from './schema/telling.ts';

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
  saved_view: SavedViewTable;
  setting: SettingTable;
  audit: AuditTable;
  lease: LeaseTable;
  job: JobTable;
  job_version: JobVersionTable;
  run: RunTable;
  run_key: RunKeyTable;
  run_output: RunOutputTable;
  job_notice: JobNoticeTable;
  job_prediction: JobPredictionTable;
  alert: AlertTable;
  alert_change: AlertChangeTable;
  alert_look: AlertLookTable;
  measurement: MeasurementTable;
  measurement_series: MeasurementSeriesTable;
  posted_text: PostedTextTable;
}
