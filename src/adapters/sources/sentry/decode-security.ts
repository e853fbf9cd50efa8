import { type Event, SEVERITY } from '../../../core/events/index.ts';
import type { WireBatch, WireBounds, WireFormat, WireRequest } from '../../../core/ingest/ports.ts';
import { shortHash } from '../../../core/shared/index.ts';
import { NO_REQUEST, splitTarget } from '../cloud-logging/request-fields.ts';
import { createDropTally } from './drop-tally.ts';
import { sourceOf } from './map-event.ts';
import { invalid, tooLarge, unpackBody } from './read-body.ts';
import { readJson } from './read-json.ts';
import { asCount, asName, asObject, asText, type JsonObject } from './read-value.ts';
import { accepted } from './replies.ts';

/** `POST /api/<project>/security/` and `csp-report/`: what browsers say of a page's content security policy. */
export const sentrySecurity: WireFormat = { decode: decodeSecurity };

/** 64 KiB for one report. */
const LONGEST_REPORT = 65_536;
/** The Reporting API gathers reports before it sends. */
const MOST_REPORTS = 100;

function decodeSecurity(request: WireRequest, bounds: WireBounds): WireBatch {
  const bytes = unpackBody(request, Math.min(bounds.inflatedBytes, bounds.itemBytes));
  const body = readJson(bytes);
  const reports = Array.isArray(body) ? body : [body];
  if (!Array.isArray(body) && bytes.length > LONGEST_REPORT) throw tooLarge();
  const drops = createDropTally();
  const room = Math.min(MOST_REPORTS, bounds.items);
  drops.add('too-many', 'security', Math.max(0, reports.length - room));
  const events: Event[] = [];
  reports.slice(0, room).forEach((entry: unknown, index) => {
    const report = asObject(entry);
    const violation = report && readViolation(report);
    if (report === null) drops.add('invalid', 'security');
    else if (!violation) drops.add('unsupported', 'security');
    else if (bytes.length > LONGEST_REPORT && JSON.stringify(report).length > LONGEST_REPORT) {
      drops.add('too-large', 'security');
    } else events.push(mapViolation({ violation, report, request, index }));
  });
  if (asObject(body) === null && !Array.isArray(body)) throw invalid('body is not a security report');
  return { events, records: [], dropped: drops.list(), reply: () => accepted(events[0]?.id ?? null) };
}

interface Violation {
  directive: string;
  /** The host that was asked for, or a keyword: `inline`, `eval`, `data`, `self`. */
  blockedHost: string;
  blocked: string | null;
  page: string | null;
  sourceFile: string | null;
  line: number | null;
  column: number | null;
  disposition: string | null;
  sample: string | null;
  userAgent: string | null;
  ageMs: number;
}

/**
 * `{"csp-report": …}` (https://www.w3.org/TR/CSP2/#violation-reports) or one of the Reporting API's
 * (https://www.w3.org/TR/CSP3/#reporting); null for reports of another kind.
 */
function readViolation(report: JsonObject): Violation | null {
  const old = asObject(report['csp-report']);
  const modern = report.type === 'csp-violation' ? asObject(report.body) : null;
  const body = old ?? modern;
  if (!body) return null;
  const read = (oldName: string, newName: string) => body[old ? oldName : newName];
  const directive =
    asName(read('effective-directive', 'effectiveDirective'), 512) ?? asName(body['violated-directive'], 512);
  if (directive === null) return null;
  const page = asName(read('document-uri', 'documentURL')) ?? asName(report.url);
  const blocked = asName(read('blocked-uri', 'blockedURL'));
  return {
    directive: directive.split(' ')[0] ?? directive,
    blockedHost: hostOf(blocked, page),
    blocked,
    page,
    sourceFile: asName(read('source-file', 'sourceFile')),
    line: asCount(read('line-number', 'lineNumber')),
    column: asCount(read('column-number', 'columnNumber')),
    disposition: asName(body.disposition, 32),
    sample: asName(read('script-sample', 'sample'), 512),
    userAgent: asName(report.user_agent, 512),
    ageMs: asCount(report.age, 86_400_000) ?? 0,
  };
}

function hostOf(blocked: string | null, page: string | null): string {
  if (blocked === null || blocked === '') return 'self';
  const { host } = splitTarget(blocked);
  if (host !== null) return host === splitTarget(page).host ? 'self' : host;
  return blocked.split(':')[0]?.toLowerCase().slice(0, 256) ?? 'self';
}

interface MapViolation {
  violation: Violation;
  report: JsonObject;
  request: WireRequest;
  index: number;
}

/** Anybody's word, always: browsers send without a credential. Warns; the page worked on without the resource. */
function mapViolation({ violation, report, request, index }: MapViolation): Event {
  const { directive, blockedHost } = violation;
  const id = shortHash(`${request.receivedAt} ${index} ${JSON.stringify(report)}`, 32);
  const page = splitTarget(violation.page);
  const userAgent = violation.userAgent ?? asName(request.headers['user-agent'], 512);
  return {
    id,
    time: request.receivedAt - violation.ageMs,
    observedTime: request.receivedAt,
    timeSuspect: false,
    severityNumber: SEVERITY.warn,
    severityText: 'warning',
    body: `Content security policy: ${directive} blocked ${blockedHost}`,
    template: null,
    service: null,
    environment: asName(request.query.sentry_environment, 256),
    revision: asName(request.query.sentry_release, 256),
    instance: null,
    logger: 'csp',
    exceptions: [],
    stackText: null,
    request: page.path === null ? null : { ...NO_REQUEST, ...page, userAgent },
    traceId: null,
    spanId: null,
    user: null,
    breadcrumbs: [],
    attributes: attributesOf(violation),
    payload: report,
    source: sourceOf(request, id, `event ${id}`),
    trust: 'public',
    truncated: false,
    entries: 1,
  };
}

function attributesOf(violation: Violation): Record<string, unknown> {
  const named = {
    'sentry.fingerprint': ['csp', violation.directive, violation.blockedHost],
    'csp.directive': violation.directive,
    'csp.blocked': violation.blocked,
    'csp.disposition': violation.disposition,
    'csp.sample': violation.sample,
    'code.file.path': asText(violation.sourceFile),
    'code.line.number': violation.line,
    'code.column.number': violation.column,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== null));
}
