import type { Messages } from '../en/index.ts';
import { events } from './events.ts';
import { issue } from './issue.ts';
import { issues } from './issues.ts';
import { overview, welcome } from './overview.ts';
import { deliveries, reports } from './reports.ts';
import { settings } from './settings.ts';
import { shared } from './shared.ts';
import { shell } from './shell.ts';
import { sources } from './sources.ts';
import { keepTogether } from './spacing.ts';

export const fr: Messages = keepTogether({
  shared,
  shell,
  overview,
  welcome,
  issues,
  issue,
  events,
  reports,
  deliveries,
  sources,
  settings,
});
