import type { Asked } from '../usage/usage-fixtures.ts';

/** Request number `index` of the canary test: text of a user in every place that has room for it. */
export function plantedRequest(index: number): [path: string, asked: Asked] {
  const canary = `CANARY${index}x`;
  const id = `${['answer', 'refuse', 'throw', 'answer'][index % 4]}-${canary}`;
  const path = index % 10 === 9 ? `/nowhere/${canary}?q=${canary}` : `/api/echo/${id}?q=${canary}&${canary}=1`;
  const [type, body] = bodyOf(index, canary);
  return [
    path,
    {
      method: index % 10 === 9 ? 'GET' : 'POST',
      headers: {
        'content-type': type,
        'user-agent': `${canary}/1.0 (${canary})`,
        cookie: `session=${canary}; ${canary}=1`,
        authorization: 'Bearer ann',
        referer: `http://localhost/${canary}`,
        traceparent: `00-${canary}-${canary}-01`,
        'x-forwarded-for': canary,
        'x-request-id': canary,
        'x-user-email': `${canary}@example.com`,
        [`x-${canary.toLowerCase()}`]: canary,
      },
      ...(index % 10 === 9 ? {} : { body }),
    },
  ];
}

function bodyOf(index: number, canary: string): [type: string, body: string] {
  const part = `--b${canary}\r\nContent-Disposition: form-data; name="${canary}"; filename="${canary}.txt"\r\n\r\n${canary}\r\n--b${canary}--\r\n`;
  const bodies: [string, string][] = [
    ['application/json', JSON.stringify({ [canary]: canary, password: canary })],
    ['application/x-www-form-urlencoded', `${canary}=${canary}`],
    [`multipart/form-data; boundary=b${canary}`, part],
    ['text/plain', canary],
  ];
  return bodies[index % bodies.length] ?? ['text/plain', canary];
}

const TRAPPED = [
  'body',
  'rawBody',
  'query',
  'querystring',
  'cookies',
  'signedCookies',
  'cookie',
  'files',
  'file',
  'search',
];
/** Methods where a framework asks that way. */
const TRAPPED_CALLS = ['json', 'text', 'parseBody', 'formData', 'queries', 'arrayBuffer', 'blob'];

/** Notes every read that comes straight from this package; the application and its framework may read. */
export function setTraps(requests: readonly object[], fired: string[]): void {
  for (const request of requests) {
    for (const name of [...TRAPPED, ...TRAPPED_CALLS]) {
      const isCall = TRAPPED_CALLS.includes(name);
      if (isCall && !(name in request)) continue;
      const of = describe(request, name);
      let value: unknown;
      let isSet = false;
      Object.defineProperty(request, name, {
        configurable: true,
        get() {
          const reader = new Error('read').stack?.split('\n')[2] ?? '';
          if (/packages.sdk.src.(usage|middleware).(?!.*(\.test|-fixtures)\.ts)/.test(reader))
            fired.push(`${name} ${reader}`);
          return isSet ? value : of.get?.call(request);
        },
        set(written: unknown) {
          isSet = true;
          value = written;
        },
      });
    }
  }
}

/** How the framework itself answers for this property. */
function describe(request: object, name: string): { get?: () => unknown } {
  for (let at: object | null = request; at !== null; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertyDescriptor(at, name);
    if (found === undefined) continue;
    if (found.get) return { get: found.get };
    return { get: () => (typeof found.value === 'function' ? found.value.bind(request) : found.value) };
  }
  return {};
}
