import { counter, gauge, histogram, open } from './family.ts';

/** Wire formats, and what else clients knock at the door with. */
const FORMATS = [
  'sentry-envelope',
  'sentry-store',
  'sentry-security',
  'otlp-logs',
  'otlp-traces',
  'elastic-bulk',
  'cloud-logging-push',
  'native',
  'usage',
  'ping',
] as const;
/** Kinds of sources, as events name them. */
const SOURCES = ['sentry', 'otlp', 'elastic-bulk', 'cloud-logging', 'native', 'file', 'syslog'] as const;
const STATUSES = '200 201 202 204 400 401 403 404 405 408 409 413 415 429 500 503'.split(' ');
const REFUSALS = [
  'no-key',
  'unknown-key',
  'other-project',
  'unknown-project',
  'unknown-monitor',
  'too-large',
  'slow',
  'aborted',
  'rate-limited',
  'key-limited',
  'address-limited',
  'failures-limited',
  'busy',
  'unsupported-media',
  'method',
  'unknown-job',
  'connections',
  'address-connections',
  'held',
] as const;

/** Requests, and events on their way into the store. */
export const INTAKE_FAMILIES = {
  guardian_http_requests_total: counter('Requests, by method, pattern of the route and class of the status', {
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    route: open(),
    status_class: ['1xx', '2xx', '3xx', '4xx', '5xx'],
  }),
  guardian_http_request_duration_seconds: histogram(
    'Seconds until a request was answered, by area: ingest, pages, or the first word of the path under /api',
    [0.005, 0.025, 0.1, 0.5, 2, 10],
    { area: open('ingest', 'pages') },
  ),
  guardian_change_listeners: gauge('Screens that listen for changes'),
  guardian_ingest_requests_total: counter('Requests that brought events, by wire format and status', {
    format: FORMATS,
    status: open(...STATUSES),
  }),
  guardian_ingest_refused_total: counter('Requests refused before they were read, by wire format and reason', {
    format: open(...FORMATS, 'api', 'http'),
    reason: open(...REFUSALS),
  }),
  guardian_ingest_events_total: counter('Events taken in, by kind of source and whether they were known already', {
    source: open(...SOURCES),
    outcome: ['stored', 'duplicate'],
  }),
  guardian_ingest_dropped_total: counter('Items that were left out, by where they came in and why', {
    source: open(...FORMATS, 'file', 'syslog', 'cloud-logging', 'server'),
    reason: open('invalid', 'too-large', 'unsupported', 'rate-limited', 'failed', 'lost-at-client', 'busy'),
  }),
  guardian_ingest_lag_seconds: histogram(
    'Seconds from what an event tells of until it was stored',
    [0.1, 0.5, 1, 5, 15, 60, 300, 3600],
    { source: open(...SOURCES) },
  ),
  guardian_ingest_waiting_requests: gauge('Requests that wait to be stored'),
  guardian_ingest_waiting_bytes: gauge('Bytes of the requests that wait to be stored'),
  guardian_events_accepted_total: counter('Events accepted by the intake'),
  guardian_events_duplicate_total: counter('Events that were known already'),
  guardian_events_refused_total: counter('Requests that the intake refused as a whole'),
  guardian_events_spooled: gauge('Events that wait for the store in a file'),
  guardian_fold_queue: gauge('Events that wait to be folded into incidents'),
  guardian_store_problem: gauge('1 while the store cannot be written'),
  guardian_service_events_per_second: gauge('Events a second of a watched service, over 10 s; the 50 busiest', {
    service: open(),
  }),
  guardian_service_errors_per_second: gauge('Errors a second of a watched service, over 10 s; the 50 busiest', {
    service: open(),
  }),
};
