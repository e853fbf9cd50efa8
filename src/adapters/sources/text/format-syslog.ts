import { setOwn } from './bounds.ts';
import type { LineContext } from './line-context.ts';
import { emptyLine, type ParsedLine } from './parsed-line.ts';
import { type ReadTime, readIsoTime, readMonthDayTime } from './read-time.ts';
import { severityOfSyslog, severityOfWord } from './severity.ts';

/**
 * Syslog: RFC 5424 with `<PRI>1`, RFC 3164 with `<PRI>`, and the same without a priority as it stands in /var/log/syslog (`Oct 20 …` or, from newer
 * rsyslog, an RFC 3339 time). https://www.rfc-editor.org/rfc/rfc5424 https://www.rfc-editor.org/rfc/rfc3164
 */
export function readSyslog(line: string, context: LineContext): ParsedLine | null {
  const first = line.charCodeAt(0);
  if (first === 60) return readWithPriority(line, context);
  if (first >= 65 && first <= 83) return readTraditional(line, 0, readMonthDayTime(line, 0, context));
  if (first < 48 || first > 57) return null;
  const time = readIsoTime(line, 0, context);
  return time && hasProcess(line, time.end) ? readTraditional(line, 0, time) : null;
}

/** Behind an RFC 3339 time only `host program[123]: ` or `host kernel: ` shows syslog: other loggers write such times, too. */
function hasProcess(line: string, at: number): boolean {
  return /^ [\w.:-]{1,255} (?:[\w./@()-]{1,128}\[\d{1,10}\]|kernel): /.test(line.slice(at, at + 420));
}

function readWithPriority(line: string, context: LineContext): ParsedLine | null {
  const head = /^<(\d{1,3})>(1 )?/.exec(line.slice(0, 8));
  const priority = Number(head?.[1]);
  if (!head || priority > 191) return null;
  const at = head[0].length;
  const parsed = head[2]
    ? readModern(line, at, context)
    : readTraditional(line, at, readMonthDayTime(line, at, context) ?? readIsoTime(line, at, context));
  const known = parsed ?? withoutHeader(line, at);
  known.severityNumber = severityOfSyslog(priority & 7);
  known.severityText = SEVERITY_NAMES[priority & 7] ?? null;
  known.attributes['syslog.facility'] = priority >> 3;
  return known;
}

const SEVERITY_NAMES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const;

function withoutHeader(line: string, at: number): ParsedLine {
  const body = line.slice(at);
  return emptyLine('syslog', body.trim() === '' ? line : body);
}

/** `TIME HOST TAG[pid]: MSG`. */
function readTraditional(line: string, start: number, time: ReadTime | null): ParsedLine | null {
  if (!time || line.charCodeAt(time.end) !== 32) return null;
  const rest = /^ ([^\s[\]]{1,255}) (?:([\w./@()-]{1,128}?)(?:\[([\w.-]{1,32})\])?: ?)?/.exec(
    line.slice(time.end, time.end + 440),
  );
  if (!rest || (start === 0 && (rest[2] === undefined || severityOfWord(rest[1] ?? '') > 0))) return null;
  const body = line.slice(time.end + rest[0].length);
  const parsed = emptyLine('syslog', body.trim() === '' ? line : body);
  parsed.time = time.time;
  parsed.instance = rest[1] ?? null;
  parsed.service = rest[2] ?? null;
  if (rest[3] !== undefined) parsed.attributes['process.pid'] = rest[3];
  return parsed;
}

/** Behind one space and the mark of UTF-8. */
function bodyAt(line: string, at: number): string {
  const start = line.charCodeAt(at) === 32 ? at + 1 : at;
  return line.slice(line.charCodeAt(start) === 0xfeff ? start + 1 : start);
}

/** `TIME HOST APP PROCID MSGID SD MSG`, each but SD and MSG one word, `-` for none. */
function readModern(line: string, start: number, context: LineContext): ParsedLine | null {
  const words: string[] = [];
  let at = start;
  while (words.length < 5) {
    const space = line.indexOf(' ', at);
    if (space <= at || space - at > 256) return null;
    words.push(line.slice(at, space));
    at = space + 1;
  }
  const [time, host, application, processId, messageId] = words as [string, string, string, string, string];
  const read = time === '-' ? null : readIsoTime(time, 0, context);
  if (time !== '-' && read?.end !== time.length) return null;
  const attributes: Record<string, unknown> = {};
  const end = readStructuredData(line, at, attributes);
  if (end < 0) return null;
  const body = bodyAt(line, end);
  const parsed = emptyLine('syslog', body.trim() === '' ? line : body);
  parsed.time = read?.time ?? null;
  parsed.instance = host === '-' ? null : host;
  parsed.service = application === '-' ? null : application;
  parsed.attributes = attributes;
  if (processId !== '-') attributes['process.pid'] = processId;
  if (messageId !== '-') attributes['syslog.msgid'] = messageId;
  return parsed;
}

/** `-` or `[id name="value" …]…`, `\"`, `\\`, `\]` escaped; names become `id.name`. The place behind it; -1 when it is malformed. */
function readStructuredData(line: string, start: number, attributes: Record<string, unknown>): number {
  if (line.charCodeAt(start) === 45) return start + 1;
  let at = start;
  while (line.charCodeAt(at) === 91) {
    const id = /^[^\s=\]"]{1,64}/.exec(line.slice(at + 1, at + 65))?.[0];
    if (id === undefined) return -1;
    at += 1 + id.length;
    while (line.charCodeAt(at) === 32) {
      const name = /^[^\s=\]"]{1,64}(?==")/.exec(line.slice(at + 1, at + 67))?.[0];
      if (name === undefined) return -1;
      const value = readParameter(line, at + 3 + name.length);
      if (!value) return -1;
      setOwn(attributes, `${id}.${name}`, value.text);
      at = value.end;
    }
    if (line.charCodeAt(at) !== 93) return -1;
    at++;
  }
  return at > start ? at : -1;
}

function readParameter(line: string, start: number): { text: string; end: number } | null {
  let text = '';
  let from = start;
  for (let at = start; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 34) return { text: text + line.slice(from, at), end: at + 1 };
    if (code !== 92) continue;
    const next = line.charCodeAt(at + 1);
    if (next !== 34 && next !== 92 && next !== 93) continue;
    text += line.slice(from, at);
    from = at + 1;
    at++;
  }
  return null;
}
