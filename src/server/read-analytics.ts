import type { z } from 'zod';
import type { Analytics, analyticsQuery, LiveMetrics } from '../contracts/api/analytics.ts';
import { ANALYTICS_STEPS, everyStep, stepOf } from '../core/events/ports.ts';
import { toInstant } from '../core/shared/index.ts';
import type { AppContext } from './app-env.ts';
import { projectIdOf } from './find-project.ts';
import { windowOf } from './read-window.ts';
import { severityClassOf } from './views/severity.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Rows, templates and operations that are listed. */
const LISTED = 50;

/** Without times: the last day, in hours. A window begins and ends with whole steps. */
export async function analyticsOf(context: AppContext, query: z.output<typeof analyticsQuery>): Promise<Analytics> {
  const { store, clock } = context.var.services;
  const now = clock.now();
  const given = windowOf(context, query);
  const to = given.to ?? Math.max(now, given.from ?? 0);
  const from = given.from ?? to - DAY_MS;
  const step = stepOf({ from, to }, now);
  const { ms, keptMs } = ANALYTICS_STEPS[step];
  const window = {
    // Nothing older is kept; a longer window would only be more empty columns.
    from: Math.floor(Math.max(from, to - keptMs) / ms) * ms,
    to: Math.ceil(to / ms) * ms,
  };
  const found = await store.analytics.read({
    ...window,
    step,
    projectId: await projectIdOf(context, query.project),
    service: query.service ?? null,
    logger: query.logger ?? null,
    agent: query.agent ?? null,
    category: query.category ?? null,
    by: query.by,
    limit: LISTED,
  });
  return {
    from: toInstant(window.from),
    to: toInstant(window.to),
    step,
    volume: everyStep(found.volume, { ...window, step }).map(({ at, ...counts }) => ({ at: toInstant(at), ...counts })),
    rows: found.rows.map(({ lastAt, ...row }) => ({
      ...row,
      errorRate: row.events === 0 ? 0 : row.errors / row.events,
      lastAt: lastAt === 0 ? null : toInstant(lastAt),
    })),
    templates: found.templates.map(({ severity, ...template }) => ({
      ...template,
      level: severityClassOf(severity),
      change: template.before === 0 ? null : (template.count - template.before) / template.before,
    })),
    slowOperations: found.operations.map(({ p50, p95, p99, ...operation }) => ({
      ...operation,
      p50Ms: thousandths(p50),
      p95Ms: thousandths(p95),
      p99Ms: thousandths(p99),
    })),
  };
}

export function liveMetricsOf({ var: { services } }: AppContext): LiveMetrics {
  const { accepted, duplicates, refused, waiting } = services.intake.state();
  return {
    at: toInstant(services.clock.now()),
    services: services.live.read().map(({ lastEventAt, ...rates }) => ({
      ...rates,
      lastEventAt: lastEventAt === null ? null : toInstant(lastEventAt),
    })),
    ingest: { accepted, duplicates, refused, waiting },
  };
}

function thousandths(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
