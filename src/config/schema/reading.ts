import { z } from 'zod';
import { duration, globs, positive } from './pieces.ts';
import { shapes } from './reasons.ts';

export const cloudLogging = z.strictObject({
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

export const file = z.strictObject({
  format: z.string().nullable().default(null).describe('null: recognised for each file'),
  timeZone: z.string().default('UTC').describe('IANA zone of times written without one'),
  lineBytes: positive.default(1024 * 1024).describe('bytes of one line that are kept; the rest is skipped and counted'),
});

export const repository = z.strictObject({
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
    .array(z.string().regex(/^(?:app|library): ?\S/, { error: shapes.frames }))
    .default([])
    .describe('app: GLOB or library: GLOB over path, module or function; the last match wins'),
  testCommand: z.string().nullable().default(null).describe('null: from AGENTS.md'),
});

export const report = z.strictObject({
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

export const understanding = z.strictObject({
  candidates: positive.default(100_000).describe('error and warning events held at once while they are folded'),
  contextEvents: positive.default(2_000).describe('events kept for the log tail'),
  listedNoisePaths: z
    .array(z.string())
    .nullable()
    .default(null)
    .describe('null: the built-in list of probed paths; whole segments'),
});

export const redaction = z.strictObject({
  paths: globs.default([]).describe('own fields to take out: user.iban, **.diagnosis'),
  clientAddresses: z.enum(['redact', 'keep']).default('redact').describe('client IP addresses are personal data'),
});

export const commands = z.strictObject({
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
