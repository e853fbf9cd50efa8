import { sql } from 'kysely';
import type { EventCounts, EventIndex } from '../../core/events/index.ts';
import type { SeqRange, StoreDialect } from '../store/sql/dialects/dialect.ts';
import { HOUR_MS, MINUTE_MS } from '../store/sql/repositories/events/batch-counts.ts';
import { SEVERITY_CLASSES, SEVERITY_NAMES, severityClassOf } from './event-tokens.ts';
import { type EventConditions, rangeOf, rowCondition, toTextPlan, withClass } from './text-plan.ts';

/** Where the steps lie: `steps` of `stepMs` from `from` on; the last one may end after what was asked for. */
interface Steps {
  from: number;
  stepMs: number;
  steps: number;
}

interface ClassCount {
  step: number;
  severity: number;
  events: number;
}

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
    if (toTextPlan(query).isImpossible) return toCounts(stepsOf(span, wanted, MINUTE_MS), [], true);
    if (!isCounted(query)) return countText(dialect, query, stepsOf(span, wanted, 1), countedMatches);
    const isShort = span.to - span.from < wanted * MINUTE_MS;
    if (isShort) {
      const exact = await countRows(dialect, query, stepsOf(span, wanted, 1), countedMatches);
      if (exact) return exact;
    }
    const width = span.to - span.from >= wanted * HOUR_MS ? HOUR_MS : MINUTE_MS;
    const steps = stepsOf(span, wanted, width);
    return toCounts(steps, await keptCounts(dialect, query, steps, width), true);
  };
}

/** Counts are kept by project, service and severity class; anything else is a search. */
function isCounted({ words, fields, minimumSeverity }: EventConditions): boolean {
  const isClass = minimumSeverity === null || severityClassOf(minimumSeverity) === Math.max(minimumSeverity, 0);
  return isClass && words.length === 0 && fields.every(({ name }) => name === 'service' || name === 'level');
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

function stepsOf({ from, to }: SeqRange, wanted: number, width: number): Steps {
  const start = Math.floor(from / width) * width;
  const stepMs = Math.max(Math.ceil((to - start) / wanted / width), 1) * width;
  return { from: start, stepMs, steps: Math.max(Math.ceil((to - start) / stepMs), 1) };
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

/** Steps below a minute: rows of a short range, when they are few; null otherwise. */
async function countRows(
  dialect: StoreDialect,
  query: EventConditions,
  steps: Steps,
  bound: number,
): Promise<EventCounts | null> {
  const minutes = stepsOf({ from: steps.from, to: steps.from + steps.steps * steps.stepMs }, 1, MINUTE_MS);
  const kept = await keptCounts(dialect, { ...query, to: null }, minutes, MINUTE_MS);
  const expected = kept.reduce((sum, { events }) => sum + events, 0);
  return expected > bound ? null : countText(dialect, query, steps, bound);
}

async function countText(
  { text }: StoreDialect,
  query: EventConditions,
  steps: Steps,
  bound: number,
): Promise<EventCounts> {
  const plan = toTextPlan(query);
  const where = rowCondition(plan);
  const range = rangeOf({ ...query, from: steps.from, to: Math.min(query.to ?? Infinity, endOf(steps)) });
  const counts: ClassCount[] = [];
  let left = bound;
  let isExact = true;
  // The gravest first: when counting stops, it stops among the many that matter least.
  for (const severity of SEVERITY_CLASSES.toReversed()) {
    if (left <= 0) return toCounts(steps, counts, false);
    const matches = await text.count(
      withClass(plan.text, severity),
      range,
      { fromMs: steps.from, stepMs: steps.stepMs, limit: left },
      where,
    );
    const sum = matches.reduce((total, { matches: found }) => total + found, 0);
    if (sum >= left) isExact = false;
    left -= sum;
    counts.push(...matches.map(({ step, matches: events }) => ({ step, severity, events })));
  }
  return toCounts(steps, counts, isExact);
}

function endOf({ from, stepMs, steps }: Steps): number {
  return from + stepMs * steps;
}

function classesNamed(name: string): number[] {
  return SEVERITY_CLASSES.filter((severityClass) => SEVERITY_NAMES[severityClass] === name.toLowerCase());
}

function toCounts({ from, stepMs, steps }: Steps, counts: readonly ClassCount[], isExact: boolean): EventCounts {
  const bySeverity = new Map<number, number[]>();
  for (const { step, severity, events } of counts) {
    if (step < 0 || step >= steps) continue;
    const own = bySeverity.get(severity) ?? new Array<number>(steps).fill(0);
    own[step]! += events;
    bySeverity.set(severity, own);
  }
  const found = [...bySeverity].sort(([a], [b]) => a - b);
  return { from, stepMs, steps: found.map(([severity, own]) => ({ severity, counts: own })), isExact };
}
