import type { Insertable, Transaction } from 'kysely';
import { statusName } from '../../../../../../packages/sdk/src/usage/status-name.ts';
import { CLIENT_CLOSED_REQUEST, isUserError } from '../../../../../core/usage/index.ts';
import type { RequestFact, WaitingFact } from '../../../../../core/usage/ports.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { createAnonymousCap } from './anonymous-cap.ts';

/** Makes the rows of these facts; gives the facts whose row is new. */
export async function keepUsageRows(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  waiting: readonly WaitingFact[],
): Promise<WaitingFact[]> {
  const facts = firstOfEach(waiting);
  const fresh = new Set<string>();
  const put = async <Row>(rowOf: (one: WaitingFact) => Row | null, keep: (rows: Row[]) => Promise<unknown>) => {
    const rows = facts.map(rowOf).filter((row) => row !== null);
    for (const chunk of chunksOf(rows)) await keep(chunk);
  };
  await put(featureUseRow, (rows) => add(trx, 'feature_usage', rows, fresh));
  await put(markRow, (rows) => add(trx, 'usage_mark', rows, fresh));
  const hasRow = await createAnonymousCap(trx, dialect, facts);
  const isCounted = (one: WaitingFact) => one.fact.kind === 'error' || (fresh.has(one.fact.id) && hasRow(one));
  await put(
    (one) => (isCounted(one) ? errorRow(one) : null),
    (rows) => add(trx, 'user_errors', rows, fresh),
  );
  return facts.filter(({ fact }) => fresh.has(fact.id));
}

/** A fact that came twice in one batch makes one row. */
function firstOfEach(waiting: readonly WaitingFact[]): WaitingFact[] {
  return [...new Map([...waiting].reverse().map((one) => [one.fact.id, one])).values()].reverse();
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

function featureUseRow({ projectId, fact }: WaitingFact): Insertable<Schema['feature_usage']> | null {
  if (fact.kind !== 'request') return null;
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
    error_message: messageOf(fact),
    duration_ms: fact.durationMs,
    service: fact.service,
    method: fact.method,
    status_code: fact.status,
    revision: fact.revision,
    request_id: fact.requestId,
    is_sampled: Number(fact.isSampled),
  };
}

function messageOf({ status, error }: RequestFact): string | null {
  if (status === CLIENT_CLOSED_REQUEST) return `${statusName(status)} ${status}`;
  return error === null || error === 'counted' ? null : error.message;
}

function errorRow({ projectId, fact }: WaitingFact): Insertable<Schema['user_errors']> | null {
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

function markRow({ projectId, fact }: WaitingFact): Insertable<Schema['usage_mark']> | null {
  const { id, service, at, kind } = fact;
  if (kind === 'request' || kind === 'error' || kind === 'refused') return null;
  const { user, client } = kind === 'sequence' ? NOBODY : fact.who;
  const until = kind === 'activity' ? fact.until : at;
  return { id, project_id: projectId, service, user_email: user, client, at, until, kind };
}
