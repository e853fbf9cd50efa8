import type { Event, Exception, Frame, HttpRequest } from '../../events/index.ts';
import { classify } from '../classify.ts';
import { DEFAULT_UNDERSTANDING_LIMITS } from '../limits.ts';
import { REQUEST_ATTRIBUTES } from '../observed-request.ts';
import { recogniseSignal } from '../signals/recognise-signal.ts';

/** Characters of a message that folding, title and hash look at; a platform's sentence further behind keeps more. */
const BODY = 2_048;
const BODY_WITH_SIGNAL = 16_384;
/** Characters of an exception's message: two that differ only behind them are taken for one. */
const MESSAGE = 4_096;
const VALUE = 2_048;
const CODE = 1_024;

const OBJECT_ATTRIBUTES = ['involvedObject', 'k8s.event.reason', 'kind', 'k8s.object.kind', 'reason'];
const KEPT_ATTRIBUTES = [...REQUEST_ATTRIBUTES, ...OBJECT_ATTRIBUTES];
const FINGERPRINTS = ['sentry.fingerprint', 'guardian.fingerprint'];

/**
 * What ingest must queue: severity 17 and above, a stack, a status of 500 to 599, or a platform's word that the process died. Warnings
 * open no issue, so they wait for nothing; neither do Guardian's own polls that were answered below 500.
 */
export function isFoldCandidate(event: Event): boolean {
  return classify(event, DEFAULT_UNDERSTANDING_LIMITS).standing === 'error';
}

/**
 * What folding needs of an event, as lines of JSON arrays: the event, its exceptions, then the frames of each. Stacks stand apart, so
 * that equal ones have equal text and are read once. No payload, breadcrumbs, stack text or local variables; about 1 KB and 60 bytes a frame.
 */
export function serializeForFold(event: Event): string {
  const { request, source } = event;
  const head = JSON.stringify([
    event.id,
    event.time,
    event.observedTime,
    event.timeSuspect ? 1 : 0,
    event.severityNumber,
    keptBody(event),
    cut(event.template, VALUE),
    event.environment,
    event.revision,
    event.instance,
    event.logger,
    request === null ? null : requestValues(request),
    event.traceId,
    event.user?.id ?? null,
    keptAttributes(event.attributes),
    source.kind,
    source.name,
    source.stream,
    event.trust === 'public' ? 1 : 0,
    event.entries,
  ]);
  if (event.exceptions.length === 0) return head;
  const exceptions = JSON.stringify(event.exceptions.map(exceptionValues));
  const frames = event.exceptions.map((exception) => JSON.stringify(exception.frames.map(frameValues)));
  return `${head}\n${exceptions}\n${frames.join('\n')}`;
}

type RequestValues = ReturnType<typeof requestValues>;
function requestValues(request: HttpRequest) {
  return [
    request.method,
    cut(request.path, VALUE),
    cut(request.route, VALUE),
    request.host,
    request.status,
    request.durationMs,
    cut(request.userAgent, 256),
    request.clientAddress,
    request.id,
  ] as const;
}

type ExceptionValues = ReturnType<typeof exceptionValues>;
function exceptionValues(exception: Exception) {
  const { type, message, module, language, relation, parent, truncated } = exception;
  return [type, cut(message, MESSAGE), module, language, relation, parent, truncated ? 1 : 0] as const;
}

type FrameValues = ReturnType<typeof frameValues>;
function frameValues({ file, line, function: name, module, code, inApp }: Frame) {
  return [file, line, name, module, cut(code, CODE), inApp] as const;
}

function keptBody(event: Event): string {
  if (event.body.length <= BODY) return event.body;
  return event.body.slice(0, recogniseSignal(event) === null ? BODY : BODY_WITH_SIGNAL);
}

function cut(text: string | null, length: number): string | null {
  return text !== null && text.length > length ? text.slice(0, length) : text;
}

/** Those that say something about the request, the platform's object or the group; whether there are any at all tells layers apart. */
function keptAttributes(attributes: Event['attributes']): Event['attributes'] | null {
  const kept: Event['attributes'] = {};
  let isEmpty = true;
  let hasKept = false;
  for (const name in attributes) {
    isEmpty = false;
    const value = KEPT.has(name) ? keptValue(name, attributes[name]) : undefined;
    if (value === undefined) continue;
    kept[name] = value;
    hasKept = true;
  }
  if (isEmpty) return null;
  return hasKept ? kept : { other: true };
}

const KEPT: ReadonlySet<string> = new Set([...KEPT_ATTRIBUTES, ...FINGERPRINTS]);

function keptValue(name: string, value: unknown): unknown {
  if (typeof value === 'string') return cut(value, VALUE);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  // One part more than may count, so that too many are still too many.
  if (FINGERPRINTS.includes(name))
    return Array.isArray(value) ? value.slice(0, 21).map((part) => String(part).slice(0, 256)) : undefined;
  return OBJECT_ATTRIBUTES.includes(name) ? true : undefined;
}

export type ParseQueued = (text: string, service: string) => Event | null;

/** Distinct stacks remembered, about 5 KB each. */
const REMEMBERED_STACKS = 2_000;

/** Reads what `serializeForFold` wrote; null for anything else. Equal stacks become one array, so that what is found out about it is found out once. */
export function createQueueReader(): ParseQueued {
  const stacks = new Map<string, Exception[]>();
  const frameLists = new Map<string, Frame[]>();
  return (text, service) => {
    try {
      const end = text.indexOf('\n');
      if (end < 0) return toEvent(JSON.parse(text) as HeadValues, service, []);
      return toEvent(JSON.parse(text.slice(0, end)) as HeadValues, service, stackOf(text.slice(end + 1)));
    } catch {
      return null;
    }
  };

  function stackOf(text: string): Exception[] {
    const known = stacks.get(text);
    if (known) return known;
    const [head = '[]', ...lines] = text.split('\n');
    const values = JSON.parse(head) as ExceptionValues[];
    const exceptions = values.map((exception, index) => toException(exception, framesOf(lines[index] ?? '[]')));
    remember(stacks, text, exceptions);
    return exceptions;
  }

  function framesOf(text: string): Frame[] {
    const known = frameLists.get(text);
    if (known) return known;
    const frames = (JSON.parse(text) as FrameValues[]).map(toFrame);
    remember(frameLists, text, frames);
    return frames;
  }
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  if (map.size >= REMEMBERED_STACKS) map.clear();
  map.set(key, value);
}

type HeadValues = [
  id: string,
  time: number,
  observedTime: number,
  timeSuspect: number,
  severityNumber: number,
  body: string,
  template: string | null,
  environment: string | null,
  revision: string | null,
  instance: string | null,
  logger: string | null,
  request: RequestValues | null,
  traceId: string | null,
  userId: string | null,
  attributes: Event['attributes'] | null,
  sourceKind: string,
  sourceName: string,
  stream: string,
  isPublic: number,
  entries: number,
];

function toEvent(values: HeadValues, service: string, exceptions: Exception[]): Event | null {
  if (!Array.isArray(values) || typeof values[0] !== 'string' || typeof values[1] !== 'number') return null;
  const [id, time, observedTime, timeSuspect, severityNumber, body, template, environment, revision, instance] = values;
  const [, , , , , , , , , , logger, request, traceId, userId, attributes, kind, name, stream, isPublic, entries] =
    values;
  return {
    id,
    time,
    observedTime,
    timeSuspect: timeSuspect === 1,
    severityNumber,
    severityText: null,
    body,
    template,
    service,
    environment,
    revision,
    instance,
    logger,
    exceptions,
    stackText: null,
    request: request === null ? null : toRequest(request),
    traceId,
    spanId: null,
    user: userId === null ? null : { id: userId, name: null },
    breadcrumbs: [],
    attributes: attributes ?? {},
    payload: null,
    source: { kind, name, position: '', stream },
    trust: isPublic === 1 ? 'public' : 'server',
    truncated: false,
    entries,
  };
}

function toRequest([
  method,
  path,
  route,
  host,
  status,
  durationMs,
  userAgent,
  clientAddress,
  id,
]: RequestValues): HttpRequest {
  return { method, path, route, host, status, durationMs, userAgent, clientAddress, id };
}

function toException(values: ExceptionValues, frames: Frame[]): Exception {
  const [type, message, module, language, relation, parent, truncated] = values;
  return { type, message, module, frames, language, relation, parent, handled: null, truncated: truncated === 1 };
}

function toFrame([file, line, name, module, code, inApp]: FrameValues): Frame {
  return { file, line, column: null, function: name, module, code, inApp, origin: null };
}
