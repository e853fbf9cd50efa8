import { type Event, type Exception, type Frame, type HttpRequest, type Language, SEVERITY } from '../events/index.ts';

/** Builders of events for tests, with the fields that matter for understanding; everything else is empty. */

let sequence = 0;
const START = Date.UTC(2031, 4, 6, 10, 0, 0);

/** Milliseconds after the fixtures' start as an instant. */
export function at(ms: number): number {
  return START + ms;
}

export function event(fields: Partial<Event> = {}): Event {
  sequence++;
  return {
    id: `e${String(sequence).padStart(6, '0')}`,
    time: at(0),
    observedTime: at(0),
    timeSuspect: false,
    severityNumber: SEVERITY.info,
    severityText: null,
    body: 'something happened',
    template: null,
    service: 'shop',
    environment: null,
    revision: 'shop-00007',
    instance: null,
    logger: null,
    exceptions: [],
    stackText: null,
    request: null,
    traceId: null,
    spanId: null,
    user: null,
    breadcrumbs: [],
    attributes: {},
    payload: null,
    source: { kind: 'file', name: 'shop.log', position: String(sequence), stream: 'shop.log' },
    trust: 'server',
    truncated: false,
    entries: 1,
    ...fields,
  };
}

export function request(fields: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'GET',
    path: '/',
    route: null,
    host: null,
    status: 200,
    durationMs: null,
    userAgent: null,
    clientAddress: null,
    id: null,
    ...fields,
  };
}

/** The platform's entry of a request: stamped at its start. */
export function requestEntry(time: number, fields: Partial<HttpRequest>, more: Partial<Event> = {}): Event {
  const asked = request({
    host: 'shop.example.com',
    clientAddress: '198.51.100.7',
    userAgent: 'Mozilla/5.0',
    durationMs: 4,
    ...fields,
  });
  const status = asked.status ?? 0;
  return event({
    time,
    severityNumber: status >= 500 ? SEVERITY.error : status >= 400 ? SEVERITY.warn : SEVERITY.info,
    body: `${asked.method} ${asked.path} → ${status}`,
    request: asked,
    source: {
      kind: 'cloud-logging',
      name: 'project',
      position: String(sequence),
      stream: 'projects/p/logs/run.googleapis.com%2Frequests|x',
    },
    ...more,
  });
}

/** A web server's access line: stamped when it was answered, without severity. */
export function accessLine(time: number, fields: Partial<HttpRequest>, more: Partial<Event> = {}): Event {
  const asked = request({ clientAddress: '10.0.0.2', ...fields });
  return event({
    time,
    severityNumber: SEVERITY.unset,
    body: `INFO: 10.0.0.2:1234 - "${asked.method} ${asked.path} HTTP/1.1" ${asked.status}`,
    request: asked,
    ...more,
  });
}

/** An application's "request completed" line with its fields flat. */
export function completedLine(
  time: number,
  method: string,
  path: string,
  status: number,
  more: Partial<Event> = {},
): Event {
  return event({
    time,
    body: `Request completed: ${method} ${path}`,
    logger: 'shop.monitoring',
    attributes: { method, endpoint: path, status_code: status, duration_ms: 3 },
    ...more,
  });
}

export function frame(
  file: string | null,
  line: number | null,
  name: string | null,
  fields: Partial<Frame> = {},
): Frame {
  return { file, line, column: null, function: name, module: null, code: null, inApp: null, origin: null, ...fields };
}

export function exception(
  type: string | null,
  message: string | null,
  frames: Frame[],
  fields: Partial<Exception> = {},
): Exception {
  const language: Language = 'python';
  return {
    type,
    message,
    module: null,
    frames,
    language,
    relation: 'raised',
    parent: null,
    handled: null,
    truncated: false,
    ...fields,
  };
}

/** `/app/src/NAME.py` frames, crash first, from `name:line:function` texts; `lib/…` stands for a library. */
export function pythonFrames(...places: string[]): Frame[] {
  return places.map((place) => {
    const [name = '', line = '1', func = 'run'] = place.split(':');
    const file = name.startsWith('lib/')
      ? `/usr/lib/python3.12/site-packages/${name.slice(4)}.py`
      : `/app/src/${name}.py`;
    return frame(file, Number(line), func, { code: `${func}(value)` });
  });
}

export function stackEvent(time: number, exceptions: Exception[], more: Partial<Event> = {}): Event {
  return event({
    time,
    severityNumber: SEVERITY.error,
    body: 'Traceback (most recent call last):',
    exceptions,
    ...more,
  });
}
