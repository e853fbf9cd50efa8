/** Made-up events of the usual kinds, different from one another as real ones are. Everything follows from the index. */

const ROUTES = ['/api/products', '/api/orders', '/api/customers', '/api/carts', '/api/search', '/api/payments'];
const MESSAGES = [
  'request completed',
  'cache miss for key',
  'query took longer than usual',
  'message published',
  'token refreshed',
];

/**
 * `count` small log records as NDJSON, about 250 bytes each; one in fifty is an error with a short stack, one in twenty a warning. Written as text: what
 * the client spends, the server on the same cores has not.
 */
export function smallEvents(batch: number, count: number): string {
  const now = Date.now();
  return Array.from({ length: count }, (_, place) => {
    const index = batch * count + place;
    const route = ROUTES[index % ROUTES.length];
    const severity = index % 50 === 7 ? 'error' : index % 20 === 3 ? 'warn' : 'info';
    const exception = index % 50 === 7 ? `,"exception":${JSON.stringify(smallException(index))}` : '';
    return `{"id":"bench-${index}","time":"${new Date(now - (count - place)).toISOString()}","severity":"${severity}","message":"${MESSAGES[index % MESSAGES.length]} ${route} item ${index}","service":"service-${index % 4}","instance":"node-${index % 8}","revision":"r42","traceId":"${index.toString(16).padStart(32, '0')}","attributes":{"http.route":"${route}","tenant":"t${index % 100}","attempt":${index % 3}}${exception}}`;
  }).join('\n');
}

function smallException(index: number) {
  const kind = index % 40;
  return {
    type: `Failure${kind}`,
    message: `item ${index} could not be handled`,
    stack: `Failure${kind}: item ${index} could not be handled\n    at handle${kind} (/app/src/handlers/part-${kind}.ts:${10 + kind}:7)\n    at dispatch (/app/src/dispatch.ts:31:12)\n    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)`,
  };
}

const CONTEXT_LINE = 'const total = lines.reduce((sum, line) => sum + line.count * line.price, 0);';

const FAULTS = 200;

/** What differs between two events of one fault. */
interface Named {
  item: string;
  user: string;
  trace: string;
  span: string;
}

const PLACES = { item: '@item@', user: '@user@', trace: '@trace@', span: '@span@' } satisfies Named;
/** Of each fault, the text between its places, and the places. */
const texts = new Map<number, string[]>();

/** One Sentry error event of about 50 kB, as SDKs send them: 34 frames with context and variables, 60 breadcrumbs; one of 200 faults. */
export function sentryEvent(index: number): string {
  const fault = index % FAULTS;
  let text = texts.get(fault);
  if (text === undefined) {
    text = JSON.stringify(sentryFault(fault, PLACES)).split(/@(item|user|trace|span)@/);
    texts.set(fault, text);
  }
  const named: Named = {
    item: String(index),
    user: `user-${index % 5_000}`,
    trace: index.toString(16).padStart(32, '0'),
    span: index.toString(16).padStart(16, '0'),
  };
  let event = `{"timestamp":${Date.now() / 1_000},${text[0]!.slice(1)}`;
  for (let at = 1; at < text.length; at += 2) event += named[text[at] as keyof Named] + text[at + 1];
  return event;
}

function sentryFault(fault: number, { item, user, trace, span }: Named): Record<string, unknown> {
  return {
    platform: 'node',
    level: 'error',
    release: 'shop@1.4.2',
    environment: 'production',
    server_name: `node-${fault % 8}`,
    transaction: 'POST /api/orders',
    tags: { region: 'europe-west1', tenant: `t${fault % 100}` },
    user: { id: user },
    contexts: { trace: { trace_id: trace, span_id: span } },
    request: {
      method: 'POST',
      url: 'https://shop.example/api/orders?session=abc',
      headers: { 'user-agent': 'Mozilla/5.0' },
    },
    breadcrumbs: Array.from({ length: 60 }, (_, at) => ({
      timestamp: Date.now() / 1_000 - at,
      category: 'http',
      level: 'info',
      message: `GET https://stock.example/items/${item}-${at} answered in ${at} ms`,
      data: { method: 'GET', status_code: 200, url: `https://stock.example/items/${at}` },
    })),
    exception: {
      values: [
        {
          type: `OrderFault${fault}`,
          value: `order ${item} could not be priced`,
          mechanism: { type: 'generic', handled: false },
          stacktrace: { frames: Array.from({ length: 34 }, (_, at) => sentryFrame(fault, at)) },
        },
      ],
    },
  };
}

function sentryFrame(fault: number, at: number) {
  const isApplication = at % 4 === 3;
  return {
    filename: isApplication
      ? `/app/src/orders/step-${fault}-${at}.ts`
      : `/app/node_modules/framework/lib/layer-${at}.js`,
    function: isApplication ? `price${fault}At${at}` : `next${at}`,
    module: isApplication ? `orders.step-${at}` : `framework.layer-${at}`,
    lineno: 100 + at,
    colno: 9,
    in_app: isApplication,
    pre_context: Array.from({ length: 5 }, (_, line) => `${CONTEXT_LINE} // ${line}`),
    context_line: `  return next(price(order, ${at}));`,
    post_context: Array.from({ length: 5 }, (_, line) => `${CONTEXT_LINE} // ${line + 6}`),
    vars: { order: { id: at, lines: [1, 2, 3] }, at: String(at) },
  };
}
