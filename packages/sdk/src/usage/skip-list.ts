/** Nobody uses these: they are asked by machines, or belong to a page that is counted. First segments, also under `/api` and a version. */
const SKIPPED_SEGMENTS: readonly string[] = [
  'health',
  'healthz',
  'livez',
  'ready',
  'readyz',
  'metrics',
  'static',
  'assets',
  '_next',
  'robots.txt',
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

export interface SkipOptions {
  /** More first segments that are not counted as uses. */
  skip?: readonly string[];
  /** Segments of the list that this application wants counted after all (`docs`). */
  keep?: readonly string[];
}

/**
 * Tells whether a template or a path is none of a user's: whole segments are compared (`/healthcare` is not `/health`), so
 * `/health/db` and `/api/v1/ready` are skipped and `/users/health` is not.
 */
export function createSkipList({ skip = [], keep = [] }: SkipOptions = {}): (template: string) => boolean {
  const segments = new Set([...SKIPPED_SEGMENTS, ...skip].map((segment) => segment.toLowerCase()));
  for (const segment of keep) segments.delete(segment.toLowerCase());
  return (template) => {
    const segment = firstSegment(template).toLowerCase();
    return (
      segments.has(segment) || segment === 'favicon' || segment.startsWith('favicon.') || segment.startsWith('favicon-')
    );
  };
}

/** Behind `api` and a version; of a path up to its query. At most four segments are looked at. */
function firstSegment(template: string): string {
  let from = template.charCodeAt(0) === SLASH ? 1 : 0;
  for (let step = 0; step < 4; step++) {
    let to = from;
    while (to < template.length && !ENDS.has(template.charCodeAt(to))) to++;
    const segment = template.slice(from, to);
    if (template.charCodeAt(to) !== SLASH || !/^(api|v\d+(\.\d+)*|)$/i.test(segment)) return segment;
    from = to + 1;
  }
  return '';
}

const SLASH = 47;
/** `/`, `?`, `#`. */
const ENDS = new Set([SLASH, 63, 35]);
