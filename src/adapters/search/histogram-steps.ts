import type { EventCounts } from '../../core/events/index.ts';
import type { SeqRange } from '../store/sql/dialects/dialect.ts';
import { COUNT_WIDTHS, MINUTE_MS } from '../store/sql/repositories/events/batch-counts.ts';
import { severityClassOf } from './event-tokens.ts';
import type { EventConditions } from './text-plan.ts';

/** Where the steps lie: `steps` of `stepMs` from `from` on; the last one may end after what was asked for. */
export interface Steps {
  from: number;
  stepMs: number;
  steps: number;
}

export interface ClassCount {
  step: number;
  severity: number;
  events: number;
}

/** Counts are kept by project, service and severity class; anything else is a search. */
export function isCounted({ words, fields, minimumSeverity }: EventConditions): boolean {
  const isClass = minimumSeverity === null || severityClassOf(minimumSeverity) === Math.max(minimumSeverity, 0);
  return isClass && words.length === 0 && fields.every(({ name }) => name === 'service' || name === 'level');
}

/** Steps of at least `width`, beginning at a whole one. */
export function stepsOf({ from, to }: SeqRange, wanted: number, width: number): Steps {
  const start = Math.floor(from / width) * width;
  const stepMs = Math.max(Math.ceil((to - start) / wanted / width), 1) * width;
  return { from: start, stepMs, steps: Math.max(Math.ceil((to - start) / stepMs), 1) };
}

/** The same steps as SQL’s, so that a chart does not jump when the other one answers. */
export function stepsFor(query: EventConditions, span: SeqRange, wanted: number): Steps {
  const fine = stepsOf(span, wanted, 1);
  if (!isCounted(query) || fine.stepMs < MINUTE_MS) return fine;
  return stepsOf(span, wanted, COUNT_WIDTHS.findLast((one) => one <= fine.stepMs) ?? MINUTE_MS);
}

export function toCounts({ from, stepMs, steps }: Steps, counts: readonly ClassCount[], isExact: boolean): EventCounts {
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
