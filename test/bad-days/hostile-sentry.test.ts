import { hash } from 'node:crypto';
import { expect, it } from 'vitest';
import { hostileSuite } from './hostile-suite.ts';

const MIB = 1024 * 1024;
const NOW = Date.now() / 1_000;

hostileSuite({
  name: 'Sentry envelopes',
  kind: 'sentry',
  good: ({ key, project }, marker) => {
    const id = hash('sha256', marker).slice(0, 32);
    const payload = JSON.stringify({ timestamp: NOW, level: 'error', message: `order ${marker} failed` });
    return {
      path: `/api/${project}/envelope/?sentry_key=${key}&sentry_version=7`,
      body: `{"event_id":"${id}"}\n{"type":"event","length":${Buffer.byteLength(payload)}}\n${payload}\n`,
    };
  },
  expectOwn({ status, headers, body }) {
    expect(headers['access-control-allow-origin']).toBe('*');
    const said = JSON.parse(body) as Record<string, unknown>;
    if (status === 200) {
      if ('id' in said) expect(said.id).toMatch(/^[0-9a-f]{32}$/);
      return;
    }
    expect(headers['x-sentry-error']).toBe(said.detail);
  },
  broken: 400,
  brokenReason: 'invalid',
  tooLarge: { sent: 413, inflated: 413 },
  unknownEncoding: 400,
  denied: { unknown: 403, other: 403 },
  bounds: { sent: 20 * MIB, inflated: 100 * MIB },
  costly: {
    'an envelope of line ends': () => Buffer.concat([Buffer.from('{}\n'), Buffer.alloc(99 * MIB, '\n')]),
    'lists in lists': () => Buffer.from(`{}\n{"type":"event"}\n${'['.repeat(900_000)}\n`),
    'a header of megabytes': () => Buffer.from(`{"a":"${'x'.repeat(50 * MIB)}"}\n`),
    'millions of empty items': () => Buffer.from(`{}\n${'{"type":"event","length":0}\n\n'.repeat(3_000_000)}`),
    'millions of items of no type': () => Buffer.from(`{}\n${'{}\n{}\n'.repeat(10_000_000)}`),
    'thousands of large logs': () =>
      Buffer.from(
        `{}\n${`{"type":"log","item_count":1}\n${JSON.stringify({ items: [{ timestamp: NOW, level: 'error', body: 'x'.repeat(900_000) }] })}\n`.repeat(100)}`,
      ),
    'a deep chain of exceptions': () =>
      Buffer.from(
        `{}\n{"type":"event"}\n${JSON.stringify({ exception: { values: Array.from({ length: 15_000 }, (_, at) => ({ type: `E${at}`, value: 'v', mechanism: { exception_id: at, parent_id: at + 1 } })) } })}\n`,
      ),
    'an attachment of megabytes': () =>
      Buffer.from(
        `{"event_id":"${'a'.repeat(32)}"}\n{"type":"attachment","length":${19 * MIB}}\n${'x'.repeat(19 * MIB)}\n`,
      ),
  },
  more(hostile) {
    it('refuses a key in the body that is not known, and a project that it contradicts', async () => {
      const { server } = hostile();
      const envelope = (dsn: string) => ({
        path: `/api/${server.project}/envelope/`,
        body: `{"dsn":"${dsn}"}\n{"type":"event"}\n{"message":"m"}\n`,
      });
      const at = server.url.replace('http://', '');
      for (const dsn of [
        `http://${'e'.repeat(32)}@${at}/${server.project}`,
        `http://${server.key}@${at}/424242`,
        'http://no-key.example/1',
        'no address',
      ])
        expect((await hostile().send(envelope(dsn))).status).toBe(403);
      expect((await hostile().send(envelope(`http://${server.key}@${at}/${server.project}`))).status).toBe(200);
    });

    it.each(['store', 'security', 'csp-report'])('answers garbage at %s', async (path) => {
      const { server } = hostile();
      for (const body of ['', '{', 'null', '[]', '[[[', 'eJyrVkrLz1eyUkpKLFKqBQAdegRC', '\u0000'.repeat(100)]) {
        const { status } = await hostile().send({
          path: `/api/${server.project}/${path}/?sentry_key=${server.key}`,
          body,
        });
        expect([200, 400]).toContain(status);
      }
    });
  },
});
