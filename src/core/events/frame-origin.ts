import type { Frame, FrameOrigin, Language } from './event.ts';
import { matchesGlob } from './origin/glob.ts';
import { matchLibrary, withoutLoader } from './origin/library-patterns.ts';
import { DEFAULT_PATH_PREFIXES, type SourcePath, toSourcePath } from './origin/source-path.ts';
import { createTrackedFiles, type TrackedFiles } from './origin/tracked-files.ts';

export interface FrameOriginOptions {
  /** `app: GLOB` or `library: GLOB` on path, module or function; the last that matches wins. */
  rules: readonly string[];
  /** Packages, modules or namespaces of the application: `com.acme`, `shop`, `github.com/acme/shop`. */
  appPackages: readonly string[];
  /** Folders of the application as the trace writes them. */
  appRoots: readonly string[];
  /** Where builds put the code: taken off absolute paths. */
  pathPrefixes: readonly string[];
  /** Hosts the application's own scripts come from; empty: any. */
  ownHosts: readonly string[];
  /** Paths tracked at the running revision; null when no repository is known. */
  trackedFiles: readonly string[] | null;
}

/** Nothing configured: the repository and the list of libraries decide, and what is left counts as application code. */
const DEFAULT_FRAME_ORIGIN: FrameOriginOptions = {
  rules: [],
  appPackages: [],
  appRoots: [],
  pathPrefixes: DEFAULT_PATH_PREFIXES,
  ownHosts: [],
  trackedFiles: null,
};

/** Distinct frames remembered (about 500 bytes each); a log repeats the same few hundred. */
const REMEMBERED_FRAMES = 5_000;

/** Decides whether a frame is the application's own code or a library's, and which path it means. Never throws, no effects. */
export type DecideFrameOrigin = (frame: Frame, language: Language | null) => FrameOrigin;

export function createFrameOrigin(options: Partial<FrameOriginOptions> = {}): DecideFrameOrigin {
  const settings = { ...DEFAULT_FRAME_ORIGIN, ...options };
  const rules = settings.rules.map(toRule).filter((rule) => rule !== null);
  const tracked = settings.trackedFiles === null ? null : createTrackedFiles(settings.trackedFiles);
  const remembered = new Map<string, FrameOrigin>();
  return (frame, language) => {
    const key = [language, frame.file, frame.module, frame.function, frame.inApp].join('\0');
    const known = remembered.get(key);
    if (known) return known;
    const origin = decide({ frame, language, settings, rules, tracked });
    if (remembered.size >= REMEMBERED_FRAMES) remembered.clear();
    remembered.set(key, origin);
    return origin;
  };
}

interface Rule {
  isApplication: boolean;
  pattern: string;
}

interface Decision {
  frame: Frame;
  language: Language | null;
  settings: FrameOriginOptions;
  rules: readonly Rule[];
  tracked: TrackedFiles | null;
}

function decide({ frame, language, settings, rules, tracked }: Decision): FrameOrigin {
  const source = sourceOf(frame, language, settings.pathPrefixes);
  const mapped = source?.path ?? null;
  const library = matchLibraryOrForeign(frame, language, source, settings.ownHosts);
  const inRepository = tracked && mapped !== null ? findTracked(tracked, mapped, library) : null;
  const path = inRepository ?? library.rest ?? mapped;

  const configured = rules.findLast((rule) => matchesRule(rule, frame, [path, mapped]));
  if (configured) return { isApplication: configured.isApplication, rule: 'configured', path };
  if (settings.appPackages.some((name) => isInPackage(frame, name))) {
    return { isApplication: true, rule: 'app-package', path };
  }
  if (inRepository !== null) return { isApplication: true, rule: 'tracked', path };
  if (library.isLibrary) return { isApplication: false, rule: 'library-list', path };
  if (frame.inApp !== null && language !== 'browser') return { isApplication: frame.inApp, rule: 'sdk', path };
  if (isUnderRoot(frame, settings.appRoots)) return { isApplication: true, rule: 'app-root', path };
  return { isApplication: true, rule: 'guess', path };
}

/** A library's frame means a tracked file only with its whole path, or `express/lib/router/index.js` would pass for ours. */
function findTracked(tracked: TrackedFiles, mapped: string, library: LibraryMatch): string | null {
  return library.isLibrary ? tracked.find(library.rest ?? mapped, { whole: true }) : tracked.find(mapped);
}

interface LibraryMatch {
  isLibrary: boolean;
  rest: string | null;
}

function matchLibraryOrForeign(
  frame: Frame,
  language: Language | null,
  source: SourcePath | null,
  ownHosts: readonly string[],
): LibraryMatch {
  if (language === null) return { isLibrary: false, rest: null };
  if (language === 'browser' && source?.host && ownHosts.length > 0 && !ownHosts.includes(source.host)) {
    return { isLibrary: true, rest: null };
  }
  return matchLibrary(frame, language, source?.path ?? null);
}

function sourceOf(frame: Frame, language: Language | null, prefixes: readonly string[]): SourcePath | null {
  if (language === 'java') {
    const path = javaPath(frame);
    return path === null ? null : { path, scheme: null, host: null };
  }
  if (frame.file === null) return null;
  const dartPackage = /^package:[^/]+\/(.+)$/.exec(frame.file);
  return toSourcePath(dartPackage ? `lib/${dartPackage[1]}` : frame.file, prefixes);
}

/** `com.acme.Foo$Bar` with `Foo.java` → `com/acme/Foo.java`; without a file the outermost class names it. */
function javaPath(frame: Frame): string | null {
  const file = frame.file !== null && /\.\w+$/.test(frame.file) ? toSourcePath(frame.file) : null;
  if (file?.path.includes('/') || frame.module === null) return file?.path ?? null;
  const parts = withoutLoader(frame.module).split('.');
  const outermost = (parts.pop() ?? '').split('$').find((name) => name !== '') ?? '';
  if (!file && !/^[\w]+$/.test(outermost)) return null;
  return toSourcePath([...parts, file?.path ?? `${outermost}.java`].join('/'))?.path ?? null;
}

function toRule(text: string): Rule | null {
  const match = /^\s*(app|library)\s*:\s*(\S.*?)\s*$/.exec(text);
  return match ? { isApplication: match[1] === 'app', pattern: match[2]! } : null;
}

function matchesRule({ pattern }: Rule, frame: Frame, paths: readonly (string | null)[]): boolean {
  const names = [...paths, frame.file, frame.module, frame.function];
  return names.some((name) => name !== null && name.length <= 2048 && matchesGlob(pattern, name));
}

function isInPackage(frame: Frame, name: string): boolean {
  return [frame.module, frame.function].some(
    (text) => text?.startsWith(name) && (text.length === name.length || /[^\w-]/.test(text.charAt(name.length))),
  );
}

function isUnderRoot(frame: Frame, roots: readonly string[]): boolean {
  const file = frame.file?.replaceAll('\\', '/') ?? '';
  return roots.some((root) => file.startsWith(root.endsWith('/') ? root : `${root}/`));
}
