import { expect } from 'vitest';
import { hostileSuite } from './hostile-suite.ts';

const MIB = 1024 * 1024;

hostileSuite({
  name: 'native',
  kind: 'native',
  good: ({ key }, marker) => ({
    path: '/api/events',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
    body: `${JSON.stringify({ id: marker, time: NOW, severity: 'error', message: `order ${marker} failed`, service: 'shop' })}\n`,
  }),
  expectOwn({ status, headers, body }) {
    const said = JSON.parse(body) as Record<string, unknown>;
    if (status === 200) expect(said).toMatchObject({ accepted: expect.any(Number), duplicate: expect.any(Number) });
    else {
      expect(headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(said).toMatchObject({ status, title: expect.any(String) });
    }
  },
  broken: 400,
  brokenReason: 'invalid',
  tooLarge: { sent: 413, inflated: 413 },
  unknownEncoding: 415,
  denied: { unknown: 401, other: null },
  bounds: { sent: 10 * MIB, inflated: 10 * MIB },
  costly: {
    'lists in lists': () => Buffer.alloc(9 * MIB, '['),
    'a list of millions of empty objects': () => Buffer.from(`[${'{},'.repeat(3_000_000)}{}]`),
    'line ends': () => Buffer.alloc(9 * MIB, '\n'),
    'millions of lines of nothing': () => Buffer.from('{}\n'.repeat(3_000_000)),
    'one message of megabytes': () => Buffer.from(JSON.stringify({ message: 'x'.repeat(9 * MIB) })),
    'a million attributes': () =>
      Buffer.from(
        `{"message":"m","attributes":{${Array.from({ length: 60_000 }, (_, at) => `"a${at}":${at}`).join(',')}}}`,
      ),
    'a stack of a hundred thousand lines': () =>
      Buffer.from(
        JSON.stringify({
          message: 'm',
          exception: { type: 'E', message: 'm', stack: `E: m\n${'    at f (/a.js:1:1)\n'.repeat(40_000)}` },
        }),
      ),
  },
});

const NOW = new Date().toISOString();
