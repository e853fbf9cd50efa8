import { field, type JsonObject, toNumber } from './field.ts';
import { readObject } from './format-json.ts';
import type { LineContext } from './line-context.ts';
import type { Wrapper } from './parsed-line.ts';
import { readIsoTime, toEpochMs } from './read-time.ts';
import { severityOfSyslog } from './severity.ts';

/** What a container runtime or the journal wrote around a record. */
export interface Unwrapped {
  wrapper: Wrapper | null;
  /** The record itself, without its line end. */
  text: string;
  /** The JSON object when the text is one and it was read on the way. */
  record: JsonObject | null;
  time: number | null;
  stream: string | null;
  isPartial: boolean;
  severityNumber: number;
  service: string | null;
  instance: string | null;
  id: string | null;
  attributes: JsonObject | null;
}

/** Takes Docker's `{"log","stream","time"}`, CRI's `TIME stream F|P text` or a journal record off; other text comes back as it is. */
export function unwrap(line: string, context: LineContext): Unwrapped {
  const first = line.charCodeAt(0);
  if (first === 123) {
    const record = readObject(line);
    if (record) return readDocker(record, context) ?? readJournal(record) ?? bare(line, record);
  } else if (first >= 48 && first <= 57) {
    return readCri(line, context) ?? bare(line, null);
  }
  return bare(line, null);
}

function bare(text: string, record: JsonObject | null): Unwrapped {
  return {
    wrapper: null,
    text,
    record,
    time: null,
    stream: null,
    isPartial: false,
    severityNumber: 0,
    service: null,
    instance: null,
    id: null,
    attributes: null,
  };
}

/** Docker's json-file driver; a `log` without a line end was cut at 16 KiB and goes on in the next record. */
function readDocker(record: JsonObject, context: LineContext): Unwrapped | null {
  const { log, stream, time } = record;
  if (typeof log !== 'string' || typeof time !== 'string' || (stream !== undefined && typeof stream !== 'string'))
    return null;
  const isWhole = log.endsWith('\n');
  const unwrapped = bare(isWhole ? withoutLineEnd(log) : log, null);
  unwrapped.wrapper = 'docker';
  unwrapped.time = toEpochMs(time, context);
  unwrapped.stream = stream ?? null;
  unwrapped.isPartial = !isWhole;
  if (record.attrs !== undefined && record.attrs !== null) unwrapped.attributes = { attrs: record.attrs };
  return unwrapped;
}

function withoutLineEnd(text: string): string {
  return text.slice(0, text.endsWith('\r\n') ? -2 : -1);
}

/** containerd and CRI-O: `2025-10-20T16:01:18.121212121Z stdout F text`; tags after `F` or `P` are separated by colons. */
function readCri(line: string, context: LineContext): Unwrapped | null {
  const space = line.indexOf(' ');
  if (space < 20 || space > 35 || !(line.startsWith('stdout ', space + 1) || line.startsWith('stderr ', space + 1)))
    return null;
  const tag = line.charCodeAt(space + 8);
  if (tag !== 70 && tag !== 80) return null;
  const time = readIsoTime(line, 0, context);
  const next = line.charCodeAt(space + 9);
  if (time?.end !== space || !(Number.isNaN(next) || next === 32 || next === 58)) return null;
  const textStart = line.indexOf(' ', space + 9);
  const unwrapped = bare(textStart < 0 ? '' : line.slice(textStart + 1), null);
  unwrapped.wrapper = 'cri';
  unwrapped.time = time.time;
  unwrapped.stream = line.slice(space + 1, space + 7);
  unwrapped.isPartial = tag === 80;
  return unwrapped;
}

/** `journalctl -o json`: MESSAGE is text, or a list of bytes when it is not printable. https://systemd.io/JOURNAL_EXPORT_FORMATS/ */
function readJournal(record: JsonObject): Unwrapped | null {
  const stamp = toNumber(record.__REALTIME_TIMESTAMP);
  if (stamp === null || (record.MESSAGE === undefined && record.__CURSOR === undefined)) return null;
  const unwrapped = bare(journalText(record.MESSAGE), null);
  unwrapped.wrapper = 'journald';
  unwrapped.time = (toNumber(record._SOURCE_REALTIME_TIMESTAMP) ?? stamp) / 1000;
  unwrapped.severityNumber = severityOfSyslog(toNumber(record.PRIORITY) ?? -1);
  const text = (name: string): string | null => {
    const value = field(record, name);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  unwrapped.service = text('SYSLOG_IDENTIFIER') ?? text('_SYSTEMD_UNIT') ?? text('_COMM');
  unwrapped.instance = text('_HOSTNAME');
  unwrapped.id = text('__CURSOR');
  unwrapped.attributes = {};
  for (const name of ['_PID', '_SYSTEMD_UNIT', 'CODE_FILE', 'CODE_LINE', 'CODE_FUNC', 'CONTAINER_NAME', 'MESSAGE_ID']) {
    const value = text(name);
    if (value !== null) unwrapped.attributes[name] = value;
  }
  return unwrapped;
}

function journalText(message: unknown): string {
  if (typeof message === 'string') return message;
  if (!Array.isArray(message)) return '';
  // A field given several times is a list of texts; one that is not printable a list of bytes.
  if (message.every((item) => typeof item === 'string')) return message.join('\n');
  return Buffer.from(message.filter((item): item is number => typeof item === 'number')).toString('utf8');
}
