import type { z } from 'zod';
import type { Trace, TraceSummary, traceQuery } from '../contracts/api/traces.ts';
import { type PlacedSpan, type StoredEvent, spanOfTimer, type Waterfall, waterfallOf } from '../core/events/ports.ts';
import { GuardianError, toInstant } from '../core/shared/index.ts';
import type { AppContext } from './app-env.ts';
import { projectIdOf } from './find-project.ts';
import { windowOf } from './read-window.ts';
import { severityClassOf } from './views/severity.ts';

/** What a screen can show of one trace. */
const SHOWN_SPANS = 5_000;
const SHOWN_EVENTS = 1_000;

export async function listTraces(context: AppContext, query: z.output<typeof traceQuery>) {
  const { from = null, to = null } = windowOf(context, query);
  const page = await context.var.services.store.traces.list({
    projectId: await projectIdOf(context, query.project),
    service: query.service ?? null,
    minDurationMs: query.minDurationMs ?? null,
    hasErrors: query.status === 'error',
    from,
    to,
    cursor: cursorOf(context, query.cursor),
    limit: query.limit,
  });
  const items = page.items.map(
    ({ traceId, start, durationMs, ...summary }): TraceSummary => ({
      id: traceId,
      start: toInstant(start),
      durationMs: thousandths(durationMs),
      ...summary,
    }),
  );
  return { items, nextCursor: page.cursor, total: null };
}

/** Throws `not_found` for a trace of which neither a span nor an event is kept. */
export async function traceOf(context: AppContext, traceId: string): Promise<Trace> {
  const { store } = context.var.services;
  const id = traceId.toLowerCase();
  const [spans, page] = await Promise.all([
    store.traces.spans(id, SHOWN_SPANS + 1),
    store.events.search({
      words: [],
      fields: [{ name: 'trace', value: id, isExcluded: false }],
      minimumSeverity: null,
      projectId: null,
      from: null,
      to: null,
      cursor: null,
      limit: SHOWN_EVENTS,
      order: 'oldest',
    }),
  ]);
  const first = page.events[0];
  if (spans.length === 0 && first === undefined)
    throw new GuardianError('not_found', { path: context.var.messages.server.things.trace(id) });
  const waterfall = waterfallOf(spans.slice(0, SHOWN_SPANS));
  const start = spans.length > 0 ? waterfall.start : first!.event.time;
  const skewOf = clockSkews(waterfall);
  const shown = new Set(waterfall.spans.map((span) => span.id));
  const events = page.events
    .filter(({ event, projectId }) => !shown.has(spanOfTimer(event, projectId, '')?.id ?? ''))
    .map((stored) => eventView(stored, start, skewOf));
  const services = [...waterfall.spans, ...events].map(({ service }) => service);
  const lastEvent = events.reduce((last, { offsetMs }) => Math.max(last, offsetMs), 0);
  return {
    id,
    start: toInstant(start),
    durationMs: thousandths(spans.length > 0 ? waterfall.durationMs : lastEvent),
    services: [...new Set(services)].sort(),
    spans: waterfall.spans.map(spanView),
    gaps: waterfall.gaps.map(({ fromMs, toMs }) => ({ fromMs: thousandths(fromMs), toMs: thousandths(toMs) })),
    events,
    isCut: spans.length > SHOWN_SPANS || page.cursor !== null,
  };
}

function spanView(span: PlacedSpan): Trace['spans'][number] {
  const { traceId: _trace, projectId: _project, start, offsetMs, durationMs, skewMs, ...shown } = span;
  return {
    ...shown,
    start: toInstant(start),
    offsetMs: thousandths(offsetMs),
    durationMs: thousandths(durationMs),
    skewMs: thousandths(skewMs),
  };
}

type SkewOf = (service: string, spanId: string | null) => number;

function eventView({ event }: StoredEvent, start: number, skewOf: SkewOf): Trace['events'][number] {
  const { id, time, spanId, severityNumber, body } = event;
  const service = event.service ?? '';
  return {
    id,
    at: toInstant(time),
    offsetMs: thousandths(time - skewOf(service, spanId) - start),
    spanId,
    service,
    level: severityClassOf(severityNumber),
    message: body.slice(0, 1_000),
  };
}

/** What an event's clock is ahead: as its span's, else as any of its service. */
function clockSkews({ spans }: Waterfall): SkewOf {
  const ofSpan = new Map(spans.map(({ id, skewMs }) => [id, skewMs]));
  const ofService = new Map<string, number>();
  for (const { service, skewMs } of spans) if (!ofService.has(service)) ofService.set(service, skewMs);
  return (service, spanId) => (spanId === null ? undefined : ofSpan.get(spanId)) ?? ofService.get(service) ?? 0;
}

/** `START~TRACE`, as the page before gave it. Throws `payload_invalid`. */
function cursorOf({ var: { messages } }: AppContext, cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  if (/^\d{1,16}(?:\.\d{1,12})?~[0-9a-f]{1,32}$/.test(cursor)) return cursor;
  throw new GuardianError('payload_invalid', { key: 'cursor', reason: messages.server.validation.cursor });
}

function thousandths(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
