import type { z } from 'zod';
import type {
  EventDetail,
  EventHistogram,
  EventPageReply,
  eventHistogramQuery,
  eventListQuery,
} from '../contracts/api/events.ts';
import type { AnswerOrigin, EventQuery } from '../core/events/index.ts';
import { GuardianError, toInstant } from '../core/shared/index.ts';
import type { AppContext } from './app-env.ts';
import { projectIdOf, projectSlugs } from './find-project.ts';
import { parseEventQuery } from './parse-event-query.ts';
import { FieldsInvalid } from './problem.ts';
import { eventDetailView, eventSummaryView } from './views/event-view.ts';
import { severityClassOf } from './views/severity.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export async function searchEvents(
  context: AppContext,
  query: z.output<typeof eventListQuery>,
): Promise<EventPageReply> {
  const { store } = context.var.services;
  const cursor = query.cursor === undefined ? null : seqOf(query.cursor);
  if (query.cursor !== undefined && cursor === null) throw invalid(context, 'cursor', 'cursor');
  const asked = { ...(await eventQuery(context, query)), cursor, limit: query.limit, order: query.order };
  const page = await store.events.search(asked);
  const slug = await projectSlugs(context);
  return {
    items: page.events.map((event) => eventSummaryView(event, slug(event.projectId) ?? '')),
    nextCursor: page.cursor === null ? null : String(page.cursor),
    total: null,
    ...originOf(page),
  };
}

/** Without times: the last day. */
export async function histogramOf(
  context: AppContext,
  query: z.output<typeof eventHistogramQuery>,
): Promise<EventHistogram> {
  const { store, clock } = context.var.services;
  const asked = await eventQuery(context, query);
  const to = asked.to ?? clock.now();
  const counted = await store.events.histogram({ ...asked, to, from: asked.from ?? to - DAY_MS }, query.steps);
  return {
    from: toInstant(counted.from),
    to: toInstant(to),
    stepMs: counted.stepMs,
    isExact: counted.isExact,
    ...originOf(counted),
    series: counted.steps.map(({ severity, counts }) => ({ severity: severityClassOf(severity), counts })),
  };
}

function originOf({ cachedMs, isDatabaseOnly }: AnswerOrigin): Pick<EventHistogram, 'cache' | 'isDatabaseOnly'> {
  return {
    cache: cachedMs === undefined ? null : { ageMs: cachedMs },
    ...(isDatabaseOnly ? { isDatabaseOnly } : {}),
  };
}

export async function findEvent(context: AppContext, id: string): Promise<EventDetail> {
  const { services, messages } = context.var;
  const seq = seqOf(id);
  const [event] = seq === null ? [] : await services.store.events.get([seq]);
  if (!event) throw new GuardianError('not_found', { path: messages.server.things.event(id.slice(0, 100)) });
  return eventDetailView(event, (await projectSlugs(context))(event.projectId) ?? '');
}

async function eventQuery(
  context: AppContext,
  query: z.output<typeof eventHistogramQuery> | z.output<typeof eventListQuery>,
): Promise<Omit<EventQuery, 'cursor' | 'limit' | 'order'>> {
  const { words, fields, minimumSeverity } = parseEventQuery(query.query ?? '');
  const from = query.from === undefined ? null : Date.parse(query.from);
  const to = query.to === undefined ? null : Date.parse(query.to);
  if (from !== null && to !== null && from >= to) throw invalid(context, 'from', 'times');
  return { words, fields, minimumSeverity, projectId: await projectIdOf(context, query.project), from, to };
}

function invalid({ var: { messages } }: AppContext, path: string, what: 'cursor' | 'times'): FieldsInvalid {
  return new FieldsInvalid([{ path, message: messages.server.validation[what] }], messages);
}

/** Events are named by their sequence number; null: this is none. */
function seqOf(id: string): number | null {
  const seq = Number(id);
  return /^\d{1,16}$/.test(id) && Number.isSafeInteger(seq) ? seq : null;
}
