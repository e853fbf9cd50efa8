import type { Frame, FrameOrigin } from '../../events/index.ts';

/** A bundler's content hash: `.3f2a9c1b.js`, `-3f2a9c1b.chunk.js`; it needs a digit, or `.feedface.js` would lose its name. */
const HASH_TAIL = /[.-](?=[0-9a-f]*\d)[0-9a-f]{7,64}(?=(?:\.(?:chunk|bundle|min))?\.[mc]?js$)/i;
/** A library's release inside its path: `gems/rack-3.0.8/lib`, `github.com/x/y@v1.2.3/z`, `serde-1.0.197/src`. */
const RELEASE = /(?:@v?|-)\d+\.\d[\w.+-]*(?=\/)/g;

/**
 * The path that enters a hash: from the repository's or the library's root, else the last 3 segments, so that the folder a build was
 * made in does not split an issue. Null without a file.
 */
export function fingerprintPath(frame: Frame, origin: FrameOrigin): string | null {
  const path = origin.path ?? frame.file;
  if (path === null || path === '') return null;
  const slashed = path.replaceAll('\\', '/').replace(/[?#].*$/s, '');
  const hasRoot = origin.path !== null && isFromRoot(frame, origin);
  const kept = hasRoot ? slashed : slashed.split('/').filter(Boolean).slice(-3).join('/');
  return kept.replace(RELEASE, '').replace(HASH_TAIL, '');
}

function isFromRoot(frame: Frame, { path, rule, isApplication }: FrameOrigin): boolean {
  if (rule === 'tracked' || (!isApplication && rule === 'library-list')) return true;
  const file = frame.file?.replaceAll('\\', '/') ?? '';
  const isAbsolute = /^(?:\/|[A-Za-z]:\/)/.test(file);
  return !isAbsolute || file.replace(/^(?:[A-Za-z]:)?\/+/, '') !== path;
}
