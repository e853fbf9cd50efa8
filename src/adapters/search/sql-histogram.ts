import { sql } from 'kysely';
import type { EventCounts, EventIndex } from '../../core/events/index.ts';
import type { SeqRange, StoreDialect } from '../store/sql/dialects/dialect.ts';
import { COUNT_WIDTHS, HOUR_MS, MINUTE_MS } from '../store/sql/repositories/events/batch-counts.ts';
import { SEVERITY_CLASSES, SEVERITY_NAMES } from './event-tokens.ts';
import { type ClassCount, isCounted, type Steps, stepsOf, toCounts } from './histogram-steps.ts';
import { isOnlyProject } from './only-project.ts';
import {
  ANY_EVENT,
  type EventConditions,
  rangeOf,
  rowCondition,
  type TextPlan,
  toTextPlan,
  withClass,
} from './text-plan.ts';

/**
 * Counts by step and severity class. Without words the counts that were kept by minute and hour answer, exactly, in steps of whole minutes
 * or hours; with words the matches are counted, the newest `countedMatches` at most.
 */
export function createHistogram(
  dialect: StoreDialect,
  { countedMatches }: { countedMatches: number },
): EventIndex['histogram'] {
  return async (query, wanted) => {
    const span = await spanOf(dialect, query);
    const plan = toTextPlan(query, { isOnlyProject: await isOnlyProject(dialect.kysely, query.projectId) });
    if (plan.isImpossible) return toCounts(stepsOf(span, wanted, 1), [], true);
    const fine = stepsOf(span, wanted, 1);
    if (!isCounted(query)) return countText(dialect, { query, plan, steps: fine, bound: countedMatches });
    if (fine.stepMs < MINUTE_MS && (await isFew(dialect, query, span, countedMatches))) {
      return countText(dialect, { query, plan, steps: fine, bound: countedMatches });
    }
    const width = COUNT_WIDTHS.findLast((one) => one <= fine.stepMs) ?? MINUTE_MS;
    const steps = stepsOf(span, wanted, width);
    return toCounts(steps, await keptCounts(dialect, query, steps, width), true);
  };
}

/** What is open at an end reaches as far as there are events. */
async function spanOf({ kysely }: StoreDialect, { from, to }: EventConditions): Promise<SeqRange> {
  if (from !== null && to !== null) return { from, to: Math.max(to, from + 1) };
  const known = await kysely
    .selectFrom('event_count')
    .select(({ fn }) => [fn.min('start').as('first'), fn.max('last_at').as('last')])
    .where('width', '=', HOUR_MS)
    .executeTakeFirstOrThrow();
  const start = from ?? Math.min(known.first ?? 0, to ?? Number.MAX_SAFE_INTEGER);
  return { from: start, to: Math.max(to ?? (known.last ?? start) + 1, start + 1) };
}

async function keptCounts(
  { kysely }: StoreDialect,
  query: EventConditions,
  { from, stepMs, steps }: Steps,
  width: number,
): Promise<ClassCount[]> {
  let counts = kysely
    .selectFrom('event_count')
    .select(({ fn }) => [
      sql<number>`(start - ${sql.lit(from)}) / ${sql.lit(stepMs)}`.as('step'),
      'severity',
      fn.sum<number>('events').as('events'),
    ])
    .where('width', '=', width)
    .where('start', '>=', from)
    .where('start', '<', from + steps * stepMs)
    .groupBy([sql`1`, 'severity']);
  if (query.to !== null) counts = counts.where('start', '<', query.to);
  if (query.projectId !== null) counts = counts.where('project_id', '=', query.projectId);
  if (query.minimumSeverity !== null) counts = counts.where('severity', '>=', query.minimumSeverity);
  for (const { name, value, isExcluded } of query.fields) {
    if (name === 'service') {
      counts = counts.where(sql`lower(service)`, isExcluded ? '<>' : '=', value.toLowerCase());
    } else {
      counts = counts.where('severity', isExcluded ? 'not in' : 'in', classesNamed(value));
    }
  }
  return counts.execute();
}

/** Steps below a minute are counted from the events themselves, when those are few. */
async function isFew(
  dialect: StoreDialect,
  query: EventConditions,
  { from, to }: SeqRange,
  bound: number,
): Promise<boolean> {
  const minutes = stepsOf({ from, to }, 1, MINUTE_MS);
  const kept = await keptCounts(dialect, { ...query, to: null }, minutes, MINUTE_MS);
  return kept.reduce((sum, { events }) => sum + events, 0) <= bound;
}

interface TextCount {
  query: EventConditions;
  plan: TextPlan;
  steps: Steps;
  bound: number;
}

/**
 * All matches once, the newest up to the bound; then those of each class but the most frequent, which are what is left. To meet the list of
 * a class costs as much as the shorter of the two lists, so that the longest is not met.
 */
async function countText(dialect: StoreDialect, { query, plan, steps, bound }: TextCount): Promise<EventCounts> {
  const { text } = dialect;
  const where = rowCondition(plan);
  const range = rangeOf({ ...query, from: steps.from, to: Math.min(query.to ?? Infinity, endOf(steps)) });
  const step = { fromMs: steps.from, stepMs: steps.stepMs, limit: bound };
  const all = await text.count(plan.text ?? ANY_EVENT, range, step, where);
  const left = new Map(all.steps.map((counted) => [counted.step, counted.matches]));
  const isExact = sumOf(all.steps) < bound;
  const covered = { ...range, from: isExact ? range.from : (all.oldest ?? range.from) };
  const [mostFrequent, ...classes] = all.oldest === null ? [] : await classesByFrequency(dialect, steps);
  const counts: ClassCount[] = [];
  for (const severity of classes) {
    const found = await text.count(withClass(plan.text, severity), covered, step, where);
    for (const { step: at, matches: events } of found.steps) {
      counts.push({ step: at, severity, events });
      left.set(at, (left.get(at) ?? 0) - events);
    }
  }
  for (const [at, events] of left) if (events > 0) counts.push({ step: at, severity: mostFrequent ?? 0, events });
  return toCounts(steps, counts, isExact);
}

/** Classes that occur in these hours, the most frequent first. */
async function classesByFrequency({ kysely }: StoreDialect, steps: Steps): Promise<number[]> {
  const rows = await kysely
    .selectFrom('event_count')
    .select(['severity', ({ fn }) => fn.sum<number>('events').as('events')])
    .where('width', '=', HOUR_MS)
    .where('start', '>=', Math.floor(steps.from / HOUR_MS) * HOUR_MS)
    .where('start', '<', endOf(steps))
    .groupBy('severity')
    .orderBy('events', 'desc')
    .execute();
  return rows.map(({ severity }) => severity);
}

function sumOf(counted: readonly { matches: number }[]): number {
  return counted.reduce((sum, { matches }) => sum + matches, 0);
}

function endOf({ from, stepMs, steps }: Steps): number {
  return from + stepMs * steps;
}

function classesNamed(name: string): number[] {
  return SEVERITY_CLASSES.filter((severityClass) => SEVERITY_NAMES[severityClass] === name.toLowerCase());
}
