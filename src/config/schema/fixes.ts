import { z } from 'zod';
import { address, name, port, positive, span } from './pieces.ts';
import { shapes } from './reasons.ts';

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, { error: shapes.variable });
const host = z.string().regex(/^[A-Za-z0-9.-]{1,253}(?::\d{1,5})?$/, { error: shapes.host });
const argv = z.array(z.string().min(1)).min(1);

const common = {
  description: z.string().max(500).default('').describe('shown to whoever chooses'),
  mayOpenPullRequest: z
    .boolean()
    .default(false)
    .describe('its branch is pushed and a pull request opened; false: the branch stays in the repository'),
};

const commandAgent = z.strictObject({
  ...common,
  way: z.literal('command'),
  command: argv.describe(
    'program and arguments, no shell: ["claude", "-p"], ["codex", "exec", "-"]; the hand-off is on standard input',
  ),
  environment: z
    .array(variable)
    .default([])
    .describe(
      'names of variables of Guardian that it gets, besides PATH and a HOME of its own: nothing else is passed on',
    ),
  network: z
    .union([z.enum(['none', 'any']), z.array(host).min(1)])
    .default('none')
    .describe('none: withheld. A list: only these hosts, 443 unless a port is named, over HTTPS_PROXY'),
  timeLimit: span.prefault('30m').describe('then it is ended, with all it started'),
  testCommand: argv
    .nullable()
    .default(null)
    .describe('run afterwards, held like the agent; null: repository.testCommand, else AGENTS.md'),
  user: z
    .strictObject({ uid: positive, gid: positive })
    .nullable()
    .default(null)
    .describe('numeric ids it runs as; Guardian must be root for it. null: as Guardian'),
  isolation: z
    .enum(['preferred', 'required'])
    .nullable()
    .default(null)
    .describe(
      'required: it does not run where network and files of Guardian cannot be withheld; null: required of the one that gets issues by itself (fixes.automatic), else preferred',
    ),
});

const mailAgent = z.strictObject({ ...common, way: z.literal('mail'), address });
const githubAgent = z.strictObject({ ...common, way: z.literal('github') });

const github = z.strictObject({
  repository: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,39}\/[\w.-]{1,100}$/, { error: shapes.ownerAndName })
    .nullable()
    .default(null)
    .describe('null: GitHub is not used'),
  token: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('in the environment (GUARDIAN_GITHUB_TOKEN), not in a file that git tracks'),
  apiUrl: z
    .url({ protocol: /^https?$/ })
    .default('https://api.github.com')
    .describe('of GitHub Enterprise: https://HOST/api/v3'),
  webUrl: z
    .url({ protocol: /^https?$/ })
    .default('https://github.com')
    .describe('where people look'),
  remote: z.string().nullable().default(null).describe('where branches are pushed; null: the repository below webUrl'),
  base: z.string().nullable().default(null).describe('branch that pull requests are for; null: the default branch'),
  labels: z.array(z.string().min(1).max(50)).default(['guardian']).describe('of issues that are opened'),
  timeoutMs: positive.default(15_000).describe('ms for one request'),
});

const imap = z.strictObject({
  host: z.string().min(1).nullable().default(null).describe('null: no mailbox is read'),
  port: port.default(993),
  user: z.string().min(1).nullable().default(null),
  password: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('in the environment (GUARDIAN_IMAP_PASSWORD), not in a file that git tracks'),
  encryption: z
    .enum(['implicit', 'starttls', 'none'])
    .default('implicit')
    .describe('implicit: TLS from the first byte. none: for a server on this machine'),
  certificateAuthority: z
    .string()
    .nullable()
    .default(null)
    .describe('file of an authority to trust besides the system’s'),
  mailbox: z.string().min(1).default('INBOX').describe('Guardian’s own: what is read in it is marked as seen'),
  everyMs: positive.default(60_000).describe('ms between looks'),
  timeoutMs: positive.default(30_000).describe('ms for one step'),
});

/** Answers by mail to hand-offs that went by mail. */
const replies = z.strictObject({
  address: address
    .nullable()
    .default(null)
    .describe('where answers go, with +TOKEN before the @; null: answers by mail are not asked for'),
  mailBytes: positive.default(1024 * 1024).describe('bytes of one mail; larger ones are passed over'),
  perLook: positive.default(50).describe('mails read at a time'),
  webhookSecret: z
    .string()
    .min(16)
    .nullable()
    .default(null)
    .describe('lets a provider post mails to /api/replies/mail (GUARDIAN_REPLY_SECRET); null: nobody may'),
  imap: imap.prefault({}),
});

/** How long a fingerprint must be silent at least; the more rarely it happened, the longer. */
const verify = z.strictObject({
  requests: positive
    .default(100)
    .describe('silent requests of its route on revisions that hold the fix, at least; reports say so, too'),
  within: span.prefault('24h').describe('and for so long at least'),
  withoutRequests: span.prefault('24h').describe('for so long at least, where nobody counts its requests'),
});

/** Hand-offs of issues to those who mend, and what is watched afterwards. */
export const fixes = z.strictObject({
  agents: z
    .record(name, z.discriminatedUnion('way', [commandAgent, mailAgent, githubAgent]))
    .default({})
    .describe('who may be handed an issue, by name'),
  automatic: name.nullable().default(null).describe('the agent that gets issues by itself; null: people hand off'),
  perDay: positive.default(5).describe('hand-offs by itself within 24 hours'),
  leastFixability: z.int().min(0).max(100).default(40).describe('of 100; below it nothing is handed off by itself'),
  leastIncidents: positive.default(3).describe('before one that is not new is handed off by itself'),
  giveUpDays: positive.default(30).describe('days without a word after which a hand-off is given up'),
  watchDays: positive.default(30).describe('days for which a verified fix is watched on'),
  keepDays: positive.default(400).describe('days that fixes which ended are kept'),
  sourceSilence: span
    .prefault('1h')
    .describe('nothing from any source of the project for so long: it could not be looked'),
  verify: verify.prefault({}),
  everyMs: positive.default(60_000).describe('ms between looks at what is under way'),
  folder: z
    .string()
    .nullable()
    .default(null)
    .describe('working trees of agents; null: guardian-fixes in the folder for temporary files'),
  hidden: z.array(z.string().min(1)).default([]).describe('more files and folders that agents must not see'),
  outputKeptBytes: positive.default(64 * 1024).describe('bytes of output kept of an agent, head and tail'),
  outputBytes: positive.default(10 * 1024 * 1024).describe('bytes of output after which an agent is ended'),
  fileBytes: positive.default(1024 * 1024 * 1024).describe('bytes that a file of an agent may grow to'),
  changedFiles: positive.default(50).describe('files that a change may touch; beyond it, it becomes no branch'),
  diffBytes: positive.default(256 * 1024).describe('bytes of a change; beyond it, it becomes no branch'),
  author: z.string().min(1).max(100).default('Guardian').describe('who stands in the commit'),
  authorEmail: z.string().min(3).max(200).default('guardian@localhost'),
  github: github.prefault({}),
  replies: replies.prefault({}),
});
