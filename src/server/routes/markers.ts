import { markersQuery, markersReply } from '../../contracts/api/deployments.ts';
import { markersOf } from '../deploy/markers.ts';
import { describeRoute } from '../describe-route.ts';
import { createRouter } from './router.ts';

const tag = 'Deployments';

const markers = describeRoute({
  method: 'get',
  path: '/api/markers',
  tag,
  summary: 'Deployments, rollbacks and what became of fixes, to be drawn on charts',
  needs: 'read',
  request: { query: markersQuery },
  reply: markersReply,
});

export const markerRoutes = createRouter().openapi(markers, async (context) =>
  context.json({ items: await markersOf(context, context.req.valid('query')) }, 200),
);
