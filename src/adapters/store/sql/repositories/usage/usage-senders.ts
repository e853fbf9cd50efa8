import type { Transaction } from 'kysely';
import type { WaitingFact } from '../../../../../core/usage/ports.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';

interface Told {
  projectId: number;
  sender: string;
  service: string;
  firstAt: number;
  lastAt: number;
  highest: number;
  received: number;
  givenUp: number;
  state: { rank: number; state: string; counters: string } | null;
}

/** Adds what these facts say of the numbers of their senders; facts must be new. */
export async function countSenders(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  facts: readonly WaitingFact[],
): Promise<void> {
  const told = new Map<string, Told>();
  for (const { projectId, fact } of facts) {
    if (fact.sender === null || fact.sequence === null) continue;
    const key = JSON.stringify([projectId, fact.sender]);
    const known = told.get(key) ?? {
      ...{ projectId, sender: fact.sender, service: fact.service, firstAt: fact.at, lastAt: fact.at },
      ...{ highest: 0, received: 0, givenUp: 0, state: null },
    };
    told.set(key, known);
    known.firstAt = Math.min(known.firstAt, fact.at);
    known.lastAt = Math.max(known.lastAt, fact.at);
    known.highest = Math.max(known.highest, fact.sequence);
    known.received++;
    if (fact.kind === 'gap') known.givenUp += fact.count;
    if (fact.kind === 'sequence' && fact.sequence >= (known.state?.rank ?? 0))
      known.state = { rank: fact.sequence, state: fact.state, counters: JSON.stringify(fact.counters) };
  }
  for (const chunk of chunksOf([...told].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)))
    await addSenders(trx, dialect, chunk);
}

async function addSenders(trx: Transaction<Schema>, dialect: StoreDialect, told: readonly Told[]): Promise<void> {
  const keys = told.map(({ projectId, sender }) => ({ project: projectId, sender }));
  const rows = await trx
    .selectFrom(dialect.given<(typeof keys)[number]>({ project: 'integer', sender: 'text' }, keys).as('given'))
    .innerJoin('usage_sender as own', (join) =>
      join.onRef('own.project_id', '=', 'given.project').onRef('own.sender', '=', 'given.sender'),
    )
    .selectAll('own')
    .execute();
  const before = new Map(rows.map((row) => [JSON.stringify([row.project_id, row.sender]), row]));
  const values = told.map((one) => {
    const known = before.get(JSON.stringify([one.projectId, one.sender]));
    // The state that was said last, by its number: records come in any order.
    const isNewer = one.state !== null && (known === undefined || one.state.rank >= known.highest);
    return {
      project_id: one.projectId,
      sender: one.sender,
      service: one.service,
      first_at: Math.min(one.firstAt, known?.first_at ?? one.firstAt),
      last_at: Math.max(one.lastAt, known?.last_at ?? one.lastAt),
      highest: Math.max(one.highest, known?.highest ?? 0),
      received: one.received + (known?.received ?? 0),
      given_up: one.givenUp + (known?.given_up ?? 0),
      state: isNewer ? one.state!.state : (known?.state ?? one.state?.state ?? null),
      counters: isNewer ? one.state!.counters : (known?.counters ?? one.state?.counters ?? '{}'),
    };
  });
  await trx
    .insertInto('usage_sender')
    .values(values)
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'sender']).doUpdateSet((eb) => ({
        first_at: eb.ref('excluded.first_at'),
        last_at: eb.ref('excluded.last_at'),
        highest: eb.ref('excluded.highest'),
        received: eb.ref('excluded.received'),
        given_up: eb.ref('excluded.given_up'),
        state: eb.ref('excluded.state'),
        counters: eb.ref('excluded.counters'),
      })),
    )
    .execute();
}
