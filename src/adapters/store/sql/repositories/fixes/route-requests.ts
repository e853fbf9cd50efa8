import type { Kysely } from 'kysely';
import type { FixLookRequest } from '../../../../../core/fixes/ports.ts';
import type { Schema } from '../../schema.ts';

/** Null: the issue belongs to no route, or nobody counts its requests. */
export async function requestsBefore(
  db: Kysely<Schema>,
  { projectId, service, route, revisions, since }: FixLookRequest,
  from: number,
): Promise<number | null> {
  const [method, endpoint] = partsOf(route);
  if (endpoint === null) return null;
  let counted = db
    .selectFrom('feature_usage')
    .select(({ fn }) => fn.countAll<number>().as('requests'))
    .where('project_id', '=', projectId)
    .where('service', '=', service)
    .where('endpoint', '=', endpoint)
    .where('timestamp', '>=', from)
    .where('timestamp', '<', since)
    .where((eb) => eb.or([eb('revision', 'is', null), eb('revision', 'not in', listed(revisions))]));
  if (method !== null) counted = counted.where('method', '=', method);
  const requests = Number((await counted.executeTakeFirstOrThrow()).requests);
  return requests > 0 ? requests : null;
}

/** By revision; null: nobody counts them. */
export async function requestsOf(
  db: Kysely<Schema>,
  { projectId, service, route, revisions }: FixLookRequest,
  from: number,
): Promise<Map<string, number> | null> {
  const [method, endpoint] = partsOf(route);
  if (endpoint === null || revisions.length === 0) return null;
  let counted = db
    .selectFrom('feature_usage')
    .select(['revision', ({ fn }) => fn.countAll<number>().as('requests')])
    .where('project_id', '=', projectId)
    .where('service', '=', service)
    .where('endpoint', '=', endpoint)
    .where('timestamp', '>=', from)
    .where('revision', 'in', [...revisions])
    .groupBy('revision');
  if (method !== null) counted = counted.where('method', '=', method);
  const rows = await counted.execute();
  const heard = await db
    .selectFrom('feature_usage')
    .select('id')
    .where('project_id', '=', projectId)
    .where('service', '=', service)
    .where('timestamp', '>=', from)
    .limit(1)
    .executeTakeFirst();
  if (!heard) return null;
  return new Map(rows.map((row) => [row.revision!, Number(row.requests)]));
}

function partsOf(route: string | null): [method: string | null, endpoint: string | null] {
  if (route === null) return [null, null];
  const [, method, endpoint] = /^([A-Z]{3,10}) (.+)$/s.exec(route) ?? [];
  return endpoint === undefined ? [null, route] : [method!, endpoint];
}

/** `not in ()` is no SQL; no revision is called so. */
export function listed(revisions: readonly string[]): string[] {
  return revisions.length === 0 ? [''] : [...revisions];
}
