import { randomBytes } from 'node:crypto';
import type { RunningServer } from '../fixtures/running-server.ts';
import type { Answer, Outgoing } from './send.ts';

/** A request that brings events, each with a marker in its text by which it is found again. */
export interface WireBatch {
  markers: string[];
  outgoing: Outgoing;
  /** Whether the answer says that every event of it is kept. */
  isAcknowledged(answer: Answer): boolean;
}

export type Wire = 'native' | 'sentry' | 'elastic' | 'otlp';
export const WIRES: readonly Wire[] = ['native', 'sentry', 'elastic', 'otlp'];

type Address = Pick<RunningServer, 'key' | 'project'>;

/** `m<client>x<batch>n<place>`: no number that a redactor or a template would take for something else. */
export function markersIn(text: string): string[] {
  return text.match(/\bm\d+x\d+n\d+\b/g) ?? [];
}

/** The batch of that number of that client. The same numbers give other times and ids each time: keep a batch to send it again. */
export function wireBatch(wire: Wire, address: Address, client: number, batch: number): WireBatch {
  return MAKERS[wire](address, (place) => `m${client}x${batch}n${place}`, batch);
}

type Maker = (address: Address, marker: (place: number) => string, batch: number) => WireBatch;

const FAULTS = ['StockFault', 'PriceFault', 'CarrierFault'];

const places = (count: number) => Array.from({ length: count }, (_, place) => place);

const native: Maker = ({ key }, marker, batch) => {
  const markers = places(20).map(marker);
  const records = markers.map((name, place) => {
    const record: Record<string, unknown> = {
      id: `native-${name}`,
      time: new Date().toISOString(),
      severity: place % 5 === 2 ? 'error' : 'info',
      message: `order ${name} was handled`,
      service: `shop-${batch % 2}`,
    };
    if (place % 5 === 2) {
      const fault = FAULTS[batch % FAULTS.length]!;
      record.exception = {
        type: fault,
        message: `order ${name} could not be handled`,
        stack: `${fault}: order ${name} could not be handled\n    at handle (/app/src/${fault}.ts:12:7)\n    at run (/app/src/run.ts:3:1)`,
      };
    }
    return JSON.stringify(record);
  });
  return {
    markers,
    outgoing: {
      path: '/api/events',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
      body: records.join('\n'),
    },
    isAcknowledged: ({ status, body }) => {
      if (status !== 200) return false;
      const { accepted, duplicate } = JSON.parse(body) as { accepted: number; duplicate: number };
      return accepted + duplicate === markers.length;
    },
  };
};

const sentry: Maker = ({ key, project }, marker, batch) => {
  const id = randomBytes(16).toString('hex');
  const name = marker(0);
  const event = {
    event_id: id,
    timestamp: Date.now() / 1_000,
    platform: 'node',
    level: 'error',
    release: 'shop@1.4.2',
    exception: {
      values: [
        {
          type: `Sentry${FAULTS[batch % FAULTS.length]}`,
          value: `order ${name} could not be priced`,
          stacktrace: { frames: [{ filename: '/app/src/price.ts', function: 'price', lineno: 41, in_app: true }] },
        },
      ],
    },
  };
  return {
    markers: [name],
    outgoing: {
      path: `/api/${project}/envelope/?sentry_key=${key}&sentry_version=7`,
      body: `{"event_id":"${id}"}\n{"type":"event"}\n${JSON.stringify(event)}\n`,
    },
    isAcknowledged: ({ status, body }) => status === 200 && (JSON.parse(body) as { id?: string }).id === id,
  };
};

const elastic: Maker = ({ key }, marker) => {
  const markers = places(10).map(marker);
  const lines = markers.flatMap((name, place) => [
    JSON.stringify({ create: { _index: 'shop-logs', _id: `bulk-${name}` } }),
    JSON.stringify({
      '@timestamp': new Date().toISOString(),
      message: `parcel ${name} was packed`,
      'log.level': place === 4 ? 'error' : 'info',
      'service.name': 'warehouse',
    }),
  ]);
  return {
    markers,
    outgoing: {
      path: '/elastic/_bulk',
      headers: { authorization: `ApiKey ${key}`, 'content-type': 'application/x-ndjson' },
      body: `${lines.join('\n')}\n`,
    },
    isAcknowledged: ({ status, body }) => {
      if (status !== 200) return false;
      const { items } = JSON.parse(body) as { items: { create: { status: number } }[] };
      // 409: a try before that got no answer had stored it.
      return items.length === markers.length && items.every(({ create }) => [200, 201, 409].includes(create.status));
    },
  };
};

const otlp: Maker = ({ key }, marker) => {
  const markers = places(10).map(marker);
  const now = BigInt(Date.now()) * 1_000_000n;
  const logRecords = markers.map((name, place) => ({
    timeUnixNano: String(now + BigInt(place)),
    severityNumber: place === 6 ? 17 : 9,
    body: { stringValue: `payment ${name} was taken` },
  }));
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'payments' } }] };
  return {
    markers,
    outgoing: {
      path: '/v1/logs',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }),
    },
    isAcknowledged: ({ status, body }) => {
      if (status !== 200) return false;
      const { partialSuccess } = JSON.parse(body) as { partialSuccess?: { rejectedLogRecords?: string | number } };
      return Number(partialSuccess?.rejectedLogRecords ?? 0) === 0;
    },
  };
};

const MAKERS: Record<Wire, Maker> = { native, sentry, elastic, otlp };
