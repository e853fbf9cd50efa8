import type { WireFormatName } from '../../core/ingest/index.ts';

/** Whose manners the reply has to have. */
export type Protocol = 'sentry' | 'otlp' | 'elastic' | 'native' | 'push';

export interface IngestTarget {
  protocol: Protocol;
  format: WireFormatName;
  /** Project as the path names it: number or slug; null: the key tells. */
  project: string | null;
  /** What follows the project and the protocol's own prefix. */
  path: string;
  /** A key that stands in the path itself. */
  pathKey: string | null;
  methods: readonly string[];
}

const POST = ['POST'];

/**
 * Which client speaks at this path; null: none, it is the API's or a page's. Sentry's paths are known under any prefix, with and
 * without the last slash. Segments are compared, nothing is matched by patterns that could be made slow.
 */
export function matchIngestPath(method: string, pathname: string): IngestTarget | null {
  const segments = pathname.split('/').filter((segment) => segment !== '');
  return (
    native(method, segments) ?? push(segments) ?? elastic(pathname, segments) ?? otlp(segments) ?? sentry(segments)
  );
}

const RECORDS: Record<string, WireFormatName> = { events: 'native', usage: 'usage' };

function native(method: string, segments: readonly string[]): IngestTarget | null {
  if (method !== 'POST' || segments.length !== 2 || segments[0] !== 'api') return null;
  const format = Object.hasOwn(RECORDS, segments[1]!) ? RECORDS[segments[1]!] : undefined;
  if (!format) return null;
  return { protocol: 'native', format, project: null, path: '/', pathKey: null, methods: POST };
}

function push(segments: readonly string[]): IngestTarget | null {
  if (segments.length !== 3 || segments[0] !== 'api' || segments[1] !== 'pubsub') return null;
  const project = segments[2]!;
  return { protocol: 'push', format: 'cloud-logging-push', project, path: '/', pathKey: null, methods: POST };
}

function elastic(pathname: string, segments: readonly string[]): IngestTarget | null {
  if (segments[0] !== 'elastic') return null;
  const path = pathname.slice('/elastic'.length) || '/';
  const methods = segments.at(-1) === '_bulk' ? ['POST', 'PUT'] : ['GET', 'HEAD', 'POST', 'PUT'];
  return { protocol: 'elastic', format: 'elastic-bulk', project: null, path, pathKey: null, methods };
}

const SIGNALS: Record<string, WireFormatName> = { logs: 'otlp-logs', traces: 'otlp-traces', metrics: 'otlp-logs' };

function otlp(segments: readonly string[]): IngestTarget | null {
  const format = segments.length === 2 && segments[0] === 'v1' ? SIGNALS[segments[1]!] : undefined;
  if (!format) return null;
  return { protocol: 'otlp', format, project: null, path: `/v1/${segments[1]}`, pathKey: null, methods: POST };
}

const SENTRY: Record<string, WireFormatName> = {
  envelope: 'sentry-envelope',
  store: 'sentry-store',
  security: 'sentry-security',
  'csp-report': 'sentry-security',
};

/** Segments behind `api` that any path has at most, and one more. */
const LONGEST_REST = 7;

/** The prefix may hold an `api`, and so may what follows: a monitor can be called that. */
function sentry(segments: readonly string[]): IngestTarget | null {
  for (let at = segments.length - 1; at >= 0; at--) {
    const target = segments[at] === 'api' ? behindApi(segments.slice(at + 1, at + 1 + LONGEST_REST)) : null;
    if (target) return target;
  }
  return null;
}

function behindApi([project, ...rest]: readonly string[]): IngestTarget | null {
  const common = { protocol: 'sentry' as const, methods: POST, pathKey: null };
  if (project === 'store' && rest.length === 0)
    return { ...common, format: 'sentry-store', project: null, path: '/store/' };
  if (project === undefined || !/^\d{1,15}$/.test(project)) return null;
  const [kind, ...more] = rest;
  const format = kind !== undefined && Object.hasOwn(SENTRY, kind) ? SENTRY[kind] : undefined;
  if (format && more.length === 0) return { ...common, format, project, path: `/${kind}/` };
  if (kind === 'cron' && (more.length === 1 || more.length === 2))
    return {
      ...common,
      format: 'sentry-envelope',
      project,
      path: `/cron/${more[0]}/`,
      pathKey: more[1] ?? null,
      methods: ['POST', 'GET'],
    };
  const signal = signalOf(kind === 'integration' ? more : rest);
  return signal && { ...common, ...signal, project };
}

/** `otlp/v1/traces`: what Sentry's SDKs send beside their envelopes. */
function signalOf([otlp, version, signal]: readonly string[]): Pick<IngestTarget, 'format' | 'path'> | null {
  const format = otlp === 'otlp' && version === 'v1' && signal ? SIGNALS[signal] : undefined;
  return format ? { format, path: `/v1/${signal}` } : null;
}
