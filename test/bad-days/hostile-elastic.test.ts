import { expect, it } from 'vitest';
import { hostileSuite } from './hostile-suite.ts';

const MIB = 1024 * 1024;
const NOW = new Date().toISOString();

hostileSuite({
  name: 'Elasticsearch _bulk',
  kind: 'elastic-bulk',
  good: ({ key }, marker) => ({
    path: '/elastic/_bulk',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
    body: `{"index":{"_index":"shop","_id":"${marker}"}}\n${JSON.stringify({ '@timestamp': NOW, message: `order ${marker} failed`, 'log.level': 'error' })}\n`,
  }),
  expectOwn({ status, headers, body }) {
    expect(headers['x-elastic-product']).toBe('Elasticsearch');
    const said = JSON.parse(body) as Record<string, unknown>;
    if (status === 200) expect(said).toMatchObject({ errors: expect.any(Boolean), items: expect.any(Array) });
    else expect(said).toMatchObject({ status, error: { type: expect.any(String), reason: expect.any(String) } });
  },
  broken: 400,
  brokenReason: 'invalid',
  tooLarge: { sent: 413, inflated: 413 },
  unknownEncoding: 415,
  denied: { unknown: 401, other: null },
  bounds: { sent: 100 * MIB, inflated: 100 * MIB },
  costly: {
    'line ends': () => Buffer.alloc(99 * MIB, '\n'),
    'lists in lists': () => Buffer.from(`{"index":{}}\n${'['.repeat(90 * MIB)}\n`),
    'millions of empty documents': () => Buffer.from('{"index":{}}\n{}\n'.repeat(6_000_000)),
    'thousands of empty documents': () => Buffer.from('{"index":{}}\n{}\n'.repeat(20_000)),
    'one action line of megabytes': () => Buffer.from(`{"index":{"_index":"${'x'.repeat(90 * MIB)}"}}\n{}\n`),
    'a document of ten thousand objects in one another': () =>
      Buffer.from(`{"index":{}}\n${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}\n`.repeat(50)),
  },
  more(hostile) {
    it('takes a body that is larger than all that may wait, when it comes alone', async () => {
      const { server } = hostile();
      const line = `{"create":{"_index":"shop"}}\n${JSON.stringify({ message: 'x'.repeat(900_000) })}\n`;
      const answer = await hostile().send({
        path: '/elastic/_bulk',
        headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/x-ndjson' },
        body: line.repeat(80),
      });
      expect(answer.status).toBe(200);
      expect((JSON.parse(answer.body) as { items: unknown[] }).items).toHaveLength(80);
    });

    it('answers documents one by one, the broken ones among them', async () => {
      const { server } = hostile();
      const { body } = await hostile().send({
        path: '/elastic/_bulk',
        headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/x-ndjson' },
        body: '{"create":{}}\n{"message":"m"}\n{"create":{}}\n{"message":\n{"delete":{"_id":"1"}}\n{"update":{"_id":"1"}}\n{}\n{"index":{}}\n[]\n',
      });
      const { errors, items } = JSON.parse(body) as { errors: boolean; items: Record<string, { status: number }>[] };
      expect(errors).toBe(true);
      expect(items.map((item) => Object.entries(item).map(([action, { status }]) => `${action} ${status}`)[0])).toEqual(
        ['create 201', 'create 400', 'delete 400', 'update 400', 'index 400'],
      );
    });
  },
});
