/** Nobody uses these: they are asked by machines, or describe the API. First segments, also under `/api` and a version. */
const SKIPPED_SEGMENTS: readonly string[] = [
  'health',
  'healthz',
  'livez',
  'ready',
  'readyz',
  'metrics',
  'docs',
  'api-docs',
  'redoc',
  'swagger',
  'swagger-ui',
  'swagger.json',
  'openapi',
  'openapi.json',
  'openapi.yaml',
];

/** Files of a page that is counted. Only where a path begins: `/api/assets/:id` is what somebody uses. */
const FILE_SEGMENTS: readonly string[] = ['static', 'assets', '_next', 'robots.txt', 'favicon'];

export interface SkipOptions {
  /** More first segments that are not counted as uses, also under `/api` and a version. */
  skip?: readonly string[];
  /** Segments of the list that this application wants counted after all (`docs`). */
  keep?: readonly string[];
}

/**
 * Tells whether a template or a path is none of a user's: whole segments are compared (`/healthcare` is not `/health`), so
 * `/health/db` and `/api/v1/ready` are skipped and `/users/health` is not.
 */
export function createSkipList({ skip = [], keep = [] }: SkipOptions = {}): (template: string) => boolean {
  const kept = new Set(keep.map((segment) => segment.toLowerCase()));
  const without = (names: readonly string[]) =>
    new Set(names.map((segment) => segment.toLowerCase()).filter((segment) => !kept.has(segment)));
  const segments = without([...SKIPPED_SEGMENTS, ...skip]);
  const files = without(FILE_SEGMENTS);
  return (template) => {
    const [first, behindApi] = firstSegments(template.toLowerCase());
    return segments.has(behindApi) || files.has(first.startsWith('favicon') ? first.replace(/[.-].*/, '') : first);
  };
}

/** The first one, and the first behind `api` and a version; of a path up to its query. At most four segments are looked at. */
function firstSegments(template: string): [first: string, behindApi: string] {
  let from = template.charCodeAt(0) === SLASH ? 1 : 0;
  let first: string | null = null;
  for (let step = 0; step < 4; step++) {
    let to = from;
    while (to < template.length && !ENDS.has(template.charCodeAt(to))) to++;
    const segment = template.slice(from, to);
    first ??= segment;
    if (template.charCodeAt(to) !== SLASH || !/^(api|v\d+(\.\d+)*|)$/.test(segment)) return [first, segment];
    from = to + 1;
  }
  return [first ?? '', ''];
}

const SLASH = 47;
/** `/`, `?`, `#`. */
const ENDS = new Set([SLASH, 63, 35]);
