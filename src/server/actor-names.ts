import type { Messages } from '../core/shared/index.ts';
import type { Services } from './app-env.ts';

/** How actors of histories and audit rows are called: users and keys by their names, as far as they are still known. */
export async function actorNames(
  { authDatabase, keys }: Services,
  actors: readonly string[],
  { server }: Messages,
): Promise<(actor: string) => string> {
  const ids = (kind: string) => actors.filter((actor) => actor.startsWith(kind)).map((one) => one.slice(kind.length));
  const users = [...new Set(ids('user:'))];
  const names = new Map<string, string>([
    ['guardian', server.actors.guardian],
    ['open', server.actors.open],
  ]);
  if (users.length > 0) {
    const rows = await authDatabase.kysely.selectFrom('user').select(['id', 'name']).where('id', 'in', users).execute();
    for (const { id, name } of rows) names.set(`user:${id}`, name);
  }
  if (ids('key:').length > 0) for (const { id, label } of await keys.list()) names.set(`key:${id}`, label);
  return (actor) => names.get(actor) ?? actor.replace(/^agent:/, '');
}

/** The other way: everybody who may stand in rows when a reader names them so, as it stands or by the name that is shown. */
export async function actorsNamed(
  { authDatabase, keys }: Services,
  name: string,
  { server }: Messages,
): Promise<string[]> {
  const actors = [name, `agent:${name}`];
  for (const own of ['guardian', 'open'] as const) if (server.actors[own] === name) actors.push(own);
  const users = await authDatabase.kysely.selectFrom('user').select('id').where('name', '=', name).limit(100).execute();
  actors.push(...users.map(({ id }) => `user:${id}`));
  for (const { id, label } of await keys.list()) if (label === name) actors.push(`key:${id}`);
  return actors;
}
