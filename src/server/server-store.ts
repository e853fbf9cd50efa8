import type {
  ActivityStore,
  ApiKeyStore,
  LeaseStore,
  ProjectStore,
  SavedViewStore,
  SettingStore,
} from '../core/access/index.ts';
import type { AlertReader, MeasurementStore } from '../core/alerts/index.ts';
import type { AuditStore } from '../core/audit/index.ts';
import type { DeploymentHistory, DeploymentStore } from '../core/deploy/index.ts';
import type { AnalyticsStore, EventIndex, TraceStore } from '../core/events/index.ts';
import type { FixReader } from '../core/fixes/index.ts';
import type { ClientTales, FoldStore, IssueReader, IssueWriter } from '../core/issues/index.ts';
import type { JobRegistry, OutputStore, RunReader } from '../core/jobs/index.ts';
import type { DeliveryReader } from '../core/notify/index.ts';
import type { ReportStore } from '../core/reports/index.ts';
import type { SealingKeyStore } from '../core/sealing/index.ts';

/** Of the store, what routes read and write. */
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
