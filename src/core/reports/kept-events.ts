import type { Event } from '../events/index.ts';
import type { Understanding } from '../issues/index.ts';

/** Every event an understanding still holds, once. */
export function keptEvents(understanding: Understanding): Event[] {
  const events = new Map<string, Event>();
  for (const event of understanding.context) events.set(event.id, event);
  for (const { event } of [...understanding.signals, ...understanding.latency]) events.set(event.id, event);
  for (const { incidents } of understanding.issues) {
    for (const { representative, members } of incidents) {
      events.set(representative.id, representative);
      for (const { event } of members) events.set(event.id, event);
    }
  }
  return [...events.values()];
}
