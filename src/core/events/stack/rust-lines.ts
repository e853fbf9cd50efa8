import type { Frame } from '../event.ts';
import { stackFrame } from './exception-node.ts';
import { indentOf, lineNumber } from './log-record.ts';

// What the lines of a Rust backtrace look like: std::panicking's hook, RUST_BACKTRACE=1 and full, and anyhow (1.36 to 1.95).

const LINE_LENGTH = 8192;

/** `   N: [0x… - ]path`; the place stands on the line below. */
export function rustFrame(line: string): { module: string | null; function: string } | null {
  if (line.length > LINE_LENGTH) return null;
  const match = /^\s{0,8}\d{1,5}:\s{1,20}(?:0x[0-9a-f]{1,16} - )?(\S.*)$/.exec(line);
  const path = match?.[1]?.trimEnd();
  return path === undefined ? null : splitPath(withoutHashes(path));
}

/** `             at F:N[:C]`. */
export function rustPlace(line: string): Pick<Frame, 'file' | 'line' | 'column'> | null {
  const indent = indentOf(line);
  if (indent < 4 || line.length > LINE_LENGTH || !line.startsWith('at ', indent)) return null;
  return fileLineColumn(line.slice(indent + 3).trimEnd());
}

/** `F:N:C` or `F:N`. */
export function fileLineColumn(text: string): Pick<Frame, 'file' | 'line' | 'column'> | null {
  const match = /:(\d{1,9})(?::(\d{1,9}))?$/.exec(text.slice(-20));
  if (!match) return null;
  const file = text.slice(0, text.length - match[0].length);
  const number = lineNumber(match[1] ?? '');
  return file === '' || number === null ? null : { file, line: number, column: lineNumber(match[2] ?? '') };
}

/** `::h0123456789abcdef` at the end, `[0123456789abcdef]` behind a crate's name. */
function withoutHashes(path: string): string {
  return path.replace(/::h[0-9a-f]{16}$/, '').replace(/\[[0-9a-f]{16}\]/g, '');
}

const CLOSURES = /(?:::\{(?:\{[a-z]{1,10}\}|[a-z]{1,10}#\d{1,5})\}|::<[^<>]{0,500}>)+$/;

/** The function is the last name with its closures and type arguments; what stands before it is the module. */
function splitPath(path: string): { module: string | null; function: string } {
  const tail = CLOSURES.exec(path)?.[0] ?? '';
  const named = path.slice(0, path.length - tail.length);
  let depth = 0;
  for (let index = named.length - 1; index > 1; index--) {
    if (named[index] === '>' && named[index - 1] !== '-') depth++;
    else if (named[index] === '<') depth--;
    else if (depth === 0 && named[index] === ':' && named[index - 1] === ':') {
      return { module: named.slice(0, index - 1), function: named.slice(index + 1) + tail };
    }
  }
  return { module: null, function: path };
}

function rustPath(frame: Frame): string {
  return frame.module === null ? (frame.function ?? '') : `${frame.module}::${frame.function ?? ''}`;
}

/**
 * What the panic itself put on the stack: printing, the hook, `panic_fmt`. From the crash end down to the last frame of
 * `panicking::` before the first that is none of the runtime's; `catch_unwind` lives there too, but deeper.
 */
export function withoutPanicking(frames: readonly Frame[]): Frame[] {
  let last = -1;
  for (const [index, frame] of frames.entries()) {
    const path = rustPath(frame);
    if (!RUNTIME.test(path)) break;
    if (PANICKING.test(path) && !CATCHING.test(path)) last = index;
  }
  return frames.slice(last + 1);
}

const RUNTIME = /^<{0,3}&?(?:dyn )?(?:std|core|alloc|__rustc)::|^(?:__)?rust_|^backtrace::/;
const PANICKING = /(?:^|[:<])panicking::|rust_begin_unwind$|^rust_panic$/;
const CATCHING = /panicking::(?:try|catch_unwind)\b/;

/** `library/std` and its like: not where a panic is reported. */
export function isRuntimeFrame(frame: Frame): boolean {
  return RUNTIME.test(rustPath(frame));
}

/** A frame that shows nothing: the end of the stack, a stripped symbol. */
export function isUnknownFrame(name: { function: string }): boolean {
  return name.function === '<unknown>';
}

export function formatRustFrame(frame: Frame, index: number): string {
  const name = `${String(index).padStart(4)}: ${rustPath(frame)}`;
  if (frame.file === null) return name;
  return `${name}\n             at ${formatPlace(frame)}`;
}

export function formatPlace({ file, line, column }: Frame): string {
  return `${file ?? '<unknown>'}:${line ?? 0}${column === null ? '' : `:${column}`}`;
}

export function placeFrame(place: Pick<Frame, 'file' | 'line' | 'column'>): Frame {
  return stackFrame(place);
}
