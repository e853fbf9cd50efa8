import { isObject, type JsonObject } from './field.ts';
import type { LineContext } from './line-context.ts';
import { readLoggerFields } from './logger-fields.ts';
import { emptyLine, type ParsedLine } from './parsed-line.ts';

/** The object that the text is, a comma behind it allowed (a list with one record a line); null when it is none. Never throws. */
export function readObject(text: string): JsonObject | null {
  const trimmed = text.trimEnd();
  const body = trimmed.endsWith(',') ? trimmed.slice(0, -1) : trimmed;
  if (body.charCodeAt(body.length - 1) !== 125) return null;
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** A record that is one JSON object. `record` is what `readObject` made of the line. */
export function readJson(line: string, record: JsonObject | null, context: LineContext): ParsedLine | null {
  if (record !== null) return readLoggerFields(record, { ...context, format: 'json' }, line);
  // `{"` opens an object; `{name} text` is a sentence.
  if (!/^\{\s*"/.test(line.slice(0, 32)) && context.format !== 'json') return null;
  if (!line.startsWith('{')) return null;
  const parsed = emptyLine('json', line);
  parsed.isBroken = true;
  return parsed;
}
