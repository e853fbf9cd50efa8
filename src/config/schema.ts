import { z } from 'zod';
import { alerting } from './schema/alerting.ts';
import { analysis } from './schema/analysis.ts';
import { audit } from './schema/audit.ts';
import { deploy } from './schema/deploy.ts';
import { fixes } from './schema/fixes.ts';
import { guardians } from './schema/guardians.ts';
import { jobEngine, jobs } from './schema/jobs.ts';
import { metrics } from './schema/metrics.ts';
import { channels, notify, recipients, roles, routes } from './schema/notify.ts';
import { address, hours, port, positive } from './schema/pieces.ts';
import { protection } from './schema/protection.ts';
import { alertTypes, rules } from './schema/rules.ts';
import { search } from './schema/search.ts';
import { sources } from './schema/sources.ts';
import { templates } from './schema/templates.ts';
import { usage } from './schema/usage.ts';

/**
 * Every knob: its default, its unit, its reason. `guardian.config.ts` gives any of them; environment names stand in `environment.ts`.
 * An unknown key is an error: it is a misspelt one.
 */

const duration = z.string().regex(/^(all|\d+[smhd])$/, { error: 'is not "all" or a duration such as 30m, 1h, 7d' });
const status = z.enum(['DEGRADED', 'CRITICAL']);
const globs = z.array(z.string().min(1));

const cloudLogging = z.strictObject({
  project: z.string().nullable().default(null).describe('Google Cloud project whose logs are read'),
  revision: z.string().nullable().default(null).describe('read the entries of this deployed revision only'),
  filter: z.string().nullable().default(null).describe('added to the filter made of service, region and revision'),
  accessToken: z
    .string()
    .nullable()
    .default(null)
    .describe('a ready bearer token, valid for an hour or so; null: the application default credentials'),
  endpoint: z.url().default('https://logging.googleapis.com').describe('another one for private access'),
  entryLimit: positive.default(50_000).describe('entries; a busy service must not take the whole quota'),
  pageTimeoutMs: positive.default(60_000).describe('ms for a page; Cloud Logging itself gives up at about this'),
});

const file = z.strictObject({
  format: z.string().nullable().default(null).describe('null: recognised for each file'),
  timeZone: z.string().default('UTC').describe('IANA zone of times written without one'),
  lineBytes: positive.default(1024 * 1024).describe('bytes of one line that are kept; the rest is skipped and counted'),
});

const repository = z.strictObject({
  path: z
    .string()
    .nullable()
    .default(null)
    .describe('a git clone of the watched code; null: the current folder if it is one'),
  revisions: z
    .record(z.string(), z.string())
    .default({})
    .describe('revision name → commit, where the name does not tell'),
  previousRevision: z
    .string()
    .nullable()
    .default(null)
    .describe('a commit, tag or revision that ran without the fault; null: from the log'),
  pathPrefixes: z.array(z.string()).default([]).describe('where the code stands in production, besides the usual ones'),
  applicationPackages: globs.default([]).describe('packages or modules that are ours: com.example.shop'),
  frames: z
    .array(z.string().regex(/^(?:app|library): ?\S/, { error: 'is not "app: GLOB" or "library: GLOB"' }))
    .default([])
    .describe('app: GLOB or library: GLOB over path, module or function; the last match wins'),
  testCommand: z.string().nullable().default(null).describe('null: from AGENTS.md'),
});

const report = z.strictObject({
  freshness: duration.default('1h').describe('window, back from now; a saved file is taken whole'),
  criticalAboveErrors: z.int().nonnegative().default(5).describe('error incidents, strictly more'),
  criticalAboveSignals: z.int().nonnegative().default(0).describe('critical signals, strictly more'),
  degradedAboveErrors: z
    .int()
    .nonnegative()
    .default(1)
    .describe('error incidents, strictly more: one alone may be chance'),
  degradedAboveWarnings: z.int().nonnegative().default(3).describe('warning incidents, strictly more'),
  latencyAboveMs: positive.default(3_000).describe('ms; slower requests are listed, and change no status'),
  listedIncidents: positive.default(10).describe('incidents listed whole of each kind; counts are never bounded'),
  listedSignals: positive.default(3).describe('critical signals listed'),
  listedLatency: positive.default(3).describe('slow requests listed'),
  listedSamples: positive.default(15).describe('log samples around the worst incidents'),
  listedCommits: positive.default(5).describe('newest commits listed'),
  listedIssues: positive.default(50).describe('issues listed with their evidence'),
  listedPatterns: positive.default(100).describe('keys listed of each pattern'),
  listedFrames: positive.default(100).describe('frames listed of one exception; the stack text holds all'),
  logTail: positive.default(20).describe('log entries around an issue'),
  excerptCharacters: z
    .int()
    .positive()
    .max(500)
    .default(500)
    .describe('characters of a message in samples and log tails'),
  snippetFiles: positive.default(3).describe('files whose code is shown'),
  snippetLines: positive.default(5).describe('lines before and after the failing one'),
  timelineSteps: positive.default(12).describe('equal steps of the timeline; five minutes each in the usual hour'),
  rollbackAboveErrors: z.int().nonnegative().default(10).describe('error incidents, strictly more'),
  memoryTiersMib: z
    .array(positive)
    .min(1)
    .default([512, 1024, 2048, 4096, 8192, 16384])
    .describe('MiB, ascending: the sizes memory is sold in'),
  assumedMemoryMib: positive.default(2048).describe('MiB advised, as an assumption, when the platform gave no numbers'),
  htmlBytes: positive.default(200 * 1024).describe('bytes of the HTML page'),
  mailHtmlBytes: positive.default(100 * 1024).describe('bytes of the HTML part of a mail: Gmail cuts at 102 KB'),
  markdownTokens: positive.default(6_000).describe('tokens (bytes / 4) of the hand-off for coding agents'),
});

const understanding = z.strictObject({
  candidates: positive.default(100_000).describe('error and warning events held at once while they are folded'),
  contextEvents: positive.default(2_000).describe('events kept for the log tail'),
  listedNoisePaths: z
    .array(z.string())
    .nullable()
    .default(null)
    .describe('null: the built-in list of probed paths; whole segments'),
});

const redaction = z.strictObject({
  paths: globs.default([]).describe('own fields to take out: user.iban, **.diagnosis'),
  clientAddresses: z.enum(['redact', 'keep']).default('redact').describe('client IP addresses are personal data'),
});

const commands = z.strictObject({
  memory: z
    .string()
    .nullable()
    .default(null)
    .describe('template; {service} {region} {memory}. null: gcloud for Cloud Run'),
  rollback: z
    .string()
    .nullable()
    .default(null)
    .describe('template; {service} {region} {revision}. null: gcloud for Cloud Run'),
});

const smtp = z.strictObject({
  host: z.string().nullable().default(null).describe('null: mails go to the outbox folder and are NOT sent'),
  port: z.int().min(1).max(65_535).default(587).describe('587 for STARTTLS, 465 for implicit TLS'),
  user: z.string().nullable().default(null).describe('null: no authentication'),
  password: z.string().nullable().default(null).describe('in the environment, not in a file that git tracks'),
  encryption: z.enum(['starttls', 'implicit', 'none']).default('starttls').describe('never falls back to plain text'),
  timeoutMs: positive.default(10_000).describe('ms for each step; the whole delivery has twice as long'),
  certificateAuthority: z.string().nullable().default(null).describe('file; trusted besides the system’s'),
});

const mail = z.strictObject({
  enabled: z.boolean().default(true).describe('false: nothing is mailed, and it says so'),
  recipients: z
    .array(z.union([address, z.strictObject({ address, minimumStatus: status.optional() })]))
    .default([])
    .describe('there is no built-in address'),
  from: address.nullable().default(null).describe('null: the SMTP user'),
  fromName: z.string().nullable().default('Guardian').describe('how the sender is called'),
  tag: z.string().default('CODEX GPT').describe('stands in brackets in the subject; mailboxes filter on it'),
  name: z.string().nullable().default(null).describe('the service as people call it; null: its technical name'),
  minimumStatus: status.default('DEGRADED').describe('least status that is mailed'),
  coolDownMs: positive.default(hours(6)).describe('ms of silence about the same issues'),
  failedLooks: positive.default(2).describe('failed looks in a row before “could not look” is mailed'),
  smtp: smtp.prefault({}),
});

const hook = z.strictObject({
  blockOn: z
    .enum(['CRITICAL', 'DEGRADED', 'never'])
    .default('CRITICAL')
    .describe('a push is blocked from this status on'),
  timeLimitMs: positive.default(30_000).describe('ms; then the push goes through and says why'),
  mailOnCritical: z.boolean().default(false).describe('a blocked push also mails the report'),
  inputs: z.array(z.string()).default([]).describe('files to report on; empty: Cloud Logging'),
});

const server = z.strictObject({
  host: z.string().default('127.0.0.1').describe('0.0.0.0 makes it reachable from elsewhere: then it has users first'),
  port: port.default(4400).describe('0 takes a free one'),
  publicUrl: z
    .url()
    .nullable()
    .default(null)
    .describe('how people reach it: in links, mails and DSNs; null: from the request'),
  trustedProxies: z.int().nonnegative().default(0).describe('proxies in front whose X-Forwarded-For is believed'),
  secret: z
    .string()
    .min(32)
    .nullable()
    .default(null)
    .describe('signs sessions and links; null: made at the first start and kept'),
  isOpen: z
    .boolean()
    .default(true)
    .describe('without users, whoever reaches it on this machine is its administrator; false: the one-time link first'),
  drainMs: positive.default(10_000).describe('ms that running requests get after SIGTERM: what Cloud Run gives'),
  bodyTimeoutMs: positive.default(30_000).describe('ms in which a body must have arrived; slower clients are cut'),
  idleTimeoutMs: positive.default(65_000).describe('ms; longer than the 60 s of the usual load balancers'),
});

const database = z.strictObject({
  url: z
    .string()
    .regex(/^postgres(?:ql)?:\/\//, { error: 'is not a postgres:// address' })
    .nullable()
    .default(null)
    .describe('PostgreSQL; null: SQLite in the data folder'),
  connections: positive
    .default(10)
    .describe(
      'PostgreSQL connections of the thread that serves, at least 2; those that take in and report open as many at most',
    ),
});

const ingest = z.strictObject({
  inflatedBytes: positive.default(100 * 1024 * 1024).describe('bytes of a body after inflating; inflating stops there'),
  itemBytes: positive.default(1024 * 1024).describe('bytes of one event, log or span'),
  attachmentBytes: positive.default(20 * 1024 * 1024).describe('bytes of one attachment'),
  items: positive.default(50_000).describe('items of one request'),
  waitingBytes: positive
    .default(64 * 1024 * 1024)
    .describe('bytes of bodies that wait; above it clients are asked to come again'),
  ratePerMinute: positive
    .default(3_000_000)
    .describe('events a minute of one key: as many as one node takes; give keys of browsers a lower one'),
  spoolBytes: positive.default(256 * 1024 * 1024).describe('bytes kept in a file while the database is away'),
  foldEveryMs: positive.default(500).describe('ms between looks at what failed'),
});

const reports = z.strictObject({
  everyMs: positive.nullable().default(hours(2)).describe('ms between reports of each service; null: only on demand'),
  cron: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('5 or 6 fields: reports are made then, and not every everyMs'),
  timeZone: z.string().min(1).nullable().default(null).describe('IANA zone of cron; null: timeZone'),
  freshness: duration.default('2h').describe('window of a scheduled report'),
  onCritical: z.boolean().default(true).describe('a report at once when an issue opens at CRITICAL'),
  triggerToken: z.string().min(16).nullable().default(null).describe('for Cloud Scheduler; null: the trigger is off'),
  triggerAudience: z.string().nullable().default(null).describe('audience of Cloud Scheduler’s OIDC tokens; null: off'),
  digestAt: z
    .string()
    .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/)
    .nullable()
    .default('08:00')
    .describe('time of day, in timeZone, of the mail that holds what the cool-down kept back; null: none'),
});

const retention = z.strictObject({
  days: positive.default(30).describe('days that log events are kept'),
  events: positive.default(20_000_000).describe('log events kept in all; the oldest go first'),
  issueEventsPerService: positive
    .default(10_000)
    .describe('events of issues kept per service; the least telling go first'),
  spanDays: positive
    .default(7)
    .describe('days that traces are kept; what they amount to lives as long as the other counts'),
  traces: positive.default(1_000_000).describe('traces kept in all, each of 10,000 spans at most; the oldest go first'),
  reportDays: positive.default(400).describe('days that reports are kept: a year and a month'),
  everyMs: positive.default(hours(1)).describe('ms between clean-ups'),
});

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
