import { Writer } from 'protobufjs/minimal.js';
import { type WireBatch, type WireBounds, WireRefusal, type WireRequest } from '../../../core/ingest/ports.ts';
import { otlpLogs, otlpTraces } from './index.ts';

/** 2026-02-10T12:00:00Z. */
export const NOON = Date.UTC(2026, 1, 10, 12);
/** The same as OTLP writes it. */
const NOON_NANOS = `${NOON}000000`;

const BOUNDS: WireBounds = {
  inflatedBytes: 100 * 1024 * 1024,
  itemBytes: 1024 * 1024,
  attachmentBytes: 0,
  items: 10_000,
};

export interface Sent {
  type?: string;
  path?: string;
  encoding?: string;
  bounds?: Partial<WireBounds>;
}

function requestOf(body: Uint8Array | string, { type = 'application/json', path, encoding }: Sent = {}): WireRequest {
  return {
    format: 'otlp-logs',
    method: 'POST',
    path: path ?? '/v1/logs',
    query: {},
    headers: { 'content-type': type, ...(encoding === undefined ? {} : { 'content-encoding': encoding }) },
    body: typeof body === 'string' ? Buffer.from(body) : body,
    project: { id: 1, slug: 'shop' },
    trust: 'server',
    receivedAt: NOON + 5_000,
  };
}

export function decodeLogs(body: Uint8Array | string, sent: Sent = {}): WireBatch {
  return otlpLogs.decode(requestOf(body, sent), { ...BOUNDS, ...sent.bounds });
}

export function decodeTraces(body: Uint8Array | string, sent: Sent = {}): WireBatch {
  return otlpTraces.decode(requestOf(body, { path: '/v1/traces', ...sent }), { ...BOUNDS, ...sent.bounds });
}

/** What a request is refused with; fails when it is not. */
export function refusalOf(decode: () => unknown): WireRefusal {
  try {
    decode();
  } catch (error) {
    if (error instanceof WireRefusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** An AnyValue of the JSON encoding. */
export function anyValue(value: unknown): Record<string, unknown> {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') };
  if (value !== null && typeof value === 'object') return { kvlistValue: { values: keyValues(value) } };
  return {};
}

export function keyValues(attributes: object): { key: string; value: Record<string, unknown> }[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

const RESOURCE = { 'service.name': 'shop', 'service.version': '1.4.0' };

export function logsJson(records: readonly unknown[], resource: object = RESOURCE, scope = 'orders'): string {
  return JSON.stringify({
    resourceLogs: [
      { resource: { attributes: keyValues(resource) }, scopeLogs: [{ scope: { name: scope }, logRecords: records }] },
    ],
  });
}

export function spansJson(spans: readonly unknown[], resource: object = RESOURCE): string {
  return JSON.stringify({
    resourceSpans: [
      { resource: { attributes: keyValues(resource) }, scopeSpans: [{ scope: { name: 'http' }, spans }] },
    ],
  });
}

export function logRecord(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { timeUnixNano: NOON_NANOS, severityNumber: 9, body: { stringValue: 'order placed' }, ...fields };
}

/** A message of one length-delimited field. */
export function field(number: number, content: Uint8Array | string): Uint8Array {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return Writer.create()
    .uint32((number << 3) | 2)
    .bytes(bytes)
    .finish();
}

/** A logs request in protobuf of records that are given as bytes. */
export function logsProtobuf(records: readonly Uint8Array[]): Uint8Array {
  const scope = Buffer.concat([field(1, field(1, 'orders')), ...records.map((record) => field(2, record))]);
  return field(1, field(2, scope));
}

export const PROTOBUF = { type: 'application/x-protobuf' };
