/** Where a build puts the code inside its image: taken off the front of absolute paths. */
export const DEFAULT_PATH_PREFIXES: readonly string[] = ['/usr/src/app', '/var/task', '/workspace', '/app'];

/** Longer file names are cut to their end: nothing real is longer. */
const LONGEST_PATH = 4096;

export interface SourcePath {
  /** Relative, `/` between segments, no `.` or `..`: whatever the trace says, it cannot point above its own root. */
  path: string;
  /** `chrome-extension`, `https`, `webpack` …; null for plain paths. */
  scheme: string | null;
  /** Host of an `http` address, else null. */
  host: string | null;
}

/**
 * The file name of a frame as a path: scheme, host, webpack's name, drive, query, known prefixes and `..` gone.
 * Null when nothing is left, or when it is no file name (`<anonymous>`, a control character inside).
 */
export function toSourcePath(file: string, prefixes: readonly string[] = DEFAULT_PATH_PREFIXES): SourcePath | null {
  const { scheme, host, rest } = splitScheme(file.trim().slice(-LONGEST_PATH));
  if (/[\0-\x1f]/.test(rest) || /^<.*>$/.test(rest)) return null;
  const isPlain = scheme === null || scheme === 'file';
  const withoutQuery = rest.replace(isPlain ? /\?[^/]*$/ : /[?#].*$/s, '');
  const decoded = scheme === null ? withoutQuery : decode(withoutQuery);
  const slashed = decoded.replaceAll('\\', '/').replace(/^\/?[A-Za-z]:(?=\/)/, '');
  const segments = normalised(slashed);
  if (segments.length === 0) return null;
  const path = segments.join('/');
  const isAbsolute = slashed.startsWith('/');
  return { path: isAbsolute && isPlain ? withoutPrefix(path, prefixes) : path, scheme, host };
}

function splitScheme(file: string): { scheme: string | null; host: string | null; rest: string } {
  const match = /^([A-Za-z][\w+.-]*):\/\/([^/?#]*)/.exec(file);
  if (!match) return { scheme: null, host: null, rest: file };
  const scheme = match[1]!.toLowerCase();
  return { scheme, host: /^https?$/.test(scheme) ? match[2]! : null, rest: file.slice(match[0].length) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function normalised(path: string): string[] {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.' && segment !== '~') segments.push(segment);
  }
  return segments;
}

/** Where Guardian's own process target keeps the code of each revision: the same file of the next one is the same file. */
const DEPLOYED = /\/targets\/[^/]+\/revisions\/[^/]+\/(?=[^/])/;

function withoutPrefix(path: string, prefixes: readonly string[]): string {
  const longest = longestFirst(prefixes).find((prefix) => path.startsWith(prefix));
  if (longest !== undefined) return path.slice(longest.length);
  const deployed = DEPLOYED.exec(path);
  return deployed === null ? path : path.slice(deployed.index + deployed[0].length);
}

/** Of each list of prefixes that is in use; made once, because a path is read for every distinct frame. */
const prepared = new WeakMap<readonly string[], readonly string[]>();

/** `/usr/src/app` → `usr/src/app/`, the longest first. */
function longestFirst(prefixes: readonly string[]): readonly string[] {
  const known = prepared.get(prefixes);
  if (known) return known;
  const made = prefixes
    .map((prefix) => `${normalised(prefix).join('/')}/`)
    .filter((prefix) => prefix !== '/')
    .sort((a, b) => b.length - a.length);
  prepared.set(prefixes, made);
  return made;
}
