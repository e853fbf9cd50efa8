import { open } from 'node:fs/promises';

export interface GenerateExportOptions {
  bytes: number;
  seed: number;
  /** `array`: indented, as gcloud prints it; `lines`: one object per line, as a sink or `jq -c '.[]'` writes it. */
  layout: 'array' | 'lines';
}

/** A small reproducible generator (mulberry32): the same seed gives the same file. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Writes an export, newest entry first: a web shop of four services whose entries are requests, access lines, logger lines and JSON
 * payloads; 2 % are errors (tracebacks, 5xx, JSON errors with a stack). The same seed and layout give the same bytes.
 */
export async function generateExport(path: string, { bytes, seed, layout }: GenerateExportOptions): Promise<void> {
  const random = randomFrom(seed);
  const isArray = layout === 'array';
  const file = await open(path, 'w');
  try {
    if (isArray) await file.write('[\n');
    let written = 0;
    let block: string[] = [];
    let time = Date.UTC(2026, 2, 3, 12) * 1_000;
    for (let index = 0; written < bytes; index++) {
      time -= Math.ceil(random() * 90_000);
      const entry = makeEntry(random, time, index);
      const text = isArray ? `  ${JSON.stringify(entry, null, 2).replaceAll('\n', '\n  ')}` : JSON.stringify(entry);
      block.push(index === 0 ? text : `${isArray ? ',' : ''}\n${text}`);
      written += text.length + 2;
      if (block.length === 2_000 || written >= bytes) {
        await file.write(block.join(''));
        block = [];
      }
    }
    await file.write(isArray ? '\n]\n' : '\n');
  } finally {
    await file.close();
  }
}

type Random = () => number;
const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
const hex = (random: Random, length: number): string =>
  Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');

const SERVICES = ['storefront', 'checkout', 'catalog', 'accounts'];
const PATHS = [
  '/',
  '/products',
  '/products/{n}',
  '/cart',
  '/cart/items',
  '/api/orders/{n}',
  '/api/search?q=lamp&page={n}',
  '/login',
];
const METHODS = ['GET', 'GET', 'GET', 'POST', 'PUT'];
const FILES = ['orders/pricing.py', 'orders/stock.py', 'cart/session.py', 'payments/gateway.py', 'search/index.py'];
const ERRORS = [
  "KeyError: 'currency'",
  'ValueError: quantity must be positive, got -1',
  'TimeoutError: stock service did not answer',
];

function instant(micros: number): string {
  const iso = new Date(Math.floor(micros / 1_000)).toISOString();
  return `${iso.slice(0, -1)}${String(micros % 1_000).padStart(3, '0')}Z`;
}

function makeEntry(random: Random, micros: number, index: number): Record<string, unknown> {
  const service = pick(random, SERVICES);
  const revision = `${service}-00${100 + (index % 3)}-abc`;
  const instance = `${hex(random, 8)}${'0123456789abcdef'.repeat(3)}`;
  const shared = {
    insertId: hex(random, 20),
    labels: { instanceId: instance, 'commit-sha': 'f3c1a0b2d4e5968778695a4b3c2d1e0f12345678' },
    resource: {
      labels: {
        configuration_name: service,
        location: 'europe-west1',
        project_id: 'shop-example',
        revision_name: revision,
        service_name: service,
      },
      type: 'cloud_run_revision',
    },
    receiveTimestamp: instant(micros + 120_431),
    timestamp: instant(micros),
  };
  const content = random() < 0.02 ? errorContent(random, micros) : ordinaryContent(random, micros);
  const { log, ...members } = content;
  return { ...shared, logName: `projects/shop-example/logs/run.googleapis.com%2F${String(log)}`, ...members };
}

function ordinaryContent(random: Random, micros: number): Record<string, unknown> {
  const kind = random();
  const path = pick(random, PATHS).replace('{n}', String(Math.floor(random() * 5_000)));
  const method = pick(random, METHODS);
  const milliseconds = Math.floor(random() * random() * 900) + 1;
  if (kind < 0.5) return { log: 'requests', severity: 'INFO', ...request(random, method, path, 200, milliseconds) };
  if (kind < 0.65) {
    const client = `169.254.1.1:${10_000 + Math.floor(random() * 50_000)}`;
    return {
      log: 'stdout',
      severity: 'DEFAULT',
      textPayload: `INFO:     ${client} - "${method} ${path} HTTP/1.1" 200 OK`,
    };
  }
  if (kind < 0.8) {
    const text = `${instant(micros).slice(0, 23).replace('T', ' ').replace('.', ',')} INFO [shop.orders] Stored order ${hex(random, 8)} with ${1 + Math.floor(random() * 9)} items`;
    return { log: 'stderr', severity: 'DEFAULT', textPayload: text };
  }
  return {
    log: 'stdout',
    severity: kind < 0.97 ? 'INFO' : 'DEBUG',
    jsonPayload: {
      message: `${method} ${path.split('?')[0]} completed`,
      logger: 'shop.http',
      method,
      path,
      status_code: 200,
      duration_ms: milliseconds,
      user_id: Math.floor(random() * 100_000),
      cache: random() < 0.5 ? 'hit' : 'miss',
    },
  };
}

function errorContent(random: Random, micros: number): Record<string, unknown> {
  const kind = random();
  const path = pick(random, PATHS).replace('{n}', String(Math.floor(random() * 5_000)));
  const method = pick(random, METHODS);
  if (kind < 0.4)
    return {
      log: 'requests',
      severity: 'ERROR',
      ...request(random, method, path, 500, Math.floor(random() * 400) + 2),
    };
  if (kind < 0.7) return { log: 'stderr', severity: 'ERROR', textPayload: traceback(random) };
  return {
    log: 'stderr',
    severity: 'ERROR',
    jsonPayload: {
      message: `Request failed: ${method} ${path}`,
      logger: 'shop.http',
      level: 'error',
      timestamp: instant(micros),
      stack_trace: traceback(random),
      request_id: hex(random, 16),
    },
  };
}

function request(random: Random, method: string, path: string, status: number, milliseconds: number) {
  return {
    httpRequest: {
      latency: `${(milliseconds / 1_000).toFixed(6)}s`,
      protocol: 'HTTP/1.1',
      remoteIp: `203.0.113.${Math.floor(random() * 250)}`,
      requestMethod: method,
      requestSize: String(200 + Math.floor(random() * 900)),
      requestUrl: `https://shop.example${path}`,
      responseSize: String(Math.floor(random() * 40_000)),
      serverIp: '198.51.100.7',
      status,
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36',
    },
    spanId: hex(random, 16),
    trace: `projects/shop-example/traces/${hex(random, 32)}`,
    traceSampled: random() < 0.1,
  };
}

function traceback(random: Random): string {
  const frames = Array.from({ length: 3 + Math.floor(random() * 5) }, () => {
    const file =
      random() < 0.5
        ? `/app/shop/${pick(random, FILES)}`
        : '/usr/local/lib/python3.12/site-packages/starlette/routing.py';
    return `  File "${file}", line ${10 + Math.floor(random() * 40)}, in handle_${Math.floor(random() * 6)}\n    return await step(context, values)`;
  });
  return `Traceback (most recent call last):\n${frames.join('\n')}\n${pick(random, ERRORS)}`;
}
