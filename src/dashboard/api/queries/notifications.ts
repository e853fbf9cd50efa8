import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  channelList,
  DeliveryDetail,
  DeliverySummary,
  deliveryListQuery,
  recipientList,
  routeList,
  routePreview,
  routePreviewRequest,
} from '../../../contracts/api/notifications.ts';
import { getJson } from '../request.ts';
import { pages } from './pages.ts';

export type DeliveryFilters = Omit<z.input<typeof deliveryListQuery>, 'cursor' | 'limit'>;
export type RouteList = z.infer<typeof routeList>;
export type RecipientList = z.infer<typeof recipientList>;
export type ChannelList = z.infer<typeof channelList>;
export type RoutePreview = z.infer<typeof routePreview>;
export type RoutePreviewRequest = z.input<typeof routePreviewRequest>;

export const deliveriesQuery = (filters: DeliveryFilters) =>
  pages<DeliverySummary>(['deliveries', 'list', filters], '/api/deliveries', filters);

export const deliveryQuery = (id: string) =>
  queryOptions({
    queryKey: ['deliveries', 'one', id],
    queryFn: ({ signal }) => getJson<DeliveryDetail>(`/api/deliveries/${encodeURIComponent(id)}`, signal),
  });

export const routesQuery = queryOptions({
  queryKey: ['routes'],
  queryFn: ({ signal }) => getJson<RouteList>('/api/routes', signal),
});

export const recipientsQuery = queryOptions({
  queryKey: ['recipients'],
  queryFn: ({ signal }) => getJson<RecipientList>('/api/recipients', signal),
});

export const channelsQuery = queryOptions({
  queryKey: ['channels'],
  queryFn: ({ signal }) => getJson<ChannelList>('/api/channels', signal),
});
