import type { Frame, Language } from '../../../core/events/index.ts';
import { asCount, asName, asObject, type JsonObject } from './read-value.ts';
import { languageOfFrames } from './sender.ts';

/** Frames of one exception: the same bound as the pipeline's, so that no more is built than is kept. */
const MOST_FRAMES = 250;
const LONGEST_CODE = 1_024;

export interface ReadStack {
  /** Crash first. */
  frames: Frame[];
  language: Language | null;
  /** Frames were left out, by the SDK or by the bound. */
  truncated: boolean;
}

/** A `stacktrace` (https://develop.sentry.dev/sdk/foundations/transport/event-payloads/stacktrace/): caller first there, crash first here. */
export function readStack(stacktrace: unknown, eventLanguage: Language | null): ReadStack {
  const given = asObject(stacktrace);
  const list = Array.isArray(given?.frames) ? given.frames : [];
  const language = languageOfFrames(list, eventLanguage);
  const frames: Frame[] = [];
  let at = list.length - 1;
  for (; at >= 0 && frames.length < MOST_FRAMES; at--) {
    const frame = asObject(list[at]);
    if (frame) frames.push(readFrame(frame, language));
  }
  return { frames, language, truncated: at >= 0 || Array.isArray(given?.frames_omitted) };
}

function readFrame(frame: JsonObject, language: Language | null): Frame {
  const { module, name } = nameOf(frame, language);
  const line = asCount(frame.lineno);
  return {
    file: fileOf(frame),
    line: line === 0 ? null : line,
    column: asCount(frame.colno),
    function: name,
    module,
    code: asCode(frame.context_line),
    inApp: typeof frame.in_app === 'boolean' ? frame.in_app : null,
    origin: null,
  };
}

/**
 * The whole path where the SDK knows it: it tells a library's folder, and the same failure read from a log has it too. SDKs shorten
 * `filename` by folders of their own choice.
 */
function fileOf(frame: JsonObject): string | null {
  const path = asName(frame.abs_path);
  return path !== null && path !== '<anonymous>' ? path : asName(frame.filename);
}

/** Indented as in the source; tabs stay. */
function asCode(value: unknown): string | null {
  if (typeof value !== 'string' || value.trim() === '') return null;
  return value.slice(0, LONGEST_CODE).replace(/[\r\n]+$/, '');
}

interface FrameName {
  module: string | null;
  name: string | null;
}

function nameOf(frame: JsonObject, language: Language | null): FrameName {
  const written = asName(frame.function) ?? asName(frame.raw_function);
  const name = written === '?' || written === '<unknown>' ? null : written;
  // What these SDKs call a module is the file again.
  if (language === 'node' || language === 'browser') return { module: null, name };
  const module = asName(frame.module) ?? imageOf(frame);
  return module === null && name !== null ? splitName(name, language) : { module, name };
}

/** Native frames name the image they are in: `/usr/lib/libfoo.so` → `libfoo.so`. */
function imageOf({ package: image }: JsonObject): string | null {
  const path = asName(image);
  return path === null ? null : path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1) || null;
}

const RUBY_LABEL =
  /^((?:(?:block|rescue|ensure)(?: \(\d{1,5} levels\))? in ){0,20})((?:[A-Z]\w{0,200}::){0,20}[A-Z]\w{0,200})[#.](\S.*)$/;
const DART_METHOD = /^(_?[A-Z][\w$]{0,200}(?:<[^>]{0,200}>)?)\.(.+)$/;
const RUST_CLOSURES = /(?:::\{(?:\{[a-z]{1,10}\}|[a-z]{1,10}#\d{1,5})\})+$/;

/** Some SDKs write class and method as one name; split as the language's own traces are. */
function splitName(name: string, language: Language | null): FrameName {
  const whole = { module: null, name };
  switch (language) {
    case 'php': {
      const end = name.indexOf('{') < 0 ? name.length : name.indexOf('{');
      return splitAt(name, Math.max(name.lastIndexOf('::', end), name.lastIndexOf('->', end)), 2);
    }
    case 'rust': {
      const tail = RUST_CLOSURES.exec(name)?.[0].length ?? 0;
      return name.includes('<') ? whole : splitAt(name, name.lastIndexOf('::', name.length - tail - 1), 2);
    }
    case 'ruby': {
      const label = RUBY_LABEL.exec(name);
      return label ? { module: label[2] ?? null, name: `${label[1] ?? ''}${label[3] ?? ''}` } : whole;
    }
    case 'dart': {
      const method = DART_METHOD.exec(name);
      return method ? { module: method[1] ?? null, name: method[2] ?? null } : whole;
    }
    default:
      return whole;
  }
}

function splitAt(name: string, at: number, width: number): FrameName {
  return at < 1 ? { module: null, name } : { module: name.slice(0, at), name: name.slice(at + width) };
}
