import type { EventUser, Exception, HttpRequest } from '../../../core/events/index.ts';
import { asIdentifier, asNumber, asObject, asText, firstOf, type JsonObject, valueAt } from './json-values.ts';
import { mergeRequests, NO_REQUEST, readHttpRequest, readRequestFields, splitTarget } from './request-fields.ts';
import { type ReadSeverity, readSeverity } from './severity.ts';

/** What a `jsonPayload`, or a JSON object that the agent left as text, says. */
export interface PayloadFields {
  /** The first of the message fields; null when none says anything. */
  message: string | null;
  stackText: string | null;
  /** An exception given as type and message without any stack; else empty. */
  exceptions: Exception[];
  severity: ReadSeverity;
  /** The instant the payload gives, as it stands. */
  timeText: string | null;
  request: HttpRequest | null;
  trace: string | null;
  spanId: string | null;
  logger: string | null;
  template: string | null;
  service: string | null;
  revision: string | null;
  environment: string | null;
  user: EventUser | null;
  labels: JsonObject | null;
  sourceLocation: JsonObject | null;
  insertId: string | null;
}

const MESSAGE = ['message', 'msg', 'error', 'text'];
const ERROR_MESSAGE = ['message', 'error.message', 'err.message'];
const STACK = [
  'stack_trace',
  'exception',
  'stack',
  'stacktrace',
  'stackTrace',
  'traceback',
  'error.stack',
  'error.stack_trace',
  'err.stack',
  'exception.stacktrace',
  'exception.stack_trace',
  'exception.stack',
  'exc_info',
];
const ERROR_OBJECTS = ['error', 'err', 'exception'];
const UNLIFTED = 'logging.googleapis.com/';
/** `@type` of the errors that clients report: https://cloud.google.com/error-reporting/docs/formatting-error-messages */
const REPORTED_ERROR = 'ReportedErrorEvent';

export function readPayload(payload: JsonObject): PayloadFields {
  const context = asObject(payload.context);
  const user =
    asIdentifier(context?.user) ?? firstOf(payload, ['user_id', 'userId', 'user.id', 'usr.id'], asIdentifier);
  const userName = firstOf(payload, ['user.name', 'username', 'user_name'], asText);
  return {
    message: messageOf(payload),
    stackText: firstOf(payload, STACK, asStack),
    exceptions: exceptionOf(payload),
    severity: severityOf(payload),
    timeText: firstOf(payload, ['time', 'timestamp', '@timestamp', 'ts'], asText),
    request: requestOf(payload, context),
    trace: firstOf(payload, [`${UNLIFTED}trace`, 'trace_id', 'traceId', 'trace.id'], asText),
    spanId: firstOf(payload, [`${UNLIFTED}spanId`, 'span_id', 'spanId', 'span.id'], asText),
    logger: firstOf(payload, ['logger', 'logger_name', 'loggerName', 'log.logger', 'name'], asText),
    template: firstOf(payload, ['@mt', 'message_template', 'messageTemplate', 'sentry.message.template'], asText),
    service: firstOf(payload, ['serviceContext.service', 'service.name'], asText),
    revision: firstOf(payload, ['serviceContext.version', 'service.version'], asText),
    environment: firstOf(payload, ['environment', 'env', 'service.environment', 'deployment.environment.name'], asText),
    user: user === null && userName === null ? null : { id: user, name: userName },
    labels: asObject(payload[`${UNLIFTED}labels`]),
    sourceLocation: asObject(payload[`${UNLIFTED}sourceLocation`]) ?? reportLocation(context),
    insertId: asText(payload[`${UNLIFTED}insertId`]),
  };
}

function messageOf(payload: JsonObject): string | null {
  return firstOf(payload, MESSAGE, asText) ?? firstOf(payload, ERROR_MESSAGE, asText);
}

/** A stack is a text, or a list of lines. */
function asStack(value: unknown): string | null {
  if (Array.isArray(value) && value.length > 0 && value.every((line) => typeof line === 'string')) {
    return asText(value.join('\n'));
  }
  return asText(value);
}

/** `{type|name, message}` under a field for errors, for services that log no stack. */
function exceptionOf(payload: JsonObject): Exception[] {
  for (const name of ERROR_OBJECTS) {
    const error = asObject(valueAt(payload, name));
    const type = firstOf(error, ['type', 'name', 'class', 'kind'], asText);
    if (!error || type === null) continue;
    return [
      {
        type,
        message: firstOf(error, ['message', 'msg'], asText),
        module: null,
        frames: [],
        language: null,
        relation: 'raised',
        parent: null,
        handled: null,
        truncated: false,
      },
    ];
  }
  return [];
}

function severityOf(payload: JsonObject): ReadSeverity {
  for (const name of ['severity', 'level', 'lvl', 'levelname', 'log.level']) {
    const value = valueAt(payload, name);
    const severity = readSeverity(typeof value === 'string' ? (asNumber(value) ?? value) : value);
    if (severity.severityText !== null) return severity;
  }
  return readSeverity(null);
}

function requestOf(payload: JsonObject, context: JsonObject | null): HttpRequest | null {
  const lifted = readHttpRequest(payload.httpRequest);
  const reported = isReportedError(payload) ? reportedRequest(asObject(context?.httpRequest)) : null;
  return mergeRequests(mergeRequests(lifted, reported), readRequestFields(payload));
}

function isReportedError(payload: JsonObject): boolean {
  return typeof payload['@type'] === 'string' && payload['@type'].endsWith(REPORTED_ERROR);
}

/** `context.httpRequest` of a reported error names its fields unlike LogEntry. */
function reportedRequest(request: JsonObject | null): HttpRequest | null {
  if (!request) return null;
  return {
    ...NO_REQUEST,
    method: asText(request.method),
    ...splitTarget(asText(request.url)),
    status: asNumber(request.responseStatusCode),
    userAgent: asText(request.userAgent),
    clientAddress: asText(request.remoteIp),
  };
}

/** `context.reportLocation` in the words of LogEntry's sourceLocation. */
function reportLocation(context: JsonObject | null): JsonObject | null {
  const location = asObject(context?.reportLocation);
  return location && { file: location.filePath, line: location.lineNumber, function: location.functionName };
}
