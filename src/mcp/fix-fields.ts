import { z } from 'zod';
import { FIX_STATES, FIX_WAYS } from '../contracts/api/fixes.ts';
import type { Fix, HandOffRefusal, ReplyResult } from '../core/fixes/index.ts';
import { type Messages, toInstant } from '../core/shared/index.ts';
import type { McpOptions } from './mcp-options.ts';
import { count, instant, textOrNull, untrusted } from './schemas.ts';
import { refuse } from './tool-error.ts';
import { clip, namedBlock, paragraphs } from './untrusted-text.ts';

export const fixState = z.enum(FIX_STATES);
export const fixWay = z.enum(FIX_WAYS);
export const fixName = z
  .string()
  .regex(/^fix-[0-9a-f]{12}$/, { error: 'is not the id of a hand-off: fix- and 12 characters' })
  .describe('id of a hand-off (fix-0123456789ab)');

const verification = z.strictObject({
  outcome: z.enum(['fixed', 'still seen', 'too early', 'no traffic', 'could not look']),
  incidents: count.describe('of the fingerprint on that revision'),
  requests: count.nullable(),
  hours: z.number(),
  needed: z.number().nullable().describe('in `unit`, without an incident'),
  unit: z.enum(['requests', 'hours']),
  at: instant,
});

/** A hand-off as lists show it. */
export const fixFields = z.strictObject({
  id: z.string(),
  issue: z.string().describe('short id'),
  issueId: z.string(),
  state: fixState,
  since: instant,
  way: fixWay,
  level: z.enum(['tell', 'cause', 'diff', 'pull request']).describe('what may be done'),
  fixability: count.describe('of 100'),
  isAutomatic: z.boolean(),
  handedOffAt: instant,
  commit: textOrNull.describe('what runs, to work on'),
  mergedCommit: textOrNull,
  end: textOrNull.describe('why nothing came of it'),
  verification: verification.nullable(),
  untrusted: untrusted({
    agent: z.string(),
    service: z.string(),
    branch: textOrNull,
    pullRequest: textOrNull,
    revision: textOrNull,
    verifiedRevision: textOrNull,
    endDetail: textOrNull,
  }),
});
export type FixFields = z.infer<typeof fixFields>;

export function fixFieldsOf(fix: Fix): FixFields {
  const { proposal, verification: seen, end } = fix;
  return {
    id: fix.id,
    issue: fix.shortId,
    issueId: fix.issueId,
    state: fix.state,
    since: toInstant(fix.stateSince),
    way: fix.way,
    level: fix.level,
    fixability: fix.fixability.score,
    isAutomatic: fix.isAutomatic,
    handedOffAt: toInstant(fix.handedOffAt),
    commit: fix.commit,
    mergedCommit: fix.mergedCommit,
    end: end?.reason ?? null,
    verification:
      seen === null
        ? null
        : {
            ...{ outcome: seen.outcome, incidents: seen.incidents, requests: seen.requests, hours: seen.hours },
            ...{ needed: seen.needed, unit: seen.unit, at: toInstant(seen.at) },
          },
    untrusted: {
      agent: clip(fix.agent, 200),
      service: clip(fix.service, 200),
      branch: clip(proposal?.branch ?? null, 200),
      pullRequest: clip(proposal?.url ?? null, 500),
      revision: clip(fix.revisionWithFix, 200),
      verifiedRevision: clip(seen?.revision ?? null, 200),
      endDetail: clip(end?.detail ?? null, 1_000),
    },
  };
}

/** One line of Guardian's, then what others named. */
export function fixText(fix: FixFields, messages: Messages): string {
  const { agent, branch, pullRequest, revision, endDetail } = fix.untrusted;
  const { verification: seen } = fix;
  const verified = seen === null ? '' : `, ${seen.outcome} (${seen.incidents} incidents)`;
  return paragraphs(
    `${fix.id} of ${fix.issue}: ${fix.state} since ${fix.since}, by ${fix.way}, level ${fix.level}${verified}${fix.end === null ? '' : `, ${fix.end}`}`,
    namedBlock({ source: 'event', id: fix.id }, { agent, branch, pullRequest, revision, said: endDetail }, messages),
  );
}

/** Throws `not_found`. */
export async function findFix(id: string, { fixes }: McpOptions): Promise<Fix> {
  const fix = await fixes.get(id);
  if (!fix) throw refuse('not_found', { path: 'such hand-off' });
  return fix;
}

/** What was refused, in Guardian's own words. */
export function refusal(
  reason: HandOffRefusal | Extract<ReplyResult, { isRefused: true }>['reason'],
  { fixes: t }: Messages,
) {
  if (reason === 'not-found') return refuse('not_found', { path: 'such hand-off' });
  const isInput = reason === 'unknown-agent' || reason === 'not-set-up' || reason === 'empty';
  return refuse(isInput ? 'payload_invalid' : 'conflict', { reason: t.refusals[reason] });
}
