import { expect, it } from 'vitest';
import { type HostileProtocol, hostileSuite } from './hostile-suite.ts';

const MIB = 1024 * 1024;
const NANOS = `${Date.now()}000000`;

const json: HostileProtocol = {
  name: 'OTLP, JSON',
  kind: 'otlp',
  good: ({ key }, marker) => ({
    path: '/v1/logs',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceLogs: [
        {
          scopeLogs: [
            {
              logRecords: [
                { timeUnixNano: NANOS, severityNumber: 17, body: { stringValue: `order ${marker} failed` } },
              ],
            },
          ],
        },
      ],
    }),
  }),
  expectOwn({ status, headers, body }) {
    expect(headers['content-type']).toMatch(/^application\/json/);
    const said = JSON.parse(body) as Record<string, unknown>;
    if (status !== 200) expect(said.message).toEqual(expect.any(String));
  },
  broken: 400,
  brokenReason: 'invalid',
  tooLarge: { sent: 413, inflated: 413 },
  unknownEncoding: 415,
  denied: { unknown: 401, other: null },
  bounds: { sent: 64 * MIB, inflated: 64 * MIB },
  costly: {
    'lists in lists': () => Buffer.alloc(60 * MIB, '['),
    'objects in objects': () => Buffer.from('{"resourceLogs":'.repeat(3_000_000)),
    'millions of empty resources': () => Buffer.from(`{"resourceLogs":[${'{},'.repeat(20_000_000)}{}]}`),
    'millions of empty records': () =>
      Buffer.from(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[${'{},'.repeat(20_000_000)}{}]}]}]}`),
    'a value of lists in lists': () =>
      Buffer.from(
        `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${'{"arrayValue":{"values":['.repeat(30_000)}]}]}]}]}`,
      ),
    'millions of unknown members': () =>
      Buffer.from(`{${Array.from({ length: 500_000 }, (_, at) => `"k${at}":[]`).join(',')}}`),
    'one text of megabytes': () =>
      Buffer.from(
        `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"${'x'.repeat(60 * MIB)}"}}]}]}]}`,
      ),
  },
  more(hostile) {
    it('speaks protobuf to those who do, also when it refuses', async () => {
      const { server } = hostile();
      const headers = { authorization: `Bearer ${server.key}`, 'content-type': 'application/x-protobuf' };
      const raw = async (body: Uint8Array, more: Record<string, string> = {}) => {
        const reply = await fetch(`${server.url}/v1/logs`, {
          method: 'POST',
          headers: { ...headers, ...more },
          body: body as Uint8Array<ArrayBuffer>,
        });
        expect(reply.headers.get('content-type')).toBe('application/x-protobuf');
        return { status: reply.status, bytes: new Uint8Array(await reply.arrayBuffer()) };
      };
      expect(await raw(new Uint8Array())).toEqual({ status: 200, bytes: new Uint8Array() });
      for (const bytes of [
        [0xff],
        [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        [0x0a, 0x05, 0x12],
        [0x0b, 0x0b, 0x0b],
        [0x0f, 0x00],
      ]) {
        const { status, bytes: said } = await raw(Uint8Array.from(bytes));
        expect(status).toBe(400);
        expect(said.length).toBeGreaterThan(0);
      }
      expect((await raw(Buffer.alloc(30 * MIB, 0x0b))).status).toBe(400);
      const groups = Buffer.alloc(30 * MIB);
      for (let at = 0; at < groups.length; at += 2) groups[at] = 0x0a;
      expect([200, 413]).toContain((await raw(groups)).status);
      expect((await raw(Uint8Array.of(1), { authorization: `Bearer ${'e'.repeat(32)}` })).status).toBe(401);
      expect((await raw(Uint8Array.of(1), { 'content-encoding': 'gzip' })).status).toBe(400);
    });

    it('refuses what is neither JSON nor protobuf', async () => {
      const { server } = hostile();
      const { status } = await fetch(`${server.url}/v1/logs`, {
        method: 'POST',
        headers: { authorization: `Bearer ${server.key}`, 'content-type': 'text/plain' },
        body: 'hello',
      });
      expect(status).toBe(415);
    });
  },
};

hostileSuite(json);
