import { z } from 'zod';
import { instant, pageQuery } from './shared.ts';

export const FIX_STATES = [
  'handed off',
  'proposed',
  'merged',
  'deployed',
  'verified',
  'recurred',
  'declined',
  'failed',
] as const;
const fixState = z.enum(FIX_STATES);

export const FIX_WAYS = ['mail', 'mcp', 'github', 'command'] as const;
const fixWay = z.enum(FIX_WAYS);

/** What the watch over the fingerprint says of one revision that holds the fix. */
const verification = z.object({
  revision: z.string(),
  outcome: z.enum(['fixed', 'still seen', 'too early', 'no traffic', 'could not look']),
  /** Incidents of the fingerprint on it. */
  incidents: z.int(),
  requests: z.int().nullable(),
  /** Requests (or hours) needed without an incident before it counts as fixed. */
  needed: z.number().nullable(),
  unit: z.enum(['requests', 'hours']),
  detail: z.string(),
  at: instant,
});
export type Verification = z.infer<typeof verification>;

export const fixSummary = z.object({
  id: z.string(),
  issue: z.object({
    id: z.string(),
    shortId: z.string(),
    title: z.string(),
    service: z.string(),
    project: z.string(),
    severity: z.string(),
  }),
  state: fixState,
  way: fixWay,
  /** Whom it was handed to: a mail address, a repository, the name of a command. */
  agent: z.string(),
  /** 0 to 100, and what it allows: `tell`, `cause`, `diff`, `pull request`. */
  fixability: z.int(),
  level: z.enum(['tell', 'cause', 'diff', 'pull request']),
  startedAt: instant,
  changedAt: instant,
  by: z.string(),
  branch: z.string().nullable(),
  pullRequest: z.string().nullable(),
  revision: z.string().nullable(),
  verification: verification.nullable(),
  problem: z.string().nullable(),
});
export type FixSummary = z.infer<typeof fixSummary>;

export const fixDetail = fixSummary.extend({
  /** Every step with who did it. */
  history: z.array(z.object({ at: instant, state: fixState.nullable(), text: z.string(), by: z.string() })),
  /** One execution of the agent's command; null: it was handed off another way. */
  run: z
    .object({
      startedAt: instant,
      endedAt: instant.nullable(),
      outcome: z.enum(['running', 'proposed', 'no change', 'failed', 'timed out', 'refused', 'stopped']),
      exitCode: z.int().nullable(),
      /** Whether the network could be withheld, in words. */
      isolation: z.string(),
      /** Hostile: what the agent printed, cut. */
      output: z.string(),
      outputCut: z.int(),
      /** Hostile: unified diff, cut. */
      diff: z.string().nullable(),
      filesChanged: z.int().nullable(),
      tests: z.object({ command: z.string(), passed: z.boolean(), output: z.string() }).nullable(),
      flags: z.array(z.string()),
    })
    .nullable(),
  fixabilityReasons: z.array(z.object({ points: z.int(), text: z.string() })),
  verifications: z.array(verification),
});
export type FixDetail = z.infer<typeof fixDetail>;

export const fixListQuery = pageQuery.extend({
  state: z.string().max(100).optional(),
  issue: z.string().max(100).optional(),
  project: z.string().max(100).optional(),
});

export const handOffRequest = z.strictObject({
  issue: z.string().min(1).max(100),
  way: fixWay,
  /** Name of the configured agent, address or repository; left out: the one of the configuration. */
  agent: z.string().max(200).optional(),
});

/** How a person or an agent moves a fix on; the ways of mail and MCP say the same. */
export const fixReply = z.strictObject({
  action: z.enum(['propose', 'merge', 'deploy', 'decline', 'note']),
  text: z.string().max(20_000).optional(),
  branch: z.string().max(200).optional(),
  pullRequest: z.url().max(500).optional(),
  /** Revision that holds it: for `merge` and `deploy`. */
  revision: z.string().max(200).optional(),
});

const agentView = z.object({
  name: z.string(),
  way: fixWay,
  description: z.string(),
  isAutomatic: z.boolean(),
  /** Hand-offs of today and how many a day may be. */
  today: z.int(),
  perDay: z.int(),
  problem: z.string().nullable(),
});
export const agentsReply = z.object({ items: z.array(agentView) });

const handOffReason = z.object({
  code: z.string(),
  /** In the language that was asked for. */
  text: z.string(),
});

/** What a hand-off of an issue would meet, every reason at once. */
export const handOffOutlook = z.object({
  fixability: z.int(),
  level: fixSummary.shape.level,
  fixabilityReasons: z.array(z.object({ points: z.int(), text: z.string() })),
  /** Id of the fix that is under way. */
  open: z.string().nullable(),
  /** Whom a person may hand it to; without reasons nothing is in the way. `agent`: null is a client of MCP. */
  ways: z.array(z.object({ way: fixWay, agent: z.string().nullable(), reasons: z.array(handOffReason) })),
  /** Why it would not be handed off by itself; empty: it is, within some minutes. */
  byItself: z.object({ agent: z.string().nullable(), reasons: z.array(handOffReason), againAt: instant.nullable() }),
});
export type HandOffOutlook = z.infer<typeof handOffOutlook>;
