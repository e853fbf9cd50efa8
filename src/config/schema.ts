import { z } from 'zod';
import { alerting } from './schema/alerting.ts';
import { analysis } from './schema/analysis.ts';
import { audit } from './schema/audit.ts';
import { deploy } from './schema/deploy.ts';
import { fixes } from './schema/fixes.ts';
import { guardians } from './schema/guardians.ts';
import { jobEngine, jobs } from './schema/jobs.ts';
import { hook, mail } from './schema/mail.ts';
import { metrics } from './schema/metrics.ts';
import { channels, notify, recipients, roles, routes } from './schema/notify.ts';
import { protection } from './schema/protection.ts';
import { cloudLogging, commands, file, redaction, report, repository, understanding } from './schema/reading.ts';
import { alertTypes, rules } from './schema/rules.ts';
import { search } from './schema/search.ts';
import { database, ingest, reports, retention, server } from './schema/server.ts';
import { sources } from './schema/sources.ts';
import { templates } from './schema/templates.ts';
import { usage } from './schema/usage.ts';

/**
 * Every knob: its default, its unit, its reason. `guardian.config.ts` gives any of them; environment names stand in `environment.ts`.
 * An unknown key is an error: it is a misspelt one.
 */

export const configurationSchema = z.strictObject({
  service: z.string().nullable().default(null).describe('the watched service; null: the one the log names most'),
  region: z
    .string()
    .nullable()
    .default(null)
    .describe('cloud region; part of commands and of the Cloud Logging filter'),
  revision: z
    .string()
    .nullable()
    .default(null)
    .describe('what runs: a commit, tag or revision name; null: from the log'),
  language: z.enum(['en', 'fr']).default('en').describe('of reports, mails and the terminal'),
  timeZone: z.string().default('UTC').describe('IANA zone in which people read the clock; stored instants are UTC'),
  dataFolder: z.string().default('.guardian').describe('database, outbox and delivery log; made with mode 0700'),
  cloudLogging: cloudLogging.prefault({}),
  file: file.prefault({}),
  repository: repository.prefault({}),
  report: report.prefault({}),
  understanding: understanding.prefault({}),
  redaction: redaction.prefault({}),
  commands: commands.prefault({}),
  mail: mail.prefault({}),
  hook: hook.prefault({}),
  server: server.prefault({}),
  protection: protection.prefault({}),
  metrics: metrics.prefault({}),
  database: database.prefault({}),
  search: search.prefault({}),
  audit: audit.prefault({}),
  ingest: ingest.prefault({}),
  sources: sources.prefault({}),
  reports: reports.prefault({}),
  retention: retention.prefault({}),
  usage: usage.prefault({}),
  jobs,
  jobEngine: jobEngine.prefault({}),
  recipients,
  roles,
  routes,
  alertTypes,
  rules,
  alerting: alerting.prefault({}),
  notify: notify.prefault({}),
  channels: channels.prefault({}),
  templates: templates.prefault({}),
  guardians: guardians.prefault({}),
  fixes: fixes.prefault({}),
  deploy: deploy.prefault({}),
  analysis: analysis.prefault({}),
});

export { ALERT_THRESHOLD_CRITICAL, ALERT_THRESHOLD_ERROR } from './schema/alerting.ts';

export type Configuration = z.output<typeof configurationSchema>;
/** What `guardian.config.ts` may hold: any part of it. */
export type ConfigurationInput = z.input<typeof configurationSchema>;
