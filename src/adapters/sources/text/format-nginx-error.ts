import { emptyRequest, splitTarget } from './http-request.ts';
import type { LineContext } from './line-context.ts';
import { emptyLine, type ParsedLine } from './parsed-line.ts';
import { readIsoTime } from './read-time.ts';
import { severityOfWord } from './severity.ts';

const FIELDS = [', client: ', ', server: ', ', request: ', ', upstream: ', ', host: ', ', referrer: '] as const;

/** nginx's error log: `2025/10/20 16:01:18 [error] 29#29: *7 message, client: …, server: …, request: "…", upstream: "…", host: "…"`. */
export function readNginxError(line: string, context: LineContext): ParsedLine | null {
  if (line.charCodeAt(4) !== 47 || line.charCodeAt(19) !== 32 || line.charCodeAt(20) !== 91) return null;
  const time = readIsoTime(line, 0, context);
  const head = /^ \[([a-z]{4,6})\] (\d{1,10})#(\d{1,10}): (?:\*\d{1,20} )?/.exec(line.slice(19, 90));
  const severityNumber = severityOfWord(head?.[1] ?? '');
  if (!time || !head || severityNumber === 0) return null;
  const rest = line.slice(19 + head[0].length);
  const places = FIELDS.map((field) => ({ field, at: rest.indexOf(field) })).filter(({ at }) => at >= 0);
  const end = Math.min(rest.length, ...places.map(({ at }) => at));
  const body = rest.slice(0, end);
  const parsed = emptyLine('nginx-error', body.trim() === '' ? line : body);
  parsed.time = time.time;
  parsed.severityNumber = severityNumber;
  parsed.severityText = head[1] ?? null;
  parsed.attributes['process.pid'] = head[2];
  parsed.attributes['thread.id'] = head[3];
  const text = (field: (typeof FIELDS)[number]): string | null => {
    const place = places.find((found) => found.field === field);
    if (!place) return null;
    const from = place.at + field.length;
    const next = Math.min(rest.length, ...places.map(({ at }) => at).filter((at) => at > place.at));
    return rest.slice(from, next).replace(/^"|"$/g, '');
  };
  const [client, request, host] = [text(', client: '), text(', request: '), text(', host: ')];
  if (client !== null || request !== null) parsed.request = requestOf({ client, request, host });
  for (const [name, field] of [
    ['server', ', server: '],
    ['upstream', ', upstream: '],
    ['referrer', ', referrer: '],
  ] as const) {
    const value = text(field);
    if (value !== null && value !== '') parsed.attributes[name] = value;
  }
  return parsed;
}

function requestOf({ client, request, host }: { client: string | null; request: string | null; host: string | null }) {
  const [method = null, target] = request?.split(' ') ?? [];
  return {
    ...emptyRequest(),
    method,
    path: target === undefined ? null : splitTarget(target).path,
    host,
    clientAddress: client,
  };
}
