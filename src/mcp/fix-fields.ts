import { z } from 'zod';
import { FIX_STATES, FIX_WAYS } from '../contracts/api/fixes.ts';
import type { Fix, HandOffRefusal, ReplyResult } from '../core/fixes/index.ts';
import { type Messages, toInstant } from '../core/shared/index.ts';
import type { McpOptions } from './mcp-options.ts';
import { instant, untrusted } from './schemas.ts';
import { refuse } from './tool-error.ts';
import { clip, namedBlock, paragraphs } from './untrusted-text.ts';

export const fixState = z.enum(FIX_STATES);
export const fixWay = z.enum(FIX_WAYS);
export const fixName = z
  .string()
  .regex(/^fix-[0-9a-f]{12}$/, { error: 'is not the id of a hand-off: fix- and 12 characters' })
  .describe('id of a hand-off (fix-0123456789ab)');

/** What every answer says of a hand-off: schemas are read by every agent at every start, so they are short. */
export const fixBrief = z.strictObject({
  id: z.string(),
  issue: z.string(),
  state: fixState.describe('after the change'),
  level: z.enum(['tell', 'cause', 'diff', 'pull request']).describe('what may be done'),
});

export const fixFields = z.strictObject({
  ...fixBrief.shape,
  state: fixState,
  since: instant,
  way: fixWay,
  handedOffAt: instant,
  commit: z.string().nullable().describe('to work on'),
  end: z.string().nullable().describe('why nothing came of it'),
  outcome: z.enum(['fixed', 'still seen', 'too early', 'no traffic', 'could not look']).nullable(),
  untrusted: untrusted({
    agent: z.string(),
    service: z.string(),
    branch: z.string().nullable(),
    pullRequest: z.string().nullable(),
    revision: z.string().nullable().describe('that holds it'),
  }),
});
export type FixFields = z.infer<typeof fixFields>;

export function fixBriefOf({ id, shortId, state, level }: Fix): z.infer<typeof fixBrief> {
  return { id, issue: shortId, state, level };
}

export function fixFieldsOf(fix: Fix): FixFields {
  const { proposal, verification, end } = fix;
  return {
    ...fixBriefOf(fix),
    since: toInstant(fix.stateSince),
    way: fix.way,
    handedOffAt: toInstant(fix.handedOffAt),
    commit: fix.commit,
    end: end?.reason ?? null,
    outcome: verification?.outcome ?? null,
    untrusted: {
      agent: clip(fix.agent, 200),
      service: clip(fix.service, 200),
      branch: clip(proposal?.branch ?? null, 200),
      pullRequest: clip(proposal?.url ?? null, 500),
      revision: clip(fix.revisionWithFix, 200),
    },
  };
}

/** One line of Guardian's, then what others named. */
export function fixText(fix: FixFields, messages: Messages): string {
  const { agent, branch, pullRequest, revision } = fix.untrusted;
  const said = [fix.outcome, fix.end].flatMap((one) => (one === null ? [] : [`, ${one}`])).join('');
  return paragraphs(
    `${fix.id} of ${fix.issue}: ${fix.state} since ${fix.since}, by ${fix.way}, level ${fix.level}${said}`,
    namedBlock({ source: 'event', id: fix.id }, { agent, branch, pullRequest, revision }, messages),
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
