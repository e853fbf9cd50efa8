/** What a ping's address says. https://healthchecks.io/docs/http_api/ */
export interface Ping {
  /** The job's own key; or a project's key, and the job's name in it. */
  name: { by: 'key'; key: string } | { by: 'slug'; projectKey: string; slug: string };
  kind: 'start' | 'success' | 'fail' | 'log';
  /** Where the address ends with one. */
  exitStatus: number | null;
  /** `rid`: pairs a start with its end. */
  runId: string | null;
  /** `create=1`: a job that is not known is made. */
  isCreating: boolean;
}

export type ParsedPing = { kind: 'ping'; ping: Ping } | { kind: 'invalid'; reason: 'address' | 'rid' };

const KEY = /^[A-Za-z0-9_-]{1,128}$/;
/** How jobs' own keys look; a project's key does not. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const SLUG = /^[A-Za-z0-9_-]{1,100}$/;

/** Null: the address is no ping's. `pathname` as it was sent; a last slash is passed over. */
export function parsePing(pathname: string, query: Readonly<Record<string, string | undefined>>): ParsedPing | null {
  const [prefix, ...rest] = pathname.split('/').slice(1, 7);
  if (prefix !== 'ping' || rest.length === 0) return null;
  if (rest.length > 1 && rest.at(-1) === '') rest.pop();
  const parsed = parseSegments(rest);
  if (!parsed) return { kind: 'invalid', reason: 'address' };
  const { rid } = query;
  if (rid !== undefined && !UUID.test(rid)) return { kind: 'invalid', reason: 'rid' };
  const runId = rid?.toLowerCase() ?? null;
  return { kind: 'ping', ping: { ...parsed, runId, isCreating: query.create === '1' } };
}

type Segments = Pick<Ping, 'name' | 'kind' | 'exitStatus'>;

function parseSegments(segments: readonly string[]): Segments | null {
  const [first, second, third] = segments;
  if (first === undefined || !KEY.test(first) || segments.length > 3) return null;
  const byKey = { by: 'key' as const, key: UUID.test(first) ? first.toLowerCase() : first };
  if (second === undefined) return { name: byKey, kind: 'success', exitStatus: null };
  if (third === undefined) {
    const ending = endingOf(second);
    // A name that reads as an ending can be told apart by the key before it.
    if (ending && (UUID.test(first) || !SLUG.test(second))) return { name: byKey, ...ending };
    if (UUID.test(first)) return null;
    return slugged(first, second, { kind: 'success', exitStatus: null });
  }
  const ending = endingOf(third);
  return ending && slugged(first, second, ending);
}

function slugged(projectKey: string, slug: string, ending: Pick<Ping, 'kind' | 'exitStatus'>): Segments | null {
  return SLUG.test(slug) ? { name: { by: 'slug', projectKey, slug }, ...ending } : null;
}

function endingOf(word: string): Pick<Ping, 'kind' | 'exitStatus'> | null {
  if (word === 'start' || word === 'fail' || word === 'log') return { kind: word, exitStatus: null };
  if (!/^\d{1,3}$/.test(word) || Number(word) > 255) return null;
  const exitStatus = Number(word);
  return { kind: exitStatus === 0 ? 'success' : 'fail', exitStatus };
}
