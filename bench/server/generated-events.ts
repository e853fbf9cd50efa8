/** Made-up events of the usual kinds, different from one another as real ones are. Everything follows from the index. */

const ROUTES = ['/api/products', '/api/orders', '/api/customers', '/api/carts', '/api/search', '/api/payments'];
const MESSAGES = [
  'request completed',
  'cache miss for key',
  'query took longer than usual',
  'message published',
  'token refreshed',
];

/** `count` small log records as NDJSON, about 250 bytes each; one in fifty is an error with a short stack, one in twenty a warning. */
export function smallEvents(batch: number, count: number): string {
  const now = Date.now();
  return Array.from({ length: count }, (_, place) => {
    const index = batch * count + place;
    const route = ROUTES[index % ROUTES.length];
    const record: Record<string, unknown> = {
      id: `bench-${index}`,
      time: new Date(now - (count - place)).toISOString(),
      severity: index % 50 === 7 ? 'error' : index % 20 === 3 ? 'warn' : 'info',
      message: `${MESSAGES[index % MESSAGES.length]} ${route} item ${index}`,
      service: `service-${index % 4}`,
      instance: `node-${index % 8}`,
      revision: 'r42',
      traceId: index.toString(16).padStart(32, '0'),
      attributes: { 'http.route': route, tenant: `t${index % 100}`, attempt: index % 3 },
    };
    if (index % 50 === 7) record.exception = smallException(index);
    return JSON.stringify(record);
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

/** One Sentry error event of about 50 kB, as SDKs send them: 34 frames with context and variables, 60 breadcrumbs; one of 200 faults. */
export function sentryEvent(index: number): Record<string, unknown> {
  const fault = index % 200;
  return {
    timestamp: Date.now() / 1_000,
    platform: 'node',
    level: 'error',
    release: 'shop@1.4.2',
    environment: 'production',
    server_name: `node-${index % 8}`,
    transaction: 'POST /api/orders',
    tags: { region: 'europe-west1', tenant: `t${index % 100}` },
    user: { id: `user-${index % 5_000}` },
    contexts: {
      trace: { trace_id: index.toString(16).padStart(32, '0'), span_id: index.toString(16).padStart(16, '0') },
    },
    request: {
      method: 'POST',
      url: 'https://shop.example/api/orders?session=abc',
      headers: { 'user-agent': 'Mozilla/5.0' },
    },
    breadcrumbs: Array.from({ length: 60 }, (_, at) => ({
      timestamp: Date.now() / 1_000 - at,
      category: 'http',
      level: 'info',
      message: `GET https://stock.example/items/${index}-${at} answered in ${at} ms`,
      data: { method: 'GET', status_code: 200, url: `https://stock.example/items/${at}` },
    })),
    exception: {
      values: [
        {
          type: `OrderFault${fault}`,
          value: `order ${index} could not be priced`,
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
