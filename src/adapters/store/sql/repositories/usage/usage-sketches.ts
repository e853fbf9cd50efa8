import type { Transaction } from 'kysely';
import { createSketch, saltOf, startOf } from '../../../../../core/usage/index.ts';
import type { WaitingFact } from '../../../../../core/usage/ports.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { ALL } from './usage-counts.ts';

/** Adds who did something to the sketches of their days, by service and over all, each salt for itself. Nothing is written where nobody is new. */
export async function addSketches(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  facts: readonly WaitingFact[],
): Promise<void> {
  const told = new Map<string, { service: string; at: number; salt: string; users: Set<string> }>();
  for (const { fact } of facts) {
    if (!('who' in fact) || fact.who === null || fact.kind === 'logout') continue;
    const { user } = fact.who;
    const place = { at: startOf(fact.at, 'day'), salt: saltOf(user) };
    for (const service of [fact.service, ALL.service]) {
      const key = JSON.stringify([service, place.at, place.salt]);
      const known = told.get(key);
      if (known) known.users.add(user);
      else told.set(key, { ...place, service, users: new Set([user]) });
    }
  }
  const ordered = [...told].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  for (const chunk of chunksOf(ordered)) {
    const keys = chunk.map(({ service, at, salt }) => ({ service, at, salt }));
    const rows = await trx
      .selectFrom(
        dialect.given<(typeof keys)[number]>({ service: 'text', at: 'integer', salt: 'text' }, keys).as('given'),
      )
      .innerJoin('usage_sketch as own', (join) =>
        join
          .onRef('own.service', '=', 'given.service')
          .onRef('own.at', '=', 'given.at')
          .onRef('own.salt', '=', 'given.salt'),
      )
      .selectAll('own')
      .execute();
    const before = new Map(rows.map((row) => [JSON.stringify([row.service, row.at, row.salt]), row.registers]));
    const changed = chunk.flatMap(({ service, at, salt, users }) => {
      const stored = before.get(JSON.stringify([service, at, salt]));
      const sketch = createSketch(stored);
      for (const user of users) sketch.add(user);
      const registers = sketch.encode();
      return registers === stored ? [] : [{ service, at, salt, registers }];
    });
    if (changed.length === 0) continue;
    await trx
      .insertInto('usage_sketch')
      .values(changed)
      .onConflict((conflict) =>
        conflict.columns(['service', 'at', 'salt']).doUpdateSet((eb) => ({ registers: eb.ref('excluded.registers') })),
      )
      .execute();
  }
}
