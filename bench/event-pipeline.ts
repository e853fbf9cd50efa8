import { createEventPipeline, createRedactor, type Event } from '../src/core/events/index.ts';
import type { Bench } from './bench.ts';

const BATCH = 500;

function eventOf(index: number, fields: Partial<Event>): Event {
  const time = Date.UTC(2025, 9, 20, 3) + index * 7;
  return {
    id: `e${index}`,
    time,
    observedTime: time,
    timeSuspect: false,
    severityNumber: 9,
    severityText: 'INFO',
    body: '',
    template: null,
    service: 'shop',
    environment: null,
    revision: 'shop-00417-abc',
    instance: `instance-${index % 7}`,
    logger: 'shop.orders',
    exceptions: [],
    stackText: null,
    request: null,
    traceId: null,
    spanId: null,
    user: null,
    breadcrumbs: [],
    attributes: { customer: `c-${index % 911}`, durationMs: index % 300 },
    payload: { message: '', order: index, items: [{ sku: `s-${index % 97}`, quantity: 2 }] },
    source: { kind: 'file', name: 'shop.log', position: String(index), stream: `shop.log|${index % 7}` },
    trust: 'server',
    truncated: false,
    entries: 1,
    ...fields,
  };
}

function ordinary(index: number): Event {
  const body = `order ${index} shipped in ${index % 300} ms to warehouse north-${index % 9} path=/api/v1/orders/${index} status=ok items: 3, by worker-${index % 4} after ${index % 3} retries`;
  return eventOf(index, {
    body,
    payload: { message: body, order: index, items: [{ sku: `s-${index % 97}`, quantity: 2 }] },
  });
}

const CRASH = ['Traceback (most recent call last):']
  .concat(
    Array.from(
      { length: 24 },
      (_, line) =>
        `  File "/app/src/shop/layer_${line}.py", line ${line + 10}, in step_${line}\n    return next_step(order)`,
    ),
  )
  .concat(['ValueError: the basket is empty'])
  .join('\n');

function crash(index: number): Event {
  return eventOf(index, { severityNumber: 0, severityText: null, body: CRASH, payload: { textPayload: CRASH } });
}

/** Events per second through the whole pipeline, and MB per second of redaction on text without secrets. `--size`: events of each kind. */
export const bench: Bench = async ({ size = '100000' }) => {
  const count = Number(size);
  const plain = run(Array.from({ length: count }, (_, index) => ordinary(index)));
  const crashes = run(Array.from({ length: Math.min(count, 30_000) }, (_, index) => crash(index)));
  return {
    events: count,
    ordinaryPerSecond: plain.perSecond,
    crashes: Math.min(count, 30_000),
    equalCrashesPerSecond: crashes.perSecond,
    equalCrashesHeapMb: crashes.heapMb,
    redactionMbPerSecond: redactionRate(count),
    node: process.version,
  };
};

function run(events: Event[]): { perSecond: number; heapMb: number } {
  for (let warmUp = 0; warmUp < 2; warmUp++) passThrough(events.slice(0, 5_000));
  const before = process.memoryUsage().heapUsed;
  const start = performance.now();
  const out = passThrough(events);
  const seconds = (performance.now() - start) / 1_000;
  if (out.length !== events.length) throw new Error(`${events.length} events in, ${out.length} out`);
  return {
    perSecond: Math.round(events.length / seconds),
    heapMb: Math.round((process.memoryUsage().heapUsed - before) / 1_048_576),
  };
}

function passThrough(events: Event[]): Event[] {
  const pipeline = createEventPipeline({ clock: { now: () => Date.UTC(2025, 9, 21) } });
  const out: Event[] = [];
  for (let at = 0; at < events.length; at += BATCH)
    for (const event of pipeline.push(events.slice(at, at + BATCH))) out.push(event);
  for (const event of pipeline.flush()) out.push(event);
  return out;
}

function redactionRate(count: number): number {
  const { text } = createRedactor();
  const lines = Array.from({ length: count }, (_, index) => ordinary(index).body);
  const bytes = lines.reduce((sum, line) => sum + line.length, 0);
  for (const line of lines.slice(0, 10_000)) text(line);
  const start = performance.now();
  for (const line of lines) text(line);
  return Math.round(bytes / 1e6 / ((performance.now() - start) / 1_000));
}
