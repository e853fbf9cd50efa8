import type { Insertable, Selectable } from 'kysely';
import type { Fix, FixAttempt, FixChange, FixWork, PullRequestRef } from '../../../../../core/fixes/index.ts';
import { packJson, unpackJson } from '../../packed-json.ts';
import type { Schema } from '../../schema.ts';

export type FixRow = Selectable<Schema['fix']>;
type AttemptRow = Selectable<Schema['fix_attempt']>;

/** The content is the fix itself; what the columns say besides it is for finding it. */
export function toFix({ content, version }: Pick<FixRow, 'content' | 'version'>): Fix {
  return { ...(JSON.parse(content) as Fix), version };
}

export function fixColumns(fix: Fix): Omit<Insertable<Schema['fix']>, 'hand_off'> {
  const pull = fix.proposal?.pullRequest ?? null;
  return {
    id: fix.id,
    issue_id: fix.issueId,
    project_id: fix.projectId,
    service: fix.service,
    state: fix.state,
    state_since: Math.floor(fix.stateSince),
    handed_off_at: Math.floor(fix.handedOffAt),
    is_automatic: Number(fix.isAutomatic),
    pull_request: pull && pullRequestKey(pull),
    version: fix.version,
    content: JSON.stringify(fix),
  };
}

export function pullRequestKey({ forge, owner, name, number }: PullRequestRef): string {
  return `${forge}:${owner}/${name}#${number}`.toLowerCase();
}

export function toChange({ fix_id, at, actor, action, detail }: Selectable<Schema['fix_change']>): FixChange {
  return {
    fixId: fix_id,
    at,
    actor,
    action,
    detail: detail === null ? null : (JSON.parse(detail) as FixChange['detail']),
  };
}

export function changeRow({ fixId, at, actor, action, detail }: FixChange): Insertable<Schema['fix_change']> {
  return { fix_id: fixId, at: Math.floor(at), actor, action, detail: detail && JSON.stringify(detail) };
}

export function toAttempt(row: AttemptRow): FixAttempt {
  return {
    id: row.id,
    fixId: row.fix_id,
    work: JSON.parse(row.work) as FixWork,
    state: row.state as FixAttempt['state'],
    tries: row.tries,
    nextAt: row.next_at,
    node: row.node,
    claimedUntil: row.claimed_until,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    lastError: row.last_error,
    run: row.run === null ? null : (unpackJson(row.run) as FixAttempt['run']),
  };
}

/** Due at once. */
export function attemptRow(
  id: string,
  { fixId, work, at }: { fixId: string; work: FixWork; at: number },
): Insertable<Schema['fix_attempt']> {
  return {
    id,
    fix_id: fixId,
    kind: work.kind,
    work: JSON.stringify(work),
    state: 'pending',
    tries: 0,
    next_at: Math.floor(at),
    node: null,
    claimed_until: null,
    created_at: Math.floor(at),
    started_at: null,
    finished_at: null,
    last_error: null,
    run: null,
  };
}

export function packRun(run: FixAttempt['run']): Uint8Array | null {
  return run === null ? null : packJson(run);
}
