import type { Transaction } from 'kysely';
import type { UsageFact, WaitingFact, Who } from '../../../../../core/usage/ports.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';

type Whose = UsageFact & { who: Who };
interface Alive {
  from: number;
  until: number;
}

/**
 * A session that is alive when a salt changes goes on under its name: facts that bear the name before, too, are kept under that one (or
 * under the one that it, in turn, is kept as) as long as a session of it is within the time-out. A logout ends that.
 */
export async function keepLiveNames(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  facts: readonly WaitingFact[],
  timeoutMs: number,
): Promise<WaitingFact[]> {
  const named = facts.filter((one): one is WaitingFact & { fact: Whose } => hasNameBefore(one.fact));
  if (named.length === 0) return [...facts];
  const aliases = await aliasesOf(trx, dialect, named);
  const keptAs = (projectId: number, fact: Whose, name: string) => aliases.get(placeOf(projectId, fact, name)) ?? name;
  const alive = await aliveSessions(
    trx,
    dialect,
    named.map(({ projectId, fact }) => ({ projectId, fact, name: keptAs(projectId, fact, fact.who.userBefore!) })),
    timeoutMs,
  );
  const learnt = new Map<string, AliasRow>();
  const renamed = new Map<UsageFact, UsageFact>();
  for (const { projectId, fact } of [...facts].sort((a, b) => a.fact.at - b.fact.at)) {
    if (!('who' in fact) || fact.who === null) continue;
    let kept: Whose = fact as Whose;
    const { userBefore, user } = fact.who;
    if (userBefore !== null) {
      const name = keptAs(projectId, kept, userBefore);
      const sessions = alive.get(placeOf(projectId, kept, name)) ?? [];
      if (sessions.some(({ from, until }) => fact.at >= from && fact.at <= until + timeoutMs)) {
        kept = { ...kept, who: { ...fact.who, user: name, userBefore: null } };
        renamed.set(fact, kept);
        const place = { project_id: projectId, service: fact.service, client: fact.who.client };
        learnt.set(placeOf(projectId, fact as Whose, user), { ...place, name: user, kept_as: name });
      }
    }
    live(alive, placeOf(projectId, kept, kept.who.user), kept);
  }
  for (const rows of chunksOf([...learnt.values()]))
    await trx
      .insertInto('usage_alias')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  return facts.map((one) => ({ ...one, fact: renamed.get(one.fact) ?? one.fact }));
}

interface AliasRow {
  name: string;
  project_id: number;
  service: string;
  client: string;
  kept_as: string;
}

function hasNameBefore(fact: UsageFact): fact is Whose {
  return 'who' in fact && fact.who !== null && fact.who.userBefore !== null;
}

function placeOf(projectId: number, { service, who: { client } }: Whose, name: string): string {
  return JSON.stringify([projectId, service, client, name]);
}

/** What this fact does to the sessions of its own batch. */
function live(alive: Map<string, Alive[]>, place: string, fact: Whose): void {
  if (fact.kind === 'error') return;
  if (fact.kind === 'logout') {
    alive.delete(place);
    return;
  }
  const until = fact.kind === 'request' ? fact.at + fact.durationMs : fact.kind === 'activity' ? fact.until : fact.at;
  const known = alive.get(place);
  if (known) known.push({ from: fact.at, until });
  else alive.set(place, [{ from: fact.at, until }]);
}

async function aliasesOf(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  named: readonly { projectId: number; fact: Whose }[],
): Promise<Map<string, string>> {
  const aliases = new Map<string, string>();
  for (const chunk of chunksOf(named)) {
    const keys = chunk.map(({ projectId, fact }) => keyOf(projectId, fact, fact.who.userBefore!));
    const rows = await trx
      .selectFrom(dialect.given<Key>(KEY, keys).as('given'))
      .innerJoin('usage_alias as own', (join) =>
        join
          .onRef('own.name', '=', 'given.name')
          .onRef('own.project_id', '=', 'given.project')
          .onRef('own.service', '=', 'given.service')
          .onRef('own.client', '=', 'given.client'),
      )
      .selectAll('own')
      .execute();
    for (const { project_id, service, client, name, kept_as } of rows)
      aliases.set(JSON.stringify([project_id, service, client, name]), kept_as);
  }
  return aliases;
}

async function aliveSessions(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  named: readonly { projectId: number; fact: Whose; name: string }[],
  timeoutMs: number,
): Promise<Map<string, Alive[]>> {
  const alive = new Map<string, Alive[]>();
  const keys = new Map<string, Key>();
  for (const { projectId, fact, name } of named) {
    const place = placeOf(projectId, fact, name);
    const known = keys.get(place);
    keys.set(place, keyOf(projectId, fact, name, Math.min(fact.at - timeoutMs, known?.at ?? Number.POSITIVE_INFINITY)));
  }
  for (const chunk of chunksOf([...keys.values()])) {
    const rows = await trx
      .selectFrom(dialect.given<Key>(KEY, chunk).as('given'))
      .innerJoin('user_sessions as session', (join) =>
        join
          .onRef('session.user_email', '=', 'given.name')
          .onRef('session.project_id', '=', 'given.project')
          .onRef('session.service', '=', 'given.service')
          .onRef('session.client', '=', 'given.client')
          .onRef('session.last_activity', '>=', 'given.at'),
      )
      .select(['session.project_id', 'session.service', 'session.client', 'session.user_email'])
      .select(['session.session_start', 'session.last_activity', 'session.end_reason'])
      .execute();
    for (const row of rows) {
      if (row.end_reason === 'logout') continue;
      const place = JSON.stringify([row.project_id, row.service, row.client, row.user_email]);
      const session = { from: row.session_start, until: row.last_activity };
      const known = alive.get(place);
      if (known) known.push(session);
      else alive.set(place, [session]);
    }
  }
  return alive;
}

interface Key {
  name: string;
  project: number;
  service: string;
  client: string;
  at: number;
}

const KEY = { name: 'text', project: 'integer', service: 'text', client: 'text', at: 'integer' } as const;

function keyOf(projectId: number, { service, who: { client } }: Whose, name: string, at = 0): Key {
  return { name, project: projectId, service, client, at };
}
