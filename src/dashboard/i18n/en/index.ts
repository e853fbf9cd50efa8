import { alerts } from './alerts.ts';
import { analysis } from './analysis.ts';
import { analytics } from './analytics.ts';
import { audit } from './audit.ts';
import { coordination } from './coordination.ts';
import { debates } from './debates.ts';
import { deliveries } from './deliveries.ts';
import { deployments } from './deployments.ts';
import { events } from './events.ts';
import { fixes } from './fixes.ts';
import { healthLog } from './health-log.ts';
import { issue } from './issue.ts';
import { issues } from './issues.ts';
import { chains, jobs } from './jobs.ts';
import { markers } from './markers.ts';
import { overview, welcome } from './overview.ts';
import { reports } from './reports.ts';
import { runs } from './runs.ts';
import { settings } from './settings.ts';
import { shared } from './shared.ts';
import { shell } from './shell.ts';
import { sources } from './sources.ts';
import { channels, routes } from './telling.ts';
import { templates } from './templates.ts';
import { traces } from './traces.ts';
import { usage } from './usage.ts';

export const en = {
  shared,
  shell,
  overview,
  welcome,
  issues,
  issue,
  events,
  reports,
  runs,
  jobs,
  chains,
  healthLog,
  alerts,
  deliveries,
  routes,
  channels,
  sources,
  settings,
  usage,
  analytics,
  traces,
  audit,
  templates,
  coordination,
  markers,
  deployments,
  fixes,
  analysis,
  debates,
};

/** English is the shape: a key missing in another language does not compile. */
export type Messages = typeof en;
