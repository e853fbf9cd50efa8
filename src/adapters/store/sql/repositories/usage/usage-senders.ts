import type { Transaction } from 'kysely';
import { type Gap, gapsAfter, type HeardNumbers, type UsageFact } from '../../../../../core/usage/index.ts';
import type { WaitingFact } from '../../../../../core/usage/ports.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';

interface Told {
  projectId: number;
  sender: string;
  service: string;
  lastAt: number;
  heard: HeardNumbers[];
  state: { rank: number; state: string; counters: string } | null;
}

/** Notes which numbers of their senders these facts have: repeats and refused ones are no loss either. */
export async function noteNumbers(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  facts: readonly WaitingFact[],
): Promise<void> {
  const told = new Map<string, Told>();
  for (const { projectId, fact } of facts) {
    const heard = numbersOf(fact);
    if (fact.sender === null || heard.length === 0) continue;
    const key = keyOf(projectId, fact.sender);
    const known = told.get(key) ?? {
      ...{ projectId, sender: fact.sender, service: fact.service, lastAt: fact.at, heard: [], state: null },
    };
    told.set(key, known);
    known.lastAt = Math.max(known.lastAt, fact.at);
    known.heard.push(...heard);
    if (fact.kind === 'sequence' && (fact.sequence ?? 0) >= (known.state?.rank ?? 0))
      known.state = { rank: fact.sequence ?? 0, state: fact.state, counters: JSON.stringify(fact.counters) };
  }
  for (const chunk of chunksOf([...told].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)))
    await noteSenders(trx, dialect, chunk);
}

function numbersOf(fact: UsageFact): HeardNumbers[] {
  if (fact.kind === 'refused') return fact.numbers.map(([first, last]) => ({ first, last, at: fact.at }));
  return fact.sequence === null ? [] : [{ first: fact.sequence, last: fact.sequence, at: letGoAt(fact) }];
}

/** Numbers are given when records are let go: a request's at its end. */
function letGoAt(fact: UsageFact): number {
  if (fact.kind === 'request') return fact.at + fact.durationMs;
  return fact.kind === 'activity' ? fact.until : fact.at;
}

async function noteSenders(trx: Transaction<Schema>, dialect: StoreDialect, told: readonly Told[]): Promise<void> {
  const keys = told.map(({ projectId, sender }) => ({ project: projectId, sender }));
  const rows = await trx
    .selectFrom(dialect.given<(typeof keys)[number]>({ project: 'integer', sender: 'text' }, keys).as('given'))
    .innerJoin('usage_sender as own', (join) =>
      join.onRef('own.project_id', '=', 'given.project').onRef('own.sender', '=', 'given.sender'),
    )
    .selectAll('own')
    .execute();
  const before = new Map(rows.map((row) => [keyOf(row.project_id, row.sender), row]));
  const gaps = await gapsAmong(trx, dialect, told);
  const values = [];
  for (const one of told) {
    const key = keyOf(one.projectId, one.sender);
    const known = before.get(key);
    const standing = gaps.get(key) ?? [];
    const { gaps: left, highest } = gapsAfter(one.heard, { gaps: standing, highest: known?.highest ?? 0 });
    await replaceGaps(trx, one, { standing, left });
    // The state that was said last, by its number: records come in any order.
    const isNewer = one.state !== null && (known === undefined || one.state.rank >= known.highest);
    values.push({
      ...{ project_id: one.projectId, sender: one.sender, service: one.service, highest },
      last_at: Math.max(one.lastAt, known?.last_at ?? one.lastAt),
      state: isNewer ? one.state!.state : (known?.state ?? one.state?.state ?? null),
      counters: isNewer ? one.state!.counters : (known?.counters ?? one.state?.counters ?? '{}'),
    });
  }
  await trx
    .insertInto('usage_sender')
    .values(values)
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'sender']).doUpdateSet((eb) => ({
        last_at: eb.ref('excluded.last_at'),
        highest: eb.ref('excluded.highest'),
        state: eb.ref('excluded.state'),
        counters: eb.ref('excluded.counters'),
      })),
    )
    .execute();
}

/** Of each sender, by its key: those in which its numbers may lie. Numbers come in their order, and then there are none. */
async function gapsAmong(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  told: readonly Told[],
): Promise<Map<string, Gap[]>> {
  const spans = told.map(({ projectId, sender, heard }) => ({
    ...{ project: projectId, sender },
    first: heard.reduce((lowest, { first }) => Math.min(lowest, first), Number.MAX_SAFE_INTEGER),
    last: heard.reduce((highest, { last }) => Math.max(highest, last), 0),
  }));
  const rows = await trx
    .selectFrom(
      dialect
        .given<(typeof spans)[number]>({ project: 'integer', sender: 'text', first: 'integer', last: 'integer' }, spans)
        .as('given'),
    )
    .innerJoin('usage_gap as gap', (join) =>
      join
        .onRef('gap.project_id', '=', 'given.project')
        .onRef('gap.sender', '=', 'given.sender')
        .onRef('gap.last_number', '>=', 'given.first')
        .onRef('gap.first_number', '<=', 'given.last'),
    )
    .selectAll('gap')
    .execute();
  const found = new Map<string, Gap[]>();
  for (const { project_id, sender, first_number, last_number, at } of rows) {
    const key = keyOf(project_id, sender);
    const gap = { first: first_number, last: last_number, at };
    const known = found.get(key);
    if (known) known.push(gap);
    else found.set(key, [gap]);
  }
  return found;
}

async function replaceGaps(
  trx: Transaction<Schema>,
  { projectId, sender, service }: Told,
  { standing, left }: { standing: readonly Gap[]; left: readonly Gap[] },
): Promise<void> {
  for (const chunk of chunksOf(standing.map(({ first }) => first)))
    await trx
      .deleteFrom('usage_gap')
      .where('project_id', '=', projectId)
      .where('sender', '=', sender)
      .where('first_number', 'in', chunk)
      .execute();
  for (const chunk of chunksOf(left))
    await trx
      .insertInto('usage_gap')
      .values(
        chunk.map(({ first, last, at }) => {
          return { project_id: projectId, sender, service, first_number: first, last_number: last, at };
        }),
      )
      .execute();
}

function keyOf(projectId: number, sender: string): string {
  return JSON.stringify([projectId, sender]);
}
