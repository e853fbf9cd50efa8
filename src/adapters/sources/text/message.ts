import { readAccess } from './format-access.ts';
import { readObject } from './format-json.ts';
import type { LineContext } from './line-context.ts';
import { readLoggerFields } from './logger-fields.ts';
import type { ParsedLine } from './parsed-line.ts';

/**
 * Looks into the message that is left when time, level and logger came off: an access line that a server logged, or a JSON object at the end
 * (`request failed {"status_code": 500}`), whose fields become the record's.
 */
export function readMessage(parsed: ParsedLine, context: LineContext): ParsedLine {
  if (parsed.format !== 'dated' && parsed.format !== 'plain' && parsed.format !== 'syslog' && parsed.format !== 'klog')
    return parsed;
  if (context.format === 'plain') return parsed;
  const { body } = parsed;
  if (parsed.format === 'plain' && (body.charCodeAt(0) === 32 || body.charCodeAt(0) === 9)) return parsed;
  const last = body.charCodeAt(body.length - 1);
  if (last === 125 || last === 93 || last === 32) return withTrailingObject(parsed, context);
  if (parsed.format === 'plain' || !mayBeAccess(body)) return parsed;
  const access = readAccess(body, context);
  if (!access) return parsed;
  parsed.request = access.request;
  parsed.user = access.user;
  parsed.body = access.body;
  parsed.attributes = { ...access.attributes, ...parsed.attributes };
  if (parsed.severityText === null) parsed.severityNumber ||= access.severityNumber;
  return parsed;
}

/** The answer's status stands behind the quoted request, or the line starts with a method. */
function mayBeAccess(body: string): boolean {
  return body.includes('" ') || /^[A-Z]{3,8} \//.test(body.slice(0, 12));
}

function withTrailingObject(parsed: ParsedLine, context: LineContext): ParsedLine {
  // Monolog ends its lines with a second, mostly empty object.
  const text = withoutEmptyEnds(parsed.body);
  const start = text.startsWith('{"') ? 0 : objectStart(text);
  if (start < 0 || text.charCodeAt(text.length - 1) !== 125) return parsed;
  const record = readObject(text.slice(start));
  if (!record) return parsed;
  const fields = readLoggerFields(record, { ...context, format: parsed.format }, parsed.body);
  const prefix = text.slice(0, start).trim();
  return {
    ...fields,
    format: parsed.format,
    wrapper: parsed.wrapper,
    time: parsed.time ?? fields.time,
    severityNumber: parsed.severityNumber || fields.severityNumber,
    severityText: parsed.severityText ?? fields.severityText,
    body: prefix === '' ? fields.body : prefix,
    hasOwnPrefix: parsed.hasOwnPrefix || fields.time !== null || fields.severityNumber > 0,
    logger: parsed.logger ?? fields.logger,
    service: parsed.service ?? fields.service,
    instance: parsed.instance ?? fields.instance,
    attributes: { ...fields.attributes, ...parsed.attributes },
  };
}

function withoutEmptyEnds(body: string): string {
  let text = body.trimEnd();
  for (let count = 0; count < 2 && (text.endsWith(' []') || text.endsWith(' {}')); count++) text = text.slice(0, -3);
  return text;
}

/** Where an object that ends the text may start: the first `{"` behind a space. Only one place is tried, so hostile text costs one pass. */
function objectStart(text: string): number {
  const space = text.search(/[ \t]\{"/);
  return space < 0 ? -1 : space + 1;
}
