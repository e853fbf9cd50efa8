import { z } from 'zod';
import {
  eventDetail,
  eventHistogram,
  eventHistogramQuery,
  eventListQuery,
  eventPage,
} from '../../contracts/api/events.ts';
import { describeRoute } from '../describe-route.ts';
import { findEvent, histogramOf, searchEvents } from '../search-events.ts';
import { createRouter } from './router.ts';

const tag = 'Events';
const path = '/api/events';

const list = describeRoute({
  method: 'get',
  path,
  tag,
  summary: 'Events by words and fields',
  needs: 'read',
  request: { query: eventListQuery },
  reply: eventPage,
});

const histogram = describeRoute({
  method: 'get',
  path: `${path}/histogram`,
  tag,
  summary: 'How many, when, by severity',
  needs: 'read',
  request: { query: eventHistogramQuery },
  reply: eventHistogram,
});

const get = describeRoute({
  method: 'get',
  path: `${path}/{id}`,
  tag,
  summary: 'One event, whole',
  needs: 'read',
  request: { params: z.object({ id: z.string().max(100) }) },
  reply: eventDetail,
});

export const eventRoutes = createRouter()
  .openapi(list, async (context) => context.json(await searchEvents(context, context.req.valid('query')), 200))
  .openapi(histogram, async (context) => context.json(await histogramOf(context, context.req.valid('query')), 200))
  .openapi(get, async (context) => context.json(await findEvent(context, context.req.valid('param').id), 200));
