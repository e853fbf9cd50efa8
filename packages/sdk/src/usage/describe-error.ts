import { statusName } from './status-name.ts';
import { USAGE_BOUNDS, type UsageError } from './usage-record.ts';

/**
 * What people read of a failure, declared by the application: by `METHOD template status`, class of the exception, or status, the first
 * that stands here. `{ 'POST /documents/upload 413': 'File too large', QuotaError: 'Quota used up', 429: 'Too many requests' }`
 */
export type MessageTable = Readonly<Record<string, string>>;

export interface Failure {
  method: string;
  endpoint: string;
  status: number;
  /** What was thrown; undefined: the status alone tells. */
  thrown?: unknown;
}

/** Null: the status says all there is, and the server makes the same of it. */
export function describeFailure(
  { method, endpoint, status, thrown }: Failure,
  messages: MessageTable,
): UsageError | null {
  const className = classOf(thrown);
  const declared =
    ownText(messages, `${method} ${endpoint} ${status}`) ??
    ownText(messages, className) ??
    ownText(messages, String(status));
  if (className === null && declared === null) return null;
  const type = className ?? statusName(status);
  const error: UsageError = { type, message: (declared ?? `${type} ${status}`).slice(0, USAGE_BOUNDS.errorMessage) };
  const stack = framesOf(thrown);
  if (stack !== '') error.stack = stack;
  return error;
}

function ownText(messages: MessageTable, key: string | null): string | null {
  if (key === null || !Object.hasOwn(messages, key)) return null;
  const text = messages[key];
  return typeof text === 'string' ? text : null;
}

/**
 * The class that threw, by its constructor and never by the `name` that a thrower can set; null for what is no error. Never throws,
 * whatever getters stand in the way.
 */
export function classOf(thrown: unknown): string | null {
  try {
    if (!(thrown instanceof Error)) return null;
    const name: unknown = Object.getPrototypeOf(thrown)?.constructor?.name;
    if (typeof name !== 'string' || !/^[A-Za-z_$][\w$]*$/.test(name)) return 'Error';
    return name.slice(0, USAGE_BOUNDS.errorType);
  } catch {
    return 'Error';
  }
}

const MAX_CAUSES = 5;

/** Frames of the error, and of its causes each behind `caused by <class>`; empty where nothing can be told safely. */
export function framesOf(thrown: unknown): string {
  const lines: string[] = [];
  const seen = new Set<unknown>();
  let bytes = 0;
  const add = (line: string) => {
    bytes += line.length + 1;
    if (lines.length >= USAGE_BOUNDS.stackFrames || bytes > USAGE_BOUNDS.stack) return false;
    lines.push(line);
    return true;
  };
  let error = thrown;
  for (let depth = 0; depth <= MAX_CAUSES && error instanceof Error && !seen.has(error); depth++) {
    seen.add(error);
    if (depth > 0 && !add(`caused by ${classOf(error)}`)) break;
    for (const frame of ownFrames(error)) if (!add(frame)) return lines.join('\n');
    error = causeOf(error);
  }
  return lines.join('\n');
}

function causeOf(error: Error): unknown {
  try {
    return error.cause;
  } catch {
    return undefined;
  }
}

/** More than any stack's header; a longer text is not looked through. */
const MAX_STACK = 65_536;

/**
 * The frames below the header. A message may hold lines that look like frames, so the header is measured by the error's own message:
 * where that does not stand in the stack (changed after the error was made), nothing is told.
 */
function ownFrames(error: Error): string[] {
  try {
    const { stack, message } = error;
    if (typeof stack !== 'string' || typeof message !== 'string' || stack.length > MAX_STACK) return [];
    const below = belowHeader(stack, message);
    if (below === null) return [];
    return below
      .split('\n')
      .map(cleanFrame)
      .filter((frame) => frame !== null);
  } catch {
    return [];
  }
}

function belowHeader(stack: string, message: string): string | null {
  const lineEnd = stack.indexOf('\n');
  if (lineEnd < 0) return null;
  if (message === '') return /^[\w$.]+( \[\w+\])?$/.test(stack.slice(0, lineEnd)) ? stack.slice(lineEnd) : null;
  const header = /^[\w$.]+( \[\w+\])?: /.exec(stack)?.[0] ?? null;
  if (header === null || !stack.startsWith(message, header.length)) return null;
  const below = stack.slice(header.length + message.length);
  return below.startsWith('\n    at ') ? below : null;
}

const ROOT = `${process.cwd()}/`;

/**
 * `at async new Order.place [as run] (file:///app/src/order.ts?v=3:12:7)` → `at async new Order.place (src/order.ts:12:7)`. What V8 prints of
 * property names (`[as …]`, methods of plain objects) can be a key that came in with a request, so it is left out; so are code
 * in addresses and their queries.
 */
function cleanFrame(line: string): string | null {
  const text = line.trim();
  if (!text.startsWith('at ')) return null;
  const position = /:(\d{1,9}):(\d{1,9})\)?$/.exec(text);
  if (position === null) return text.endsWith('(<anonymous>)') || text.endsWith('(native)') ? 'at <native>' : null;
  const open = text.endsWith(')') ? text.indexOf(' (') : -1;
  const rawName = open < 0 ? '' : text.slice(3, open);
  const rawFile = text.slice(open < 0 ? 3 : open + 2, position.index).replace(/^async /, '');
  const file = cleanFile(rawFile);
  const name = cleanName(rawName);
  const place = `${file}:${position[1]}:${position[2]}`;
  return name === '' ? `at ${place}` : `at ${name} (${place})`;
}

function cleanName(name: string): string {
  const plain = name.replace(/ \[as .*$/, '');
  if (!/^(async )?(new )?[\w$.#<> ]+$/.test(plain) || plain.length > 200) return plain === '' ? '' : '<anonymous>';
  return plain.replace(/\bObject\.(?!<anonymous>).+$/, 'Object.<method>');
}

function cleanFile(file: string): string {
  if (/^(eval|data:|blob:|wasm:|https?:)/.test(file)) return `<${/^\w+/.exec(file)?.[0] ?? 'code'}>`;
  const path = (file.startsWith('file://') ? file.slice(7) : file).replace(/[?#].*$/, '');
  return (path.startsWith(ROOT) ? path.slice(ROOT.length) : path).slice(-300);
}
