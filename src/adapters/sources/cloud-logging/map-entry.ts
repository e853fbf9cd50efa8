import { type Event, type HttpRequest, SEVERITY } from '../../../core/events/index.ts';
import { shortHash } from '../../../core/shared/index.ts';
import { type ParsedLine, parseLine } from '../text/parse-line.ts';
import { parseInstant } from './instant.ts';
import { asIdentifier, asNumber, asObject, asText, firstOf, type JsonObject, valueAt } from './json-values.ts';
import { type PayloadFields, readPayload } from './payload-fields.ts';
import { mergeRequests, readHttpRequest, requestLine } from './request-fields.ts';
import { higherSeverity, type ReadSeverity, readSeverity } from './severity.ts';

export interface MapEntryOptions {
  /** What people call the source: a path, a project. */
  name: string;
  /** Epoch ms at which Guardian reads it. */
  observedTime: number;
  /** Where in the source it stands, for entries without insertId: a byte offset. */
  offset: number;
}

/** Instants further ahead of the reader's clock than this are not believed, ms. */
const MAX_AHEAD_MS = 24 * 60 * 60 * 1_000;
const MAX_ATTRIBUTES = 128;
const MAX_BODY_OF_PAYLOAD = 8 * 1024;
/** Labels that name the commit a revision was built from. */
const COMMIT_LABELS = ['commit-sha', 'commit_sha', 'gcb-commit-sha'];

/**
 * One LogEntry (https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry) as a raw event: not joined, not redacted, its stack
 * not parsed. Takes any object and never throws; the event's `payload` is the entry itself.
 */
export function mapEntry(entry: JsonObject, options: MapEntryOptions): Event {
  const content = readContent(entry, options);
  const { fields, line } = content;
  const resource = asObject(asObject(entry.resource)?.labels);
  const labels = { ...asObject(entry.labels), ...fields?.labels };
  const request = mergeRequests(
    mergeRequests(readHttpRequest(entry.httpRequest), fields?.request ?? null),
    line?.request ?? null,
  );
  const timing = timingOf(entry, content, options.observedTime);
  const revision = revisionOf(resource, content);
  const instance = instanceOf(labels, resource) ?? line?.instance ?? null;
  const logName = asText(entry.logName);
  const insertId = asText(entry.insertId) ?? fields?.insertId ?? null;
  const hasStack = content.stackText !== null;
  return {
    id: identify(entry, insertId, options),
    ...timing,
    observedTime: options.observedTime,
    ...severityOf(entry, content, request, hasStack),
    body: bodyOf(entry, content, request),
    template: fields?.template ?? line?.template ?? null,
    service: serviceOf(resource) ?? fields?.service ?? line?.service ?? null,
    environment: environmentOf(labels, content),
    revision,
    instance,
    logger: fields?.logger ?? line?.logger ?? null,
    exceptions: hasStack ? [] : exceptionsOf(content),
    stackText: content.stackText,
    request,
    traceId: traceIdOf(asText(entry.trace) ?? fields?.trace ?? line?.traceId ?? null),
    spanId: asText(entry.spanId) ?? fields?.spanId ?? line?.spanId ?? null,
    user: fields?.user ?? line?.user ?? null,
    breadcrumbs: [],
    attributes: attributesOf(entry, content, labels, resource),
    payload: entry,
    source: {
      kind: 'cloud-logging',
      name: options.name,
      position: insertId ?? `byte ${options.offset}`,
      stream: `${logName ?? options.name}|${instance ?? revision ?? ''}`,
    },
    trust: 'server',
    truncated: line?.truncated ?? false,
    entries: 1,
  };
}

interface Content {
  /** Of the JSON payload, or of a text that is one JSON object. */
  fields: PayloadFields | null;
  payload: JsonObject | null;
  /** Of a text payload of a container; null for the platform's own sentences, which stay whole. */
  line: ParsedLine | null;
  text: string | null;
  stackText: string | null;
}

function revisionOf(resource: JsonObject | null, { fields, line }: Content): string | null {
  return firstOf(resource, ['revision_name', 'version_id'], asText) ?? fields?.revision ?? line?.revision ?? null;
}

function environmentOf(labels: JsonObject, { fields, line }: Content): string | null {
  return fields?.environment ?? asText(labels.environment) ?? line?.environment ?? null;
}

function exceptionsOf({ fields, line }: Content): Event['exceptions'] {
  return fields?.exceptions ?? line?.exceptions ?? [];
}

function readContent(entry: JsonObject, options: MapEntryOptions): Content {
  const text = asText(entry.textPayload);
  const payload = asObject(entry.jsonPayload) ?? (text === null ? null : parseObject(text));
  const fields = payload && readPayload(payload);
  const line = text === null || payload || isPlatformLog(entry) ? null : readLine(text, entry, options);
  return { fields, payload, line, text, stackText: fields?.stackText ?? line?.stackText ?? null };
}

/** Services that print JSON whose agent did not lift it: the whole text is one object. */
function parseObject(text: string): JsonObject | null {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{') || !trimmed.endsWith('}')) return null;
  try {
    return asObject(JSON.parse(trimmed));
  } catch {
    return null;
  }
}

function readLine(text: string, entry: JsonObject, options: MapEntryOptions): ParsedLine {
  const referenceTime = parseInstant(asText(entry.timestamp) ?? '') ?? options.observedTime;
  return parseLine(text, { referenceTime });
}

/** The logs that Cloud Run itself writes: requests, and starts, exits, probes. */
function isPlatformLog(entry: JsonObject): boolean {
  return typeof entry.logName === 'string' && /%2F(requests|varlog%2Fsystem)$/.test(entry.logName);
}

function timingOf(
  entry: JsonObject,
  { fields, line }: Content,
  observedTime: number,
): { time: number; timeSuspect: boolean } {
  const told =
    firstOf(entry, ['timestamp', 'receiveTimestamp'], (value) => parseInstant(asText(value) ?? '')) ??
    parseInstant(fields?.timeText ?? '') ??
    line?.time ??
    null;
  return { time: told ?? observedTime, timeSuspect: told === null || told > observedTime + MAX_AHEAD_MS };
}

function severityOf(
  entry: JsonObject,
  { fields, line }: Content,
  request: HttpRequest | null,
  hasStack: boolean,
): ReadSeverity {
  const told = readSeverity(entry.severity);
  const severity = higherSeverity(told, fields?.severity ?? line ?? told);
  if (severity.severityNumber !== SEVERITY.unset) return severity;
  const status = request?.status ?? 0;
  const severityNumber = hasStack || status >= 500 ? SEVERITY.error : status >= 400 ? SEVERITY.warn : SEVERITY.unset;
  return { severityNumber, severityText: severity.severityText };
}

/** The message rules in their order; whatever the entry is, something is said. */
function bodyOf(entry: JsonObject, { fields, payload, line, text }: Content, request: HttpRequest | null): string {
  const body =
    fields?.message ??
    (payload ? null : (asText(line?.body) ?? text)) ??
    (payload && Object.keys(payload).length > 0 ? jsonText(payload) : null) ??
    protoBody(asObject(entry.protoPayload)) ??
    requestLine(request);
  return body ?? jsonText(entry);
}

function jsonText(value: unknown): string {
  return JSON.stringify(value).slice(0, MAX_BODY_OF_PAYLOAD);
}

/** An audit log says which method was called and how it ended: https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog */
function protoBody(proto: JsonObject | null): string | null {
  if (!proto) return null;
  const method = asText(proto.methodName) ?? asText(proto.serviceName);
  const status = asObject(proto.status);
  const code = asNumber(status?.code);
  const ended = asText(status?.message) ?? (code === null ? null : `code ${code}`);
  if (method === null && ended === null) return jsonText(proto);
  return [method, ended].filter((part) => part !== null).join(' → ');
}

function serviceOf(resource: JsonObject | null): string | null {
  return firstOf(resource, ['service_name', 'job_name', 'module_id', 'function_name', 'container_name'], asText);
}

function instanceOf(labels: JsonObject, resource: JsonObject | null): string | null {
  const execution = asText(labels['run.googleapis.com/execution_name']);
  const task = asIdentifier(labels['run.googleapis.com/task_index']);
  return (
    asText(labels.instanceId) ??
    (execution && (task === null ? execution : `${execution}/${task}`)) ??
    firstOf(resource, ['instance_id', 'pod_name'], asText)
  );
}

/** `projects/P/traces/HEX` → `HEX`. */
function traceIdOf(trace: string | null): string | null {
  if (trace === null) return null;
  return asText(trace.slice(trace.lastIndexOf('/') + 1));
}

/** The same identity as the service itself uses for repeats; without an insertId, the content and where it stands. */
function identify(entry: JsonObject, insertId: string | null, options: MapEntryOptions): string {
  const parts = insertId === null ? [jsonText(entry), options.offset] : [entry.logName, entry.timestamp, insertId];
  return `cl-${shortHash(JSON.stringify(parts), 32)}`;
}

function attributesOf(
  entry: JsonObject,
  { fields, payload, line }: Content,
  labels: JsonObject,
  resource: JsonObject | null,
): Record<string, unknown> {
  const location = asObject(entry.sourceLocation) ?? fields?.sourceLocation ?? null;
  const resourceLabels = resource ?? {};
  const named: Record<string, unknown> = {
    'log.name': shortLogName(asText(entry.logName)),
    'vcs.ref.head.revision': firstOf({ ...resourceLabels, ...labels }, COMMIT_LABELS, asText),
    'cloud.account.id': asText(resourceLabels.project_id),
    'cloud.region': asText(resourceLabels.location) ?? asText(resourceLabels.region),
    'code.file.path': asText(location?.file),
    'code.line.number': asNumber(location?.line),
    'code.function.name': asText(location?.function),
    'gcp.operation.id': asText(valueAt(asObject(entry.operation), 'id')),
    'gcp.error_groups': errorGroups(entry.errorGroups),
    'gcp.proto_method': asText(valueAt(asObject(entry.protoPayload), 'methodName')),
  };
  const attributes: Record<string, unknown> = {};
  let left = MAX_ATTRIBUTES;
  for (const group of [named, labels, payload ?? {}, line?.attributes ?? {}]) {
    for (const [key, value] of Object.entries(group)) {
      if (value === null || value === undefined || left === 0 || key in attributes) continue;
      attributes[key] = value;
      left--;
    }
  }
  return attributes;
}

/** `projects/P/logs/run.googleapis.com%2Fstderr` → `run.googleapis.com/stderr`. */
function shortLogName(logName: string | null): string | null {
  if (logName === null) return null;
  return logName.slice(logName.indexOf('/logs/') < 0 ? 0 : logName.indexOf('/logs/') + 6).replaceAll('%2F', '/');
}

function errorGroups(value: unknown): string[] | null {
  if (!Array.isArray(value)) return null;
  const ids = value.map((group) => asText(asObject(group)?.id)).filter((id) => id !== null);
  return ids.length > 0 ? ids : null;
}
