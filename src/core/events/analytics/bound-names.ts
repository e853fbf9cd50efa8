import type { AnalyticsBatch, AnalyticsMinute } from './analytics.ts';
import { OTHER } from './batch-analytics.ts';

/** Names that a day of one service may have: each is a row for 400 days. Beyond them all count as `(other)`. */
const NAMES_PER_DAY = { series: 500, templates: 2_000, operations: 500 } as const;

/** The names that a day of one service has. */
export interface DayNames {
  /** `logger\0agent\0category` */
  series: Set<string>;
  templates: Set<string>;
  operations: Set<string>;
}

export interface DayOfService {
  /** Epoch ms of its beginning. */
  at: number;
  projectId: number;
  service: string;
}

const DAY_MS = 86_400_000;
/** Days of services that are remembered. */
const REMEMBERED = 2_000;

/** Keeps what senders may name within bounds, whatever they send. `load`: what the rows of that day hold. */
export function createNameBound(bounds: Record<keyof DayNames, number> = NAMES_PER_DAY) {
  const days = new Map<string, DayNames>();

  return {
    /** The batch with the names that are one too many as `(other)`. */
    async bound(batch: AnalyticsBatch, load: (day: DayOfService) => Promise<DayNames>): Promise<AnalyticsBatch> {
      const series: AnalyticsMinute[] = [];
      for (const one of batch.series) series.push(boundOne(one, await namesOf(one, load)));
      return { ...batch, series };
    },
    /** What was bounded came to nothing: the rows tell. */
    forget: () => days.clear(),
  };

  async function namesOf(
    { at: minute, projectId, service }: DayOfService,
    load: (day: DayOfService) => Promise<DayNames>,
  ): Promise<DayNames> {
    const at = minute - (minute % DAY_MS);
    const key = `${at} ${projectId} ${service}`;
    const known = days.get(key);
    if (known) return known;
    const names = await load({ at, projectId, service });
    if (days.size >= REMEMBERED) days.delete(days.keys().next().value!);
    days.set(key, names);
    return names;
  }

  function boundOne(one: AnalyticsMinute, names: DayNames): AnalyticsMinute {
    const { logger, agent, category } = one;
    const isKnown = take(names.series, `${logger}\0${agent}\0${category}`, bounds.series);
    return {
      ...one,
      ...(isKnown ? {} : { logger: OTHER, agent: '', category: '' }),
      templates: one.templates.map(([severity, template, count]) => [
        severity,
        take(names.templates, template, bounds.templates) ? template : OTHER,
        count,
      ]),
      operations: one.operations.map(([name, ...counts]) => [
        take(names.operations, name, bounds.operations) ? name : OTHER,
        ...counts,
      ]),
    };
  }
}

function take(names: Set<string>, name: string, bound: number): boolean {
  if (names.has(name)) return true;
  if (names.size >= bound) return false;
  names.add(name);
  return true;
}
