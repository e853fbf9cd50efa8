import { z } from 'zod';
import { duration, hours, port, positive } from './pieces.ts';
import { shapes } from './reasons.ts';

export const server = z.strictObject({
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

export const database = z.strictObject({
  url: z
    .string()
    .regex(/^postgres(?:ql)?:\/\//, { error: shapes.postgres })
    .nullable()
    .default(null)
    .describe('PostgreSQL; null: SQLite in the data folder'),
  connections: positive
    .default(10)
    .describe(
      'PostgreSQL connections of the thread that serves, at least 2; those that take in and report open as many at most',
    ),
});

export const ingest = z.strictObject({
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

export const reports = z.strictObject({
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

export const retention = z.strictObject({
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
