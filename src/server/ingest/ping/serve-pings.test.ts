import { connect } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { afterEach, describe, expect, it } from 'vitest';
import type { WatchedSignal } from '../../../core/jobs/index.ts';
import { GuardianError } from '../../../core/shared/index.ts';
import type { AppEnv, Services } from '../../app-env.ts';
import { servePings } from './serve-pings.ts';

const ID = '5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278';
const UNKNOWN = '00000000-d4c7-4bf5-bcc8-b8d8a82ea278';
const KEY = '0123456789abcdef0123456789abcdef';
const RID = '728b3763-ea80-4113-9fc0-f89b36af0b0b';
const NOW = 1_770_000_000_000;

const closes: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(closes.splice(0).map((close) => close())));

/** A listener with nothing but the pings, over a recorder that knows one job. */
async function listen({ record }: { record?: (signal: WatchedSignal) => never } = {}) {
  const signals: WatchedSignal[] = [];
  const refused: string[] = [];
  const failures: string[] = [];
  let now = NOW;
  const services = {
    clock: { now: () => now },
    jobs: {
      record: async (signal: WatchedSignal) => {
        if (record) return record(signal);
        const isKnown = signal.job.by === 'slug' || signal.job.key === ID;
        if (!isKnown) return { kind: 'unknown' };
        signals.push(signal);
        return { kind: 'recorded', run: null };
      },
    },
    ingestKeys: {
      find: async (key: string) => (key === KEY ? { key: { key, kind: 'service' }, project: { id: 7 } } : null),
    },
    refusals: { add: ({ reason }: { reason: string }) => void refused.push(reason) },
    flood: { countFailure: (address: string) => void failures.push(address) },
    knobs: { bodyTimeoutMs: 5_000 },
    serverMetrics: { intake: () => {}, refused: () => {} },
    logger: { warn: () => {} },
  } as unknown as Services;
  const app = new Hono<AppEnv>();
  app.use(async (context, next) => {
    context.set('origin', { clientAddress: '203.0.113.1', isSecure: false, host: 'localhost', isForwarded: false });
    await next();
  });
  app.use(servePings(services));
  app.all('*', (context) => context.text('elsewhere', 418));
  const port = await new Promise<number>((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (info) => resolve(info.port));
    closes.push(() => new Promise((closed) => server.close(closed)));
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    port,
    signals,
    refused,
    failures,
    pass: (ms: number) => {
      now += ms;
    },
    ping: (path: string, init?: RequestInit) => fetch(`${url}${path}`, { headers: { connection: 'close' }, ...init }),
  };
}

describe('pings', () => {
  it.each(['HEAD', 'GET', 'POST'])('are taken by %s', async (method) => {
    const { ping, signals } = await listen();
    const reply = await ping(`/ping/${ID}/start?rid=${RID}`, { method });
    expect([reply.status, await reply.text()]).toEqual([200, method === 'HEAD' ? '' : 'OK']);
    expect(reply.headers.get('ping-body-limit')).toBe('100000');
    expect(signals).toEqual([
      {
        kind: 'start',
        protocol: 'ping',
        job: { by: 'key', key: ID },
        at: NOW,
        clientId: RID,
        mayBeRefused: false,
        exitStatus: null,
        durationMs: null,
        environment: null,
        error: null,
        output: [],
        facts: { stats: null, recordErrors: null, warnings: [], problem: null },
        definition: null,
      },
    ]);
  });

  it('name a job of a project by its key', async () => {
    const { ping, signals, refused } = await listen();
    expect((await ping(`/ping/${KEY}/nightly-backup/3?create=1`)).status).toBe(200);
    expect(signals[0]).toMatchObject({
      kind: 'fail',
      exitStatus: 3,
      job: { by: 'slug', projectId: 7, slug: 'nightly-backup' },
      definition: { isUpdate: false, trigger: { kind: 'interval', everyMs: 86_400_000 }, graceMs: 3_600_000 },
    });
    expect((await ping('/ping/other-key/nightly-backup')).status).toBe(404);
    expect(refused).toEqual(['unknown-job']);
  });

  it('keep the first 100,000 bytes of their body as output, and find stats in it', async () => {
    const { ping, signals } = await listen();
    const long = `${'é'.repeat(49_999)}x${'é'.repeat(200_000)}`;
    expect((await ping(`/ping/${ID}/0`, { method: 'POST', body: long })).status).toBe(200);
    const { text } = signals[0]!.output[0]!;
    expect(text).toBe(`${'é'.repeat(49_999)}x`);
    const body = 'rows written\nguardian:stats {"rows":5}\nguardian:warning slow disk\n';
    await ping(`/ping/${ID}`, { method: 'POST', body });
    expect(signals[1]).toMatchObject({
      kind: 'success',
      output: [{ at: NOW, stream: 'log', text: body }],
      facts: { stats: { rows: 5 }, warnings: ['slow disk'] },
    });
    await ping(`/ping/${ID}`, { method: 'POST', body: new Uint8Array([0xff, 0xfe, 0x41]) });
    expect(signals[2]!.output[0]!.text).toBe('\uFFFD\uFFFDA');
  });

  it('are answered though their body never ends, and hung up on', async () => {
    const { port, signals } = await listen();
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`POST /ping/${ID} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`);
    for (let chunk = 0; chunk < 161; chunk += 1) socket.write(`10000\r\n${'x'.repeat(0x10000)}\r\n`);
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      socket.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      socket.once('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(signals[0]!.output[0]!.text).toHaveLength(100_000);
  });

  it('of an unknown job are a counted 404', async () => {
    const { ping, refused, failures } = await listen();
    const reply = await ping(`/ping/${UNKNOWN}`);
    expect([reply.status, await reply.text()]).toEqual([404, 'not found']);
    expect([refused, failures]).toEqual([['unknown-job'], ['203.0.113.1']]);
  });

  it.each([
    [`/ping/${ID}/256`, 'GET', 400, 'invalid url format'],
    [`/ping/${ID}?rid=1`, 'GET', 400, 'invalid uuid format'],
    [`/ping/${ID}`, 'DELETE', 405, 'method not allowed'],
    ['/elsewhere', 'GET', 418, 'elsewhere'],
  ])('%s by %s is %i', async (path, method, status, text) => {
    const { ping, signals } = await listen();
    const reply = await ping(path, { method });
    expect([reply.status, await reply.text()]).toEqual([status, text]);
    expect(signals).toEqual([]);
  });

  it('are 503 with Retry-After when they cannot be stored', async () => {
    const { ping, refused } = await listen({
      record: () => {
        throw new GuardianError('store_unavailable', { reason: 'EIO' });
      },
    });
    const reply = await ping(`/ping/${ID}`);
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '5']);
    expect(refused).toEqual(['ping-unavailable']);
  });

  it('of one job are limited, and of others not', async () => {
    const { ping, pass, refused } = await listen();
    const statuses: number[] = [];
    for (let count = 0; count < 601; count += 1) statuses.push((await ping(`/ping/${ID}`, { headers: {} })).status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    expect((await ping(`/ping/${KEY}/other`)).status).toBe(200);
    pass(1_000);
    expect((await ping(`/ping/${ID}`)).status).toBe(200);
    expect(refused).toEqual(['ping-often']);
  });
});
