import type { LabelsGiven } from '../../contracts/metrics.ts';
import type { MetricBook } from './metric-book.ts';

type StatusClass = LabelsGiven<'guardian_http_requests_total'>['status_class'];

export type RequestMetrics = ReturnType<typeof createRequestMetrics>;

/** What the server tells: by patterns of routes and words of ours, never by an address or what a client wrote. */
export function createRequestMetrics(book: MetricBook) {
  return {
    request({ method, route, status, seconds }: { method: string; route: string; status: number; seconds: number }) {
      book.count('guardian_http_requests_total', {
        // A method that is none of the list is counted as `other`.
        method: method as LabelsGiven<'guardian_http_requests_total'>['method'],
        route,
        status_class: classOf(status),
      });
      book.observe('guardian_http_request_duration_seconds', { area: areaOf(route) }, seconds);
    },
    intake: ({ format, status }: { format: string; status: number }) =>
      book.count('guardian_ingest_requests_total', {
        format: format as LabelsGiven<'guardian_ingest_requests_total'>['format'],
        status: String(status),
      }),
    refused: ({ format, reason }: { format: string; reason: string }) =>
      book.count('guardian_ingest_refused_total', { format, reason }),
    listeners: (count: number) => book.set('guardian_change_listeners', {}, count),
    /** Asked once, at the first reading. */
    routes: (read: () => readonly { method: string; route: string }[]) =>
      book.prepare(() => {
        for (const { method, route } of read()) {
          book.know('guardian_http_request_duration_seconds', { area: areaOf(route) });
          for (const status_class of CLASSES)
            book.know('guardian_http_requests_total', {
              method: method as LabelsGiven<'guardian_http_requests_total'>['method'],
              route,
              status_class,
            });
        }
      }),
  };
}

/** What routes answer with: informational answers are none of theirs. */
const CLASSES = ['2xx', '3xx', '4xx', '5xx'] as const;

function classOf(status: number): StatusClass {
  return `${Math.floor(status / 100)}xx` as StatusClass;
}

/** `/api/issues/:id` → `issues`, `ingest:native` → `ingest`, everything that is no API → `pages`. */
function areaOf(route: string): string {
  if (route.startsWith('ingest:')) return 'ingest';
  return /^\/(?:api\/)?([a-z][a-z-]*)/.exec(route)?.[1] ?? 'pages';
}
