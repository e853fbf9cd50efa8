import type { Event } from '../../../core/events/index.ts';
import type { ParsedLine } from './parsed-line.ts';

/** What a line does not say of its event by itself: where it came from, and which time counts. */
export type LineOrigin = Pick<
  Event,
  'id' | 'time' | 'observedTime' | 'timeSuspect' | 'instance' | 'source' | 'trust' | 'truncated'
>;

/** The raw event of one parsed record. `origin.truncated` adds to what the parser cut. */
export function eventOfLine(parsed: ParsedLine, origin: LineOrigin): Event {
  return {
    id: origin.id,
    time: origin.time,
    observedTime: origin.observedTime,
    timeSuspect: origin.timeSuspect,
    severityNumber: parsed.severityNumber,
    severityText: parsed.severityText,
    body: parsed.body,
    template: parsed.template,
    service: parsed.service,
    environment: parsed.environment,
    revision: parsed.revision,
    instance: origin.instance,
    logger: parsed.logger,
    exceptions: parsed.exceptions,
    stackText: parsed.stackText,
    request: parsed.request,
    traceId: parsed.traceId,
    spanId: parsed.spanId,
    user: parsed.user,
    breadcrumbs: [],
    attributes: parsed.attributes,
    payload: parsed.payload,
    source: origin.source,
    trust: origin.trust,
    truncated: parsed.truncated || origin.truncated,
    entries: 1,
  };
}
