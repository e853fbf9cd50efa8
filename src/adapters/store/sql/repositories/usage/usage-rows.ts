import type { Insertable, Transaction } from 'kysely';
import { isUserError, type UsageFact } from '../../../../../core/usage/index.ts';
import type { WaitingFact } from '../../../../../core/usage/ports.ts';
import { chunksOf } from '../../chunks.ts';
import type { Schema } from '../../schema.ts';

/** Makes the rows of these facts; gives the facts whose row is new. */
export async function keepUsageRows(trx: Transaction<Schema>, waiting: readonly WaitingFact[]): Promise<WaitingFact[]> {
  const uses: Insertable<Schema['feature_usage']>[] = [];
  const errors: Insertable<Schema['user_errors']>[] = [];
  const marks: Insertable<Schema['usage_mark']>[] = [];
  for (const { projectId, fact } of waiting) {
    if (fact.kind === 'request') uses.push(featureUseRow(projectId, fact));
    else if (fact.kind !== 'error') marks.push(markRow(projectId, fact));
    const error = errorRow(projectId, fact);
    if (error !== null) errors.push(error);
  }
  const fresh = new Set<string>();
  for (const rows of chunksOf(uses)) await add(trx, 'feature_usage', rows, fresh);
  const freshErrors = new Set<string>();
  for (const rows of chunksOf(errors)) await add(trx, 'user_errors', rows, freshErrors);
  for (const rows of chunksOf(marks)) await add(trx, 'usage_mark', rows, fresh);
  return firstOfEach(waiting).filter(({ fact }) => (fact.kind === 'error' ? freshErrors : fresh).has(fact.id));
}

/** A fact that came twice in one batch makes one row. */
function firstOfEach(waiting: readonly WaitingFact[]): WaitingFact[] {
  return [...new Map([...waiting].reverse().map((one) => [one.fact.id, one])).values()];
}

async function add<Table extends 'feature_usage' | 'user_errors' | 'usage_mark'>(
  trx: Transaction<Schema>,
  table: Table,
  rows: readonly Insertable<Schema[Table]>[],
  fresh: Set<string>,
): Promise<void> {
  const added = await trx
    .insertInto(table as 'usage_mark')
    .values(rows as Insertable<Schema['usage_mark']>[])
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute();
  for (const { id } of added) fresh.add(id);
}

type Of<Kind> = Extract<UsageFact, { kind: Kind }>;

function featureUseRow(projectId: number, fact: Of<'request'>): Insertable<Schema['feature_usage']> {
  return {
    id: fact.id,
    project_id: projectId,
    user_email: fact.who?.user ?? null,
    client: fact.who?.client ?? null,
    feature_name: fact.feature,
    feature_group: fact.group,
    endpoint: fact.endpoint,
    timestamp: fact.at,
    success: Number(fact.status < 400),
    is_error: Number(isUserError(fact.status)),
    error_message: fact.error !== null && fact.error !== 'counted' ? fact.error.message : null,
    duration_ms: fact.durationMs,
    service: fact.service,
    method: fact.method,
    status_code: fact.status,
    revision: fact.revision,
    request_id: fact.requestId,
    is_sampled: Number(fact.isSampled),
  };
}

function errorRow(projectId: number, fact: UsageFact): Insertable<Schema['user_errors']> | null {
  if (fact.kind !== 'request' && fact.kind !== 'error') return null;
  const { error } = fact;
  if (error === null || error === 'counted') return null;
  return {
    id: fact.id,
    project_id: projectId,
    user_email: fact.who?.user ?? null,
    endpoint: fact.endpoint,
    method: fact.method,
    error_type: error.type,
    error_code: fact.kind === 'error' ? fact.code : fact.status,
    error_message: error.message,
    stack_trace: error.stack,
    timestamp: fact.at,
    service: fact.service,
    revision: fact.revision,
    request_id: fact.requestId,
    issue_id: null,
    is_request: Number(fact.kind === 'request'),
  };
}

/** What a sender says of itself is nobody's, and stands here so that it, too, counts once. */
const NOBODY = { user: '', client: '' };

function markRow(
  projectId: number,
  fact: Exclude<UsageFact, Of<'request'> | Of<'error'>>,
): Insertable<Schema['usage_mark']> {
  const { id, service, at, kind } = fact;
  const { user, client } = kind === 'gap' || kind === 'sequence' ? NOBODY : fact.who;
  const until = kind === 'activity' ? fact.until : at;
  return { id, project_id: projectId, service, user_email: user, client, at, until, kind };
}
