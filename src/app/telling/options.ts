import type { Store } from '../../adapters/store/sql/index.ts';
import type * as settings from '../../config/index.ts';
import type { Change } from '../../contracts/api/overview.ts';
import type { UsageSummary } from '../../contracts/api/usage.ts';
import type * as notify from '../../core/notify/index.ts';
import type { Clock, GuardianError } from '../../core/shared/index.ts';
import type { TemplateRenderer } from '../../core/templates/index.ts';
import type { SourceWatch } from '../source-watch.ts';
import type { MadeReport, ReportRequest } from '../work-methods.ts';

export interface TellingOptions {
  configuration: settings.Configuration;
  store: Store;
  /** What mails leave by where `channels` names no other. */
  channel: notify.MailChannel;
  /** Every way out that is configured; default: mail alone. */
  channels?: ReadonlyMap<notify.ChannelKind, notify.Channel>;
  /** Who is told of what; default: nobody but those who get the reports. */
  directory?: notify.Directory;
  knobs?: notify.NotifyKnobs;
  /** What mails of reports say of usage, of a service up to now; undefined: it is not tracked, null: it could not be read. */
  usageOf?(service: string | null): Promise<UsageSummary | null | undefined>;
  makeReport(request: ReportRequest): Promise<MadeReport>;
  /** Sources that Guardian goes to by itself; left out: there are none. */
  sources?: Pick<SourceWatch, 'statesFor'>;
  onChange(change: Change): void;
  onFailure(what: string, error: GuardianError): void;
  /** A message is dead: what stands in for it need not wait for the next look. */
  onDead?(): void;
  /** What messages and reports are rendered with; default: the built-in templates. */
  templates?: TemplateRenderer;
  clock: Clock;
}
