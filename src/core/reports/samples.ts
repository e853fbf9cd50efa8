import type { Report } from '../../contracts/report.ts';
import type { Event } from '../events/index.ts';
import { endpointOf, observedRequest } from '../issues/index.ts';
import { type Membership, severityName, sourceName } from './incident-views.ts';
import { excerpt, payloadText, reportInstant, wholeNumber } from './plain-values.ts';
import { byTime, surroundings } from './surroundings.ts';

export interface SamplesInput {
  /** Worst first. */
  worst: readonly Membership[];
  context: readonly Event[];
  limit: number;
  /** Characters of a message or payload. */
  characters: number;
}

/** Incidents whose surroundings are shown: one may be told apart from its neighbours, ten may not. */
const INCIDENTS_SHOWN = 3;

/** Entries around the worst incidents, the incidents' own included, an equal share for each; ascending by time. */
export function logSamples({ worst, context, limit, characters }: SamplesInput): Report['log_samples'] {
  const shown = worst.slice(0, INCIDENTS_SHOWN);
  const picked = new Map<string, Event>();
  shown.forEach(({ incident }, index) => {
    const share = Math.ceil((limit - picked.size) / (shown.length - index));
    const unseen = context.filter((event) => !picked.has(event.id));
    for (const event of surroundings(incident.representative, unseen, share)) picked.set(event.id, event);
  });
  return [...picked.values()]
    .slice(0, limit)
    .sort(byTime)
    .map((event) => sampleOf(event, characters));
}

function sampleOf(event: Event, characters: number): Report['log_samples'][number] {
  const request = observedRequest(event);
  return {
    timestamp: reportInstant(event.time),
    severity: severityName(event),
    message: excerpt(event.body, Math.min(characters, 500)),
    endpoint: endpointOf(event),
    http_method: request?.method ?? null,
    status_code: wholeNumber(request?.status),
    request_id: request?.id ?? null,
    source: sourceName(event),
    payload_excerpt: event.payload === null ? null : excerpt(payloadText(event.payload), Math.min(characters, 500)),
  };
}
