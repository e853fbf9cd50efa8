/**
 * The template of an Express route with those of the routers it is mounted on. Express keeps the mounted path (`/t/acme`), which holds
 * values of parameters, and not the template (`/t/:tenant`); so the template is found in the stack of layers, once per route.
 */
export interface ExpressLayer {
  readonly route?: ExpressRoute | undefined;
  readonly handle?: unknown;
  /** Express 5.3: the path as given. */
  readonly rawPath?: unknown;
  /** Express 4. */
  readonly regexp?: RegExp & { fast_slash?: boolean };
  readonly keys?: readonly { name: string | number }[];
  /** Express 5. */
  readonly matchers?: readonly unknown[];
  readonly slash?: boolean;
  params?: Readonly<Record<string, unknown>> | undefined;
  path?: string | undefined;
  match(path: string): unknown;
}

export interface ExpressRoute {
  readonly path: unknown;
}

export interface ExpressApp {
  readonly mountpath?: string | readonly string[];
  readonly parent?: ExpressApp | undefined;
  readonly router?: { readonly stack?: readonly ExpressLayer[] };
  readonly _router?: { readonly stack?: readonly ExpressLayer[] };
}

/** Deeper nesting is taken for a loop. */
const MAX_DEPTH = 20;
/** Places that one router is mounted at. */
const MAX_PLACES = 50;

export interface Place {
  /** The layers of the routers above the route, outermost first. */
  mounts: readonly ExpressLayer[];
  /** That of the route itself. */
  layer: ExpressLayer;
  /** Null: this place stands for several templates, or its own is only known by a request. */
  template: string | null;
}

/** All places of the application's stack at which the route stands. */
export function findPlaces(app: ExpressApp, route: ExpressRoute): Place[] {
  const places: Place[] = [];
  const prefix = mountedAt(app);
  const enter = (layer: ExpressLayer, mounts: readonly ExpressLayer[]) => {
    const inner = layer.route === undefined ? stackOf(layer.handle) : null;
    if (inner !== null) walk(inner, [...mounts, layer]);
  };
  const walk = (stack: readonly ExpressLayer[], mounts: readonly ExpressLayer[]) => {
    if (mounts.length > MAX_DEPTH) return;
    for (const layer of stack) {
      if (places.length >= MAX_PLACES) return;
      if (layer.route === route) places.push({ mounts, layer, template: templateOf(prefix, mounts, route) });
      else enter(layer, mounts);
    }
  };
  walk(stackOf(app) ?? [], []);
  return places;
}

/** The stack of a router, or of an application used as one. */
export function stackOf(handle: unknown): readonly ExpressLayer[] | null {
  if (typeof handle !== 'function' && (typeof handle !== 'object' || handle === null)) return null;
  const holder = handle as { stack?: unknown } & ExpressApp;
  if (Array.isArray(holder.stack)) return holder.stack;
  // Express 4 throws where `app.router` is read, so its own name comes first.
  return holder._router?.stack ?? (isExpress4(holder) ? null : (holder.router?.stack ?? null));
}

function isExpress4(app: object): boolean {
  return 'lazyrouter' in app;
}

function mountedAt(app: ExpressApp): string {
  let prefix = '';
  let at: ExpressApp | undefined = app;
  for (let depth = 0; at?.parent !== undefined && depth < MAX_DEPTH; depth++) {
    const { mountpath } = at;
    prefix = join(typeof mountpath === 'string' ? mountpath : (mountpath ?? []).join('|'), prefix);
    at = at.parent;
  }
  return prefix;
}

function templateOf(prefix: string, mounts: readonly ExpressLayer[], route: ExpressRoute): string | null {
  let template = prefix;
  if (Array.isArray(route.path)) return null;
  for (const mount of mounts) {
    const given = mountTemplate(mount);
    if (given === null) return null;
    template = join(template, given);
  }
  return join(template, pathText(route.path));
}

/** As the router was mounted; null where that is not kept (Express 5 before 5.3) or one of several. */
function mountTemplate(layer: ExpressLayer): string | null {
  if (layer.slash === true || layer.regexp?.fast_slash === true) return '';
  if (typeof layer.rawPath === 'string') return layer.rawPath;
  if (layer.rawPath instanceof RegExp) return pathText(layer.rawPath);
  return layer.regexp === undefined ? null : ofRegexp(layer.regexp.source, layer.keys ?? []);
}

/** Express 4 keeps `^\/t(?:\/([^/]+?))\/?(?=\/|$)` of `/t/:tenant`; what reads differently (several paths, `*`) is null. */
function ofRegexp(source: string, keys: readonly { name: string | number }[]): string | null {
  const body = /^\^(.*)\\\/\?\(\?=\\\/\|\$\)$/.exec(source)?.[1];
  if (body === undefined) return null;
  let number = 0;
  const named = body.replace(
    /\(\?:(\\\/)?\((?:\\.|[^()\\])*\)\)\??/g,
    (_, slash?: string) => `${slash === undefined ? '' : '/'}:${keys[number++]?.name}`,
  );
  const text = named.replace(/\\([/.-])/g, '$1');
  return /^[\w/:.~%@-]*$/.test(text) && number === keys.length ? text : null;
}

function pathText(path: unknown): string {
  if (typeof path === 'string') return path;
  if (Array.isArray(path)) return path.map(pathText).join('|');
  return String(path);
}

function join(before: string, after: string): string {
  const start = before.endsWith('/') ? before.slice(0, -1) : before;
  if (after === '' || after === '/') return start === '' ? '/' : start;
  return `${start}${after.startsWith('/') ? '' : '/'}${after}`;
}

/**
 * The template of a request at a place whose own is not known: each segment of the mounted path is taken for a parameter unless another
 * text in its place would not have matched. What is not surely the application's own word becomes `:name`.
 */
export function templateByProbe(place: Place, app: ExpressApp, path: string, route: ExpressRoute): string | null {
  let template = mountedAt(app);
  let rest = path.slice(depthOf(template, path));
  for (const mount of place.mounts) {
    const matched = matchOf(mount, rest);
    if (matched === null) return null;
    template = join(template, mountTemplate(mount) ?? probe(mount, matched));
    rest = rest.slice(matched.path.replace(/\/$/, '').length) || '/';
  }
  const own = Array.isArray(route.path) ? alternativeOf(place.layer, route.path, rest) : pathText(route.path);
  return own === null ? null : join(template, own);
}

/** Which of the paths of `app.get(['/a', '/b'], …)` it was: each is tried as a layer of its own. */
function alternativeOf(layer: ExpressLayer, paths: readonly unknown[], rest: string): string | null {
  const Layer = layer.constructor as new (path: unknown, options: object, handle: () => void) => ExpressLayer;
  for (const path of paths.flat(MAX_DEPTH)) {
    if (matchOf(new Layer(path, { end: true }, () => undefined), rest) !== null) return pathText(path);
  }
  return null;
}

/** Characters of the path that the application's own mounting took: as many segments as its template has. */
function depthOf(template: string, path: string): number {
  const segments = template.split('/').filter((segment) => segment !== '').length;
  let at = 0;
  for (let index = 0; index < segments; index++) {
    const next = path.indexOf('/', at + 1);
    at = next < 0 ? path.length : next;
  }
  return at;
}

interface Matched {
  path: string;
  params: Readonly<Record<string, unknown>>;
}

/** Express 5.3 answers what matched, its predecessors keep it on the layer. */
function matchOf(layer: ExpressLayer, path: string): Matched | null {
  try {
    const answer = layer.match(path) as boolean | Matched;
    if (!answer) return null;
    if (typeof answer === 'object') return { path: answer.path, params: answer.params ?? {} };
    return { path: layer.path ?? '', params: layer.params ?? {} };
  } catch {
    return null;
  }
}

const PROBES = ['zq7xk', '70917', '0198f3c2-7d1e-7aaa-8bbb-0123456789ab'];

function probe(mount: ExpressLayer, { path, params }: Matched): string {
  const segments = path.split('/');
  const names = segments.map((segment, index) => (segment === '' ? null : nameOfSegment(mount, segments, index)));
  const rest = Object.entries(params).filter(([name]) => !names.includes(name));
  return segments
    .map((segment, index) => {
      const name = names[index] ?? rest.find(([, value]) => isWithin(value, segment))?.[0];
      return name === undefined ? segment : `:${name}`;
    })
    .join('/');
}

/** The parameter that another text in this segment would have changed; null: none of the probes fits there. */
function nameOfSegment(mount: ExpressLayer, segments: readonly string[], index: number): string | null {
  const own = segments[index] ?? '';
  // Its own text drawn out finds patterns that the others do not fit (`:id(\d+)`).
  for (const text of [...PROBES, `${own}${own.at(-1)}`, `${own}x`]) {
    const matched = matchOf(mount, segments.with(index, text).join('/'));
    if (matched === null) continue;
    return Object.entries(matched.params).find(([, value]) => isWithin(text, String(value)))?.[0] ?? 'value';
  }
  return null;
}

function isWithin(value: unknown, segment: string): boolean {
  return typeof value === 'string' && value !== '' && decoded(segment).includes(value);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
