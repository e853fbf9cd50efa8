import { type Event, type HttpRequest, SEVERITY } from '../../../core/events/index.ts';
import { setOwn } from '../text/bounds.ts';
import { requestSentence } from '../text/http-request.ts';
import { type EventContext, eventOfContext, withResource } from './event-context.ts';
import { exceptionId, spanFailureId } from './event-id.ts';
import { exceptionHead, exceptionOfAttributes, type ToldException } from './exception-attributes.ts';
import { isInstant } from './instants.ts';
import { type Attributes, emptyAttributes, SPAN_KIND, type Span, type SpanException, STATUS_ERROR } from './items.ts';
import { requestOfAttributes, userOfAttributes } from './request-attributes.ts';
import { fieldText, sharedAttributes } from './resource-fields.ts';

const KIND_NAMES = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];

/**
 * The failures that a span tells of: one event for each exception recorded in it; without any, one for a request or message that this service failed
 * to handle. Most spans tell none.
 */
export function mapSpan(span: Span, context: EventContext): Event[] {
  const told = span.exceptions.map((exception) => mapException(span, exception, context)).filter((one) => one !== null);
  if (told.length > 0) return told;
  const isHandling = span.kind === SPAN_KIND.server || span.kind === SPAN_KIND.consumer;
  return span.statusCode === STATUS_ERROR && isHandling ? [mapFailure(span, context)] : [];
}

function mapException(span: Span, { time, attributes }: SpanException, context: EventContext): Event | null {
  const exception = exceptionOfAttributes(attributes);
  if (exception === null) return null;
  const event = eventOfSpan(span, attributes, context);
  setTime(event, [time, span.endTime, span.startTime]);
  const sharedId = exceptionId({ ...span, ...exception });
  event.id = sharedId ?? idOf(span, exception, event, context);
  // A log record of the same exception has a time of its own.
  if (sharedId !== null || event.timeSuspect) context.claimedTimes.set(event.id, 0);
  event.body = exceptionHead(exception);
  event.exceptions = exception.exceptions;
  event.stackText = exception.stackText;
  return event;
}

/** Stamped at its start, as requests are. */
function mapFailure(span: Span, context: EventContext): Event {
  const event = eventOfSpan(span, emptyAttributes(), context);
  setTime(event, [span.startTime, span.endTime]);
  event.body = failureBody(span, event.request);
  event.id = spanFailureId(span.traceId, span.spanId) ?? idOf(span, null, event, context);
  if (event.timeSuspect) context.claimedTimes.set(event.id, 0);
  return event;
}

function idOf(span: Span, exception: ToldException | null, event: Event, context: EventContext): string {
  return context.ids.ofContent({
    resourceKey: context.resource.key,
    scope: context.scope,
    time: event.timeSuspect ? null : event.time,
    severityNumber: event.severityNumber,
    body: event.body,
    attributes: span.attributes.values,
    traceId: span.traceId,
    spanId: span.spanId,
    more: exception?.stackText ?? span.name,
  });
}

function failureBody({ name, statusMessage, attributes }: Span, request: HttpRequest | null): string {
  const reason = fieldText(statusMessage) ?? fieldText(attributes.values['error.type']);
  const sentence = request === null ? '' : requestSentence({ ...request, path: request.path ?? request.route });
  const what = sentence !== '' ? sentence : name.trim() === '' ? 'span' : name.slice(0, 1_024);
  const says = reason !== null && !what.endsWith(reason);
  return says ? `${what}: ${reason}` : sentence === '' ? `${what}: error` : what;
}

function eventOfSpan(span: Span, own: Attributes, context: EventContext): Event {
  const event = eventOfContext(context, 'spans');
  const attributes = { ...own.values };
  const shared = sharedAttributes(span.attributes.values);
  for (const [name, value] of shared.attributes) {
    if (!Object.hasOwn(attributes, name)) setOwn(attributes, name, value);
  }
  setOwn(attributes, 'span.name', span.name.slice(0, 1_024));
  setOwn(attributes, 'span.kind', KIND_NAMES[span.kind] ?? 'unspecified');
  event.severityNumber = SEVERITY.error;
  event.traceId = span.traceId;
  event.spanId = span.spanId;
  event.user = userOfAttributes(attributes);
  event.truncated ||= own.isCut || span.attributes.isCut || shared.left;
  // What a client span asks of others is no request to this service.
  if (span.attributes.tellsRequest && span.kind !== SPAN_KIND.client)
    event.request = requestOfAttributes(span.attributes.values, durationOf(span));
  event.attributes = withResource({ ...own, values: attributes }, context.resource);
  return event;
}

function durationOf({ startTime, endTime }: Span): number | null {
  if (!isInstant(startTime) || !isInstant(endTime) || endTime < startTime) return null;
  return Math.round((endTime - startTime) * 1e3) / 1e3;
}

function setTime(event: Event, candidates: readonly (number | null)[]): void {
  const told = candidates.find(isInstant);
  if (told === undefined) event.timeSuspect = true;
  else event.time = told;
}
