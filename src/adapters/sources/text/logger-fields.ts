import { boundValue, cutText, DEFAULT_TEXT_BOUNDS, isDeeperThan, setOwn } from './bounds.ts';
import { readExceptionFields } from './exception-fields.ts';
import { field, firstPresent, firstText, isObject, type JsonObject, toNumber } from './field.ts';
import { requestSentence } from './http-request.ts';
import type { LineContext } from './line-context.ts';
import { emptyLine, type LineFormat, type ParsedLine } from './parsed-line.ts';
import { toEpochMs } from './read-time.ts';
import { readRequestFields, requestIdOf } from './request-fields.ts';
import { severityOfPino, severityOfPython, severityOfStatus, severityOfSyslog, severityOfWord } from './severity.ts';
import { renderTemplate } from './template.ts';

const TIME = ['@timestamp', 'time', 'timestamp', 'ts', 'asctime', '@t', 'datetime', 'timeMillis', 'eventTime', 'date'];
const LEVEL = [
  'level',
  'severity',
  'lvl',
  'levelname',
  'log.level',
  '@l',
  'level_name',
  'loglevel',
  'log_level',
  'severityText',
];
const MESSAGE = ['message', 'msg', 'event', 'body', '@m', 'short_message', 'MESSAGE', 'text'];
const LOGGER = [
  'logger',
  'logger_name',
  'loggerName',
  'log.logger',
  'SourceContext',
  'Properties.SourceContext',
  'category',
  'channel',
  'name',
];
const SERVICE = ['service.name', 'service', 'service_name', 'serviceName', 'app', 'application'];
const ENVIRONMENT = [
  'service.environment',
  'deployment.environment.name',
  'deployment.environment',
  'environment',
  'env',
];
const REVISION = ['vcs.ref.head.revision', 'service.version', 'release', 'revision', 'git_sha', 'commit'];
const INSTANCE = ['service.instance.id', 'service.node.name', 'hostname', 'host.name', 'host', 'pod', 'instance'];
const TRACE = [
  'trace_id',
  'traceId',
  'trace.id',
  'traceID',
  'dd.trace_id',
  'logging.googleapis.com/trace',
  'trace',
  '@tr',
];
const SPAN = ['span_id', 'spanId', 'span.id', 'spanID', 'dd.span_id', 'logging.googleapis.com/spanId', '@sp'];
const USER_ID = ['user.id', 'enduser.id', 'user_id', 'userId'];
const USER_NAME = ['user.name', 'user.username', 'username'];
/** Said by fields of the event itself; everything else stays an attribute. */
const TAKEN = new Set([
  '@timestamp',
  'time',
  'timestamp',
  'ts',
  'asctime',
  '@t',
  ...LEVEL,
  'message',
  'msg',
  '@m',
  '@mt',
  '@x',
  'stack_trace',
  'stacktrace',
  'stack',
  'exc_info',
  'errorVerbose',
]);

/** Reads the record of any of the usual loggers: in each list the first name that is present wins. */
export function readLoggerFields(
  record: JsonObject,
  context: LineContext & { format: LineFormat },
  line: string,
): ParsedLine {
  const parsed = emptyLine(context.format, line);
  parsed.time = timeOf(record, context);
  readLevel(record, parsed);
  parsed.template = firstText(record, ['@mt', 'messageTemplate']);
  parsed.request = readRequestFields(record);
  Object.assign(parsed, readExceptionFields(record));
  parsed.body = messageOf(record, parsed, line);
  readOrigin(record, parsed);
  readAttributes(record, parsed);
  if (parsed.severityNumber === 0 && parsed.severityText === null && parsed.request?.status) {
    parsed.severityNumber = severityOfStatus(parsed.request.status);
  }
  return parsed;
}

function timeOf(record: JsonObject, context: LineContext): number | null {
  for (const name of TIME) {
    const time = toEpochMs(field(record, name), context);
    if (time !== null) return time;
  }
  const instant = record.instant;
  if (!isObject(instant)) return null;
  const seconds = toNumber(instant.epochSecond);
  return seconds === null ? null : seconds * 1000 + (toNumber(instant.nanoOfSecond) ?? 0) / 1e6;
}

function readLevel(record: JsonObject, parsed: ParsedLine): void {
  const number = toNumber(record.severityNumber);
  if (number !== null && number >= 1 && number <= 24) parsed.severityNumber = Math.floor(number);
  const found = firstPresent(record, LEVEL);
  const value = isObject(found?.value) ? firstText(found.value, ['name', 'level']) : found?.value;
  if (typeof value === 'string') {
    parsed.severityText = cutText(value, 64);
    parsed.severityNumber ||= severityOfWord(value) || severityOfNumber(toNumber(value));
  } else if (typeof value === 'number') {
    parsed.severityText = String(value);
    parsed.severityNumber ||= severityOfNumber(value);
  } else if (parsed.severityNumber === 0) {
    const python = toNumber(record.levelno);
    if (python !== null) parsed.severityNumber = severityOfPython(python);
    // Serilog leaves Information out.
    else if (record['@t'] !== undefined && (record['@mt'] !== undefined || record['@m'] !== undefined))
      parsed.severityNumber = 9;
  }
}

/** 0 to 7 are syslog's (GELF), 10 and up pino's. */
function severityOfNumber(level: number | null): number {
  if (level === null || level < 0) return 0;
  return level <= 7 ? severityOfSyslog(level) : severityOfPino(level);
}

function messageOf(record: JsonObject, parsed: ParsedLine, line: string): string {
  const own =
    firstText(record, MESSAGE, true) ?? (parsed.template === null ? null : renderTemplate(parsed.template, record));
  if (own !== null) return own;
  const error = firstText(record, [
    'error',
    'err',
    'error.message',
    'err.message',
    'exception.message',
    'exception',
    'exc_info',
    'reason',
  ]);
  if (error !== null) return error;
  const first = parsed.exceptions[0];
  if (first) return [first.type, first.message].filter((part) => part !== null).join(': ');
  if (parsed.stackText !== null) return parsed.stackText;
  return parsed.request === null ? line : requestSentence(parsed.request) || line;
}

function readOrigin(record: JsonObject, parsed: ParsedLine): void {
  parsed.logger = firstText(record, LOGGER);
  parsed.service = firstText(record, SERVICE);
  parsed.environment = firstText(record, ENVIRONMENT);
  parsed.revision = firstText(record, REVISION);
  parsed.instance = firstText(record, INSTANCE);
  parsed.traceId = firstText(record, TRACE)?.replace(/^projects\/[^/]{1,128}\/traces\//, '') ?? null;
  parsed.spanId = firstText(record, SPAN);
  const id = firstText(record, USER_ID, true);
  const name =
    firstText(record, USER_NAME) ?? (typeof record.user === 'string' && record.user !== '' ? record.user : null);
  if (id !== null || name !== null) parsed.user = { id, name };
}

function readAttributes(record: JsonObject, parsed: ParsedLine): void {
  const others: JsonObject = {};
  for (const name of Object.keys(record)) {
    if (!TAKEN.has(name)) setOwn(others, name, record[name]);
  }
  const bounded = boundValue(others);
  parsed.attributes = bounded.value as JsonObject;
  const requestId = parsed.request === null ? requestIdOf(record) : null;
  if (requestId !== null && parsed.attributes.request_id === undefined) parsed.attributes.request_id = requestId;
  parsed.truncated ||= bounded.truncated;
  parsed.payload = isDeeperThan(record, DEFAULT_TEXT_BOUNDS.payloadDepth)
    ? (boundValue(record).value as JsonObject)
    : record;
}
