import type { Frame, Language } from '../../events/index.ts';
import type { OriginOf } from '../application-frame.ts';
import { cleanName } from './clean-name.ts';
import { fingerprintPath } from './frame-path.ts';

/** What of one frame enters a hash, or why nothing does. */
export interface CleanFrame {
  /** The values that are hashed, in order; null when the frame is skipped. */
  values: string[] | null;
  /** For people. */
  text: string;
  /** Which rule cleaned or skipped it. */
  rule: string;
  isApplication: boolean;
  /** No name of the source's own is known. */
  isNameless: boolean;
}

const LONGEST_CODE = 120;
const LONGEST_TEXT = 300;

export type CleanFrames = (frame: Frame, language: Language | null) => CleanFrame;

/** Distinct frames remembered (about 1 KB each); a log repeats the same few hundred, each with another message. */
const REMEMBERED = 5_000;

/** `cleanFrame` with a memory. */
export function createFrameCleaner(originOf: OriginOf): CleanFrames {
  const remembered = new Map<string, CleanFrame>();
  return (frame, language) => {
    const { file, line, function: name, module, code, inApp, origin } = frame;
    const decided = origin === null ? '' : `${origin.isApplication}${origin.rule}${origin.path}`;
    const key = `${language}\u0000${file}\u0000${line}\u0000${name}\u0000${module}\u0000${code}\u0000${inApp}\u0000${decided}`;
    const known = remembered.get(key);
    if (known) return known;
    const cleaned = cleanFrame(frame, language, originOf);
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(key, cleaned);
    return cleaned;
  };
}

/** By language (table in docs: fingerprint v1); line numbers never enter. */
function cleanFrame(frame: Frame, language: Language | null, originOf: OriginOf): CleanFrame {
  const origin = originOf(frame, language);
  const { name, rule } = cleanName(frame.function ?? '', language);
  const path = fingerprintPath(frame, origin);
  const text = textOf(frame);
  const isNameless = name === '';
  const base = { text, isApplication: origin.isApplication, isNameless };
  const skip = skipRule(frame, language, isNameless);
  if (skip !== null) return { ...base, values: null, rule: skip };
  return {
    ...base,
    values: valuesOf({ frame, language, name, path }),
    rule: rule ?? (origin.isApplication ? 'application' : 'library'),
  };
}

/** Joined, because an explanation is kept: a text put together by `+` keeps its pieces, 32 bytes for each. */
function textOf({ module, function: name, file, line }: Frame): string {
  const pieces = [module ?? '', module ? '.' : '', name ?? '?', ' (', file ?? '?', ':', line ?? '?', ')'];
  return pieces.join('').slice(0, LONGEST_TEXT);
}

function skipRule(frame: Frame, language: Language | null, isNameless: boolean): string | null {
  const isScript = language === 'node' || language === 'browser';
  if (isScript && (frame.file === null || /^(?:native|<anonymous>|eval at )/.test(frame.file))) return 'native or eval';
  if (frame.file === null && frame.module === null && isNameless) return 'says nothing';
  return null;
}

function valuesOf(options: { frame: Frame; language: Language | null; name: string; path: string | null }): string[] {
  const { frame, language, name, path } = options;
  const module = cleanName(frame.module ?? '', language).name;
  switch (language) {
    case 'python':
      return [path ?? module, name, collapseSpaces(frame.code ?? '')];
    case 'java':
      return [module.slice(module.lastIndexOf('/') + 1), name];
    case 'go':
    case 'rust':
    case 'swift':
      return [module !== '' ? module : packagePath(path), name];
    case 'ruby':
    case 'php':
    case 'dotnet':
    case 'dart':
      return [module !== '' ? module : (path ?? ''), name];
    case 'node':
    case 'browser':
    case null:
      return [path ?? module, name];
    default: {
      const unknown: never = language;
      return [unknown];
    }
  }
}

function packagePath(path: string | null): string {
  return path === null ? '' : path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function collapseSpaces(code: string): string {
  return code.slice(0, 1_024).replace(/\s+/g, ' ').trim().slice(0, LONGEST_CODE);
}
