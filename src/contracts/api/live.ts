import { z } from 'zod';

/** What is told live beside `change`: over `GET /api/changes` as server-sent events of these names, over `/api/live` as `{ event, data }`. */
const LIVE_EVENTS = [
  'analysis_status',
  'concept_recall',
  'debate_started',
  'debate_status_update',
  'debate_turn_update',
  'debate_result',
  'debate_ended',
] as const;
export type LiveEventName = (typeof LIVE_EVENTS)[number];

export const liveEvent = z.object({
  event: z.enum(['change', ...LIVE_EVENTS]),
  data: z.record(z.string(), z.unknown()),
});

/** `data`: a JSON object, in the names of the wire. */
export interface LiveEvent {
  event: LiveEventName;
  data: object;
}
