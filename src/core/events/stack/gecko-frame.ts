import type { Frame } from '../event.ts';
import { stackFrame } from './exception-node.ts';
import { lineNumber } from './log-record.ts';

const FRAME_LENGTH = 4096;
const NATIVE = '[native code]';

/** `M@URL:N:C` as Firefox and Safari print it; M may be empty, or carry `async*` and `promise callback*` before it. */
export function parseGeckoFrame(line: string): Frame | null {
  if (line.length > FRAME_LENGTH) return null;
  const text = line.trim();
  const at = text.indexOf('@');
  if (at < 0) return null;
  const name = text.slice(0, at);
  const place = text.slice(at + 1);
  if (!isName(name)) return null;
  if (place === NATIVE) return stackFrame({ function: cleanName(name) });
  const where = parsePlace(place);
  return where && stackFrame({ ...where, function: cleanName(name) });
}

/** Safari prints frames without a function as the bare place. Only among other frames is that one. */
export function parseBarePlace(line: string): Frame | null {
  const text = line.length > FRAME_LENGTH ? '' : line.trim();
  if (text === NATIVE) return stackFrame({});
  const where = text.includes('://') && !text.includes('@') ? parsePlace(text) : null;
  return where && stackFrame(where);
}

function isName(name: string): boolean {
  return !/\s/.test(name) || /^(?:(?:global|eval|module|Function) code|[\w ]{1,40}\*\S*)$/.test(name);
}

/** What stands before `*` tells how the call was scheduled, not what was called. */
function cleanName(name: string): string | null {
  const star = name.lastIndexOf('*');
  const own = star < 0 ? name : name.slice(star + 1);
  return own === '' ? null : own;
}

function parsePlace(place: string): Partial<Frame> | null {
  const last = place.lastIndexOf(':');
  const middle = place.lastIndexOf(':', last - 1);
  const column = lineNumber(place.slice(last + 1));
  const line = middle > 0 ? lineNumber(place.slice(middle + 1, last)) : null;
  if (column === null || line === null) return null;
  const file = place.slice(0, middle);
  if (!/^(?:[a-z][a-z0-9+.-]{1,40}:|\/|self-hosted$|debugger eval code$)/.test(file)) return null;
  if (file === 'self-hosted') return {};
  // `https://x/a.js line 5 > eval`: the code stands where eval was called.
  const evaluated = /^(\S{1,4000}) line (\d{1,9}) > /.exec(file);
  if (evaluated?.[1]) return { file: evaluated[1], line: Number(evaluated[2]) };
  return { file, line, column };
}

export function formatGeckoFrame(frame: Frame): string {
  const place = frame.file === null ? NATIVE : `${frame.file}:${frame.line ?? 0}:${frame.column ?? 0}`;
  return `${frame.function ?? ''}@${place}`;
}
