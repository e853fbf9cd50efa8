/** Longest text that a record keeps in one place when it is too large as a whole. */
const LONGEST_PART = 65_536;

interface ParsedLine {
  message?: unknown;
  template?: unknown;
  exception?: Record<string, unknown>;
  attributes: Record<string, unknown>;
}

/**
 * A line within the bytes, for one that is beyond: the servers would refuse it whole. Long texts are cut first, then the largest
 * fields are replaced by their size, then nested exceptions go.
 */
export function shrinkLine(line: string, maxBytes: number): string {
  const record = JSON.parse(line) as ParsedLine;
  const part = Math.min(LONGEST_PART, Math.floor(maxBytes / 8));
  record.message = cut(record.message, part);
  if (record.template !== undefined) record.template = cut(record.template, part);
  if (record.exception !== undefined) record.exception = cutException(record.exception, part);
  const names = Object.keys(record.attributes);
  const sizes = new Map(names.map((name) => [name, JSON.stringify(record.attributes[name]).length]));
  let rest = Buffer.byteLength(JSON.stringify(record)) - maxBytes;
  for (const name of names.sort((a, b) => sizes.get(b)! - sizes.get(a)!)) {
    if (rest <= 0) break;
    const before = Buffer.byteLength(JSON.stringify(record.attributes[name]));
    record.attributes[name] = `[cut: ${before} bytes]`;
    rest -= before - Buffer.byteLength(JSON.stringify(record.attributes[name]));
  }
  if (rest > 0) record.attributes = { cut: `${names.length} fields` };
  return JSON.stringify(record);
}

function cut(text: unknown, length: number): unknown {
  if (typeof text !== 'string' || text.length <= length) return text;
  return `${text.slice(0, length)}[cut: ${text.length - length} characters]`;
}

function cutException(exception: Record<string, unknown>, length: number): Record<string, unknown> {
  const { type, message, stack, ...nested } = exception;
  const own = { type, message: cut(message, length), ...(stack !== undefined && { stack: cut(stack, length) }) };
  return JSON.stringify(nested).length > length ? own : { ...own, ...nested };
}
