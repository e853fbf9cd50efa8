import { emptyRequest, isMethod, requestSentence, splitTarget, toStatus } from './http-request.ts';
import type { LineContext } from './line-context.ts';
import { emptyLine, type ParsedLine } from './parsed-line.ts';
import { readQuoted } from './quoted.ts';
import { type ReadTime, readDayMonthTime, readIsoTime, readTime } from './read-time.ts';
import { severityOfStatus } from './severity.ts';

/**
 * Access lines: common and combined (nginx, Apache, with a request time or a virtual host added), werkzeug, uvicorn's message, morgan. The message
 * becomes `METHOD path → status`, for the line itself differs each time. Null for other text.
 */
export function readAccess(line: string, context: LineContext): ParsedLine | null {
  return readCommon(line, context) ?? readServerMessage(line) ?? readMorgan(line);
}

/** `[vhost ]client ident user [time] "request" status bytes[ "referrer" "agent"[ more]]`. */
function readCommon(line: string, context: LineContext): ParsedLine | null {
  const open = line.indexOf(' [');
  if (open < 1 || open > 300) return null;
  const time = readAccessTime(line, open + 2, context);
  if (!time || line.charCodeAt(time.end) !== 93 || line.charCodeAt(time.end + 2) !== 34) return null;
  const request = readQuoted(line, time.end + 2);
  const words = line.slice(0, open).split(' ');
  if (!request || words.length < 2 || !isClient(words[0]!)) return null;
  const numbers = /^ (\d{3}|-)(?: (\d{1,15}|-))?(?=\s|$)/.exec(line.slice(request.end, request.end + 24));
  if (!numbers) return null;
  const hasHost = beginsWithHost(words);
  const parsed = madeOf({ requestLine: request.text, status: numbers[1]!, client: words[hasHost ? 1 : 0]! });
  parsed.time = time.time;
  if (hasHost && parsed.request) parsed.request.host = words[0]!.replace(/:\d+$/, '');
  const user = words.slice(hasHost ? 3 : 2).join(' ');
  if (user !== '' && user !== '-') parsed.user = { id: null, name: user };
  if (numbers[2] !== undefined && numbers[2] !== '-') parsed.attributes['http.response.body.size'] = Number(numbers[2]);
  readExtras(line, request.end + numbers[0].length, parsed);
  return parsed;
}

function readAccessTime(line: string, at: number, context: LineContext): ReadTime | null {
  return readDayMonthTime(line, at, context) ?? readIsoTime(line, at, context) ?? readTime(line, at, context);
}

/** `vhost:80 client - user`. */
function beginsWithHost(words: readonly string[]): boolean {
  return words.length > 3 && /^[\w.-]+:\d{1,5}$/.test(words[0]!) && words[2] === '-';
}

/** Referrer, agent, then what formats add: `rt=0.123`, a lone `0.123` (nginx seconds), Apache's microseconds are left as they are. */
function readExtras(line: string, start: number, parsed: ParsedLine): void {
  let at = start;
  for (let count = 0; count < 2 && line.charCodeAt(at + 1) === 34; count++) {
    const quoted = readQuoted(line, at + 1);
    if (!quoted) return;
    if (quoted.text !== '-' && quoted.text !== '') putQuoted(parsed, quoted.text, count);
    at = quoted.end;
  }
  const rest = line.slice(at, at + 512);
  const seconds =
    /(?:^|\s)(?:rt|request_time)="?(\d{1,6}\.\d{1,6})"?/.exec(rest) ?? /^ "?(\d{1,6}\.\d{3})"?(?=\s|$)/.exec(rest);
  if (seconds && parsed.request) parsed.request.durationMs = Math.round(Number(seconds[1]) * 1e6) / 1e3;
}

/** The first one is the referrer, the second one the agent. */
function putQuoted(parsed: ParsedLine, text: string, index: number): void {
  if (index === 0) parsed.attributes['http.request.header.referer'] = text;
  else if (parsed.request) parsed.request.userAgent = text;
}

/** `client - "request" 500…` as uvicorn and hypercorn write it behind their level. */
function readServerMessage(line: string): ParsedLine | null {
  const quote = line.indexOf('"');
  if (quote < 5 || quote > 300 || !/^\S+ -(?: -)? $/.test(line.slice(0, quote))) return null;
  const request = readQuoted(line, quote);
  const status = request ? /^ (\d{3})(?=\s|$)/.exec(line.slice(request.end, request.end + 6)) : null;
  if (!request || !status || !isRequestLine(request.text) || !isClient(line.slice(0, line.indexOf(' ')))) return null;
  return madeOf({ requestLine: request.text, status: status[1] ?? '', client: line.slice(0, line.indexOf(' ')) });
}

/** morgan's `tiny` and `dev`: `GET /path 500 12.3 ms - 23`, `GET /path 500 23 - 12.3 ms`. */
function readMorgan(line: string): ParsedLine | null {
  const space = line.indexOf(' ');
  if (space < 3 || space > 8 || !isMethod(line.slice(0, space))) return null;
  const second = line.indexOf(' ', space + 1);
  if (second < 0) return null;
  const rest = /^ (\d{3}) (?:(\d{1,9}(?:\.\d{1,6})?) ms - (?:\d+|-)|(?:\d+|-) - (\d{1,9}(?:\.\d{1,6})?) ms)\s*$/.exec(
    line.slice(second, second + 64),
  );
  if (!rest) return null;
  const parsed = madeOf({ requestLine: line.slice(0, second), status: rest[1] ?? '', client: '' });
  if (parsed.request) parsed.request.durationMs = Number(rest[2] ?? rest[3]);
  return parsed;
}

function isRequestLine(text: string): boolean {
  const space = text.indexOf(' ');
  return space > 0 && isMethod(text.slice(0, space));
}

function madeOf({ requestLine, status, client }: { requestLine: string; status: string; client: string }): ParsedLine {
  const request = emptyRequest();
  const parsed = emptyLine('access', requestLine);
  parsed.request = request;
  request.clientAddress = client === '' || client === '-' ? null : clientOf(client);
  request.status = toStatus(status);
  parsed.severityNumber = severityOfStatus(request.status ?? 0);
  if (!isRequestLine(requestLine)) {
    // A handshake of another protocol, or a closed connection.
    parsed.body = `"${requestLine.slice(0, 200)}" → ${status}`;
    return parsed;
  }
  const first = requestLine.indexOf(' ');
  const last = requestLine.lastIndexOf(' ');
  const hasProtocol = last > first && requestLine.startsWith('HTTP/', last + 1);
  const target = splitTarget(requestLine.slice(first + 1, hasProtocol ? last : undefined));
  request.method = requestLine.slice(0, first);
  request.path = target.path;
  request.host = target.host;
  if (target.query !== null) parsed.attributes['url.query'] = target.query;
  if (hasProtocol) parsed.attributes['network.protocol.version'] = requestLine.slice(last + 6);
  parsed.body = requestSentence(request);
  return parsed;
}

/** An address or a host name, perhaps with its port: not `INFO:werkzeug:127.0.0.1`. */
function isClient(word: string): boolean {
  return /^(?:[\w.-]+(?::\d{1,5})?|\[?[0-9a-fA-F:.]{2,60}(?:%\w{1,16})?\]?(?::\d{1,5})?)$/.test(word);
}

/** The address without its port: `10.0.0.1:4711`, `[::1]:4711`. */
function clientOf(client: string): string {
  if (client.startsWith('[')) return client.slice(1, client.includes(']') ? client.indexOf(']') : undefined);
  const colon = client.indexOf(':');
  return colon > 0 && colon === client.lastIndexOf(':') ? client.slice(0, colon) : client;
}
