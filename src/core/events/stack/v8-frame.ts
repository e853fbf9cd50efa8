import type { Frame } from '../event.ts';
import { stackFrame } from './exception-node.ts';
import { indentOf, lineNumber } from './log-record.ts';

// Stack frames as V8 prints them (https://v8.dev/docs/stack-trace-api). No expression backtracks over a line: names
// and places are cut at fixed signs, so that a hostile line costs its length.

/** Lines longer than this are no frames; inlined `data:` modules are the only real ones, and they name no file. */
const FRAME_LENGTH = 4096;

/** `at [async ][new ]M[ [as n]] (L)` or `at [async ]L`; null for any other line. */
export function parseV8Frame(line: string): Frame | null {
  if (line.length > FRAME_LENGTH) return null;
  const indent = indentOf(line);
  if (!line.startsWith('at ', indent)) return null;
  const call = line.slice(indent + 3).trimEnd();
  const text = call.startsWith('async ') ? call.slice(6) : call;
  const open = text.endsWith(')') ? text.indexOf(' (') : -1;
  if (open < 0) return bareFrame(text);
  const place = parsePlace(text.slice(open + 2, -1), true);
  const name = text.slice(0, open).trim();
  if (!place || name === '' || !isFunctionName(name)) return null;
  return stackFrame({ ...place, function: withoutAlias(name) });
}

function bareFrame(text: string): Frame | null {
  if (text === '<anonymous>') return stackFrame({});
  const place = parsePlace(text, false);
  return place ? stackFrame({ ...place, function: place.function ?? null }) : null;
}

/** V8 prints identifiers, properties, `get x`, `new X`: at most three words besides the alias. Prose has more. */
function isFunctionName(name: string): boolean {
  return withoutAlias(name).split(' ', 5).length <= 4;
}

/** `Function.executeUserEntryPoint [as runMain]` → the name in the source. */
function withoutAlias(name: string): string {
  const alias = name.endsWith(']') ? name.lastIndexOf(' [as ') : -1;
  return alias > 0 ? name.slice(0, alias) : name;
}

type Place = Partial<Frame>;

const PLACELESS = new Set(['<anonymous>', 'native', 'native code', 'unknown location']);

/** Null when the text is no place. Outside brackets (`isNamed` false) only what cannot be prose is one. */
function parsePlace(text: string, isNamed: boolean): Place | null {
  if (isNamed && isPlaceless(text)) return {};
  if (text.startsWith('eval at ')) return evalPlace(text);
  const wasm = wasmPlace(text);
  if (wasm) return wasm;
  const address = text.startsWith('address at ') ? text.slice(11) : text;
  const last = cutNumber(address);
  if (!last) return null;
  const before = cutNumber(last.rest);
  if (before) return placeIn(before.rest, isNamed, before.number, last.number);
  return isNamed ? placeIn(last.rest, isNamed, last.number, null) : null;
}

function placeIn(file: string, isNamed: boolean, line: number | null, column: number | null): Place | null {
  if (file === '' || (!isNamed && !looksLikeFile(file))) return null;
  return { file: file.endsWith('<anonymous>') && !file.includes('/') ? null : file, line, column };
}

function isPlaceless(text: string): boolean {
  return PLACELESS.has(text) || /^index \d+$/.test(text);
}

/** Rust prints `at ./src/main.rs:4:5` under its frames; a clock (`at 10:30:15`) is no place either. */
function looksLikeFile(file: string): boolean {
  return /[/\\.<[]|^REPL/.test(file) && !file.endsWith('.rs');
}

function cutNumber(text: string): { rest: string; number: number } | null {
  const colon = text.lastIndexOf(':');
  const number = colon > 0 ? lineNumber(text.slice(colon + 1)) : null;
  return number === null ? null : { rest: text.slice(0, colon), number };
}

/** `eval at f (eval at g (F:N:C), <anonymous>:1:2), <anonymous>:3:4`: the file that holds the outermost eval. */
function evalPlace(text: string): Place {
  const inner = text.lastIndexOf('eval at ');
  const open = text.indexOf(' (', inner);
  const close = open < 0 ? -1 : text.indexOf(')', open);
  if (close < 0) return {};
  return parsePlace(text.slice(open + 2, close), true) ?? {};
}

/** `wasm://wasm/0003a1b2:wasm-function[12]:0x1a2b`. */
function wasmPlace(text: string): Place | null {
  if (!text.startsWith('wasm://')) return null;
  const mark = text.indexOf(':wasm-function[');
  if (mark < 0) return null;
  const close = text.indexOf(']', mark);
  return { file: text.slice(0, mark), function: text.slice(mark + 1, close < 0 ? undefined : close + 1) };
}

export function formatV8Frame(frame: Frame): string {
  const numbers = [frame.line, frame.column].filter((number) => number !== null).map((number) => `:${number}`);
  const place = frame.file === null ? '<anonymous>' : `${frame.file}${numbers.join('')}`;
  return frame.function === null ? `    at ${place}` : `    at ${frame.function} (${place})`;
}

/** Whether a browser loaded this file; false for files of Node and of unknown origin. */
export function isWebFile(file: string | null): boolean {
  return file !== null && /^(?:https?|blob|[a-z]+(?:-web)?-extension|resource|chrome|capacitor|app):\/?\/?/.test(file);
}
