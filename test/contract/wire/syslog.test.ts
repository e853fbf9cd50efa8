import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createSyslogListener,
  type SyslogAddress,
  type SyslogListener,
  type SyslogListenerOptions,
} from '../../../src/adapters/sources/syslog/index.ts';
import { createEventPipeline, type Event } from '../../../src/core/events/index.ts';

const NOW = Date.UTC(2025, 9, 20, 3, 18, 28, 648);
const clock = { now: () => NOW };
const tls = (name: string) => readFileSync(new URL(`../../fixtures/tls/${name}.pem`, import.meta.url));
const free = { host: '127.0.0.1', port: 0 };
const MODERN = '<11>1 2025-10-20T03:18:20.123Z web-1 shop 4711 ORDER [order@1 id="7"] payment failed';

const listeners: SyslogListener[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const listener of listeners.splice(0)) await listener.stop();
});

/** A listener on loopback; `has` waits until that many events were stored. */
async function listen(options: Partial<SyslogListenerOptions> = {}) {
  const events: Event[] = [];
  const batches: number[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const listener = createSyslogListener({
    tcp: free,
    clock,
    ...options,
    async onEvents(batch) {
      await options.onEvents?.(batch);
      events.push(...batch);
      batches.push(batch.length);
      for (const { count, resolve } of waiting) if (events.length >= count) resolve();
    },
  });
  listeners.push(listener);
  const addresses = await listener.start();
  const has = (count: number) =>
    events.length >= count ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ count, resolve }));
  return { listener, events, batches, addresses, has };
}

async function open({ host, port }: SyslogAddress): Promise<Socket> {
  const socket = connect(port, host);
  sockets.push(socket);
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()).resume());

describe('messages', () => {
  it('come over TCP, as lines or counted, of RFC 5424 and 3164', async () => {
    const { events, addresses, has } = await listen();
    const socket = await open(addresses.tcp!);
    socket.write(`${MODERN}\n${MODERN.length} ${MODERN}<12>Oct 20 03:18:21 web-2 cron[99]: late\nno syslog at all\n`);
    await has(4);
    expect(events[0]).toMatchObject({
      time: Date.UTC(2025, 9, 20, 3, 18, 20, 123),
      observedTime: NOW,
      severityNumber: 17,
      severityText: 'err',
      body: 'payment failed',
      service: 'shop',
      instance: 'web-1',
      attributes: { 'order@1.id': '7', 'process.pid': '4711', 'syslog.msgid': 'ORDER', 'syslog.facility': 1 },
      source: { kind: 'syslog', name: 'web-1', stream: '127.0.0.1:web-1:shop:4711' },
      trust: 'server',
    });
    expect(events[1]!.body).toBe('payment failed');
    expect(events[2]).toMatchObject({ time: Date.UTC(2025, 9, 20, 3, 18, 21), body: 'late', service: 'cron' });
    expect(events[3]).toMatchObject({ time: NOW, body: 'no syslog at all', instance: '127.0.0.1' });
    expect(new Set(events.map(({ id }) => id)).size).toBe(4);
  });

  it('come over UDP, one in each datagram', async () => {
    const { events, addresses, has, listener } = await listen({ tcp: undefined, udp: free });
    const socket = createSocket('udp4');
    for (const text of [MODERN, '<11>{"level":50,"msg":"no funds"}\n', '\0', '<14>last\0']) {
      await new Promise((resolve) => socket.send(text, addresses.udp!.port, '127.0.0.1', resolve));
    }
    await has(3);
    socket.close();
    expect(events.map(({ body }) => body)).toEqual(['payment failed', 'no funds', 'last']);
    expect(listener.counts()).toMatchObject({ messages: 3, droppedDatagrams: 0 });
  });

  it('come over TLS, and a handshake that fails is counted', async () => {
    const { events, addresses, has, listener } = await listen({
      tcp: undefined,
      tls: { ...free, key: tls('key'), certificate: tls('certificate') },
    });
    const plain = await open(addresses.tls!);
    const refused = closed(plain);
    plain.write(`${MODERN}\n${'x'.repeat(100)}`);
    await refused;
    const socket = connectTls({ ...addresses.tls!, rejectUnauthorized: false });
    sockets.push(socket);
    socket.write(`${MODERN.length} ${MODERN}`);
    await has(1);
    expect(events[0]!.body).toBe('payment failed');
    expect(listener.counts().failedHandshakes).toBe(1);
  });

  it('that belong to one trace come on one stream and are joined', async () => {
    const { events, addresses, has } = await listen();
    const socket = await open(addresses.tcp!);
    const trace = [
      'Traceback (most recent call last):',
      '  File "/app/a.py", line 1, in b',
      '    c()',
      'shop.NoFunds: order 7',
    ];
    socket.end(trace.map((line) => `<11>1 2025-10-20T03:18:20Z web-1 shop 4711 - - ${line}\n`).join(''));
    await has(4);
    const pipeline = createEventPipeline({ clock });
    const joined = [...pipeline.push(events), ...pipeline.flush()];
    expect(joined).toHaveLength(1);
    expect(joined[0]!.exceptions).toMatchObject([{ type: 'shop.NoFunds', message: 'order 7' }]);
  });

  it('without an end are given when the sender closes', async () => {
    const { events, addresses, has } = await listen();
    (await open(addresses.tcp!)).end('<11>half a line');
    await has(1);
    expect(events[0]!.body).toBe('half a line');
  });

  it('over the bound are cut and counted', async () => {
    const { events, addresses, has, listener } = await listen({ limits: { messageBytes: 20 } });
    (await open(addresses.tcp!)).write(`<11>${'a'.repeat(100)}\n<11>b\n`);
    await has(2);
    expect(events.map(({ body, truncated }) => [body, truncated])).toEqual([
      ['a'.repeat(16), true],
      ['b', false],
    ]);
    expect(listener.counts().cutMessages).toBe(1);
  });
});

describe('back-pressure', () => {
  it('stops reading a connection while its batch is being stored, and loses nothing', async () => {
    const gate = Promise.withResolvers<void>();
    const { events, batches, addresses, has, listener } = await listen({ onEvents: () => gate.promise });
    const socket = await open(addresses.tcp!);
    const count = 400_000;
    let written = 0;
    const pump = new Promise<void>((resolve) => {
      const write = () => {
        while (written < count) {
          if (!socket.write(`<11>${written++}: ${'x'.repeat(90)}\n`)) {
            socket.once('drain', write);
            return;
          }
        }
        resolve();
      };
      write();
    });
    // Another sender's message is read although nothing can be stored: only then is it certain that the first one had its turn.
    const other = await open(addresses.tcp!);
    await new Promise((resolve) => other.write('<11>other\n', resolve));
    expect(written).toBeLessThan(count);
    expect(events).toEqual([]);
    gate.resolve();
    await pump;
    await has(count + 1);
    expect(new Set(events.map(({ body }) => body)).size).toBe(count + 1);
    expect(Math.max(...batches)).toBeLessThanOrEqual(1_000);
    expect(listener.counts().messages).toBe(count + 1);
  });

  it('gives a batch again that could not be stored', async () => {
    let failures = 2;
    const errors: unknown[] = [];
    const { events, addresses, has } = await listen({
      limits: { retryMs: 1 },
      onError: (error) => errors.push(error),
      async onEvents() {
        if (failures-- > 0) throw new Error('the store is full');
      },
    });
    (await open(addresses.tcp!)).write('<11>a\n');
    await has(1);
    expect(events.map(({ body }) => body)).toEqual(['a']);
    expect(errors).toHaveLength(2);
  });

  it('drops and counts datagrams for which there is no room', async () => {
    const gate = Promise.withResolvers<void>();
    const { events, addresses, listener, has } = await listen({
      tcp: free,
      udp: free,
      limits: { udpQueueBytes: 3_000 },
      onEvents: () => gate.promise,
    });
    const socket = createSocket('udp4');
    for (let n = 0; n < 10; n++) {
      await new Promise((resolve) =>
        socket.send(`<11>${n}: ${'x'.repeat(400)}`, addresses.udp!.port, '127.0.0.1', resolve),
      );
    }
    await expect.poll(() => listener.counts().droppedDatagrams).toBe(7);
    socket.close();
    gate.resolve();
    await has(3);
    expect(events.map(({ body }) => body[0])).toEqual(['0', '1', '2']);
  });
});

describe('senders that misbehave', () => {
  it('are closed when silent', async () => {
    const { addresses, listener } = await listen({ limits: { idleMs: 20 } });
    await closed(await open(addresses.tcp!));
    await expect.poll(() => listener.counts()).toMatchObject({ idleConnections: 1, connections: 0 });
  });

  it('are closed when a message drips, and what came of it is kept', async () => {
    const { events, addresses, listener, has } = await listen({ limits: { messageMs: 30 } });
    const socket = await open(addresses.tcp!);
    const end = closed(socket);
    const drip = setInterval(() => socket.write('x'), 5);
    socket.write('<11>');
    await end;
    clearInterval(drip);
    await has(1);
    expect(events[0]!.body).toMatch(/^x+$/);
    expect(listener.counts().slowConnections).toBe(1);
  });

  it('are refused when there are too many', async () => {
    const { addresses, listener, has } = await listen({ limits: { connections: 1 } });
    const first = await open(addresses.tcp!);
    first.write('<11>a\n');
    await has(1);
    await closed(await open(addresses.tcp!));
    expect(listener.counts()).toMatchObject({ refusedConnections: 1, connections: 1 });
    first.write('<11>b\n');
    await has(2);
  });

  it('that reset the connection or send any bytes harm nobody', async () => {
    const { addresses, events, has } = await listen();
    const rude = await open(addresses.tcp!);
    rude.write(Buffer.from(Array.from({ length: 5_000 }, (_, n) => (n * 7_919) % 256)));
    await has(1);
    rude.resetAndDestroy();
    (await open(addresses.tcp!)).write(`${MODERN}\n`);
    await expect.poll(() => events.some(({ body }) => body === 'payment failed')).toBe(true);
  });
});

describe('start and stop', () => {
  it('stop stores what was received, also a line without an end', async () => {
    const { events, addresses, has, listener } = await listen();
    const socket = await open(addresses.tcp!);
    socket.write('<11>a\n<11>half');
    await has(1);
    await listener.stop();
    expect(events.map(({ body }) => body)).toEqual(['a', 'half']);
    expect(listener.counts()).toMatchObject({ connections: 0, lostEvents: 0 });
  });

  it('stop ends though nothing can be stored, and counts what is lost', async () => {
    let failed = () => {};
    const hasFailed = new Promise<void>((resolve) => {
      failed = resolve;
    });
    const { addresses, listener } = await listen({
      onError: () => failed(),
      limits: { retryMs: 60_000 },
      onEvents: () => Promise.reject(new Error('the store is gone')),
    });
    (await open(addresses.tcp!)).write('<11>a\n<11>b\n');
    await hasFailed;
    await listener.stop();
    expect(listener.counts().lostEvents).toBe(2);
  });

  it('start tells of an address that is taken, and listens nowhere then', async () => {
    const { addresses } = await listen();
    const second = createSyslogListener({ udp: free, tcp: addresses.tcp!, onEvents: async () => undefined });
    await expect(second.start()).rejects.toMatchObject({
      code: 'configuration_invalid',
      about: { key: 'sources.syslog.tcpPort', reason: 'EADDRINUSE' },
    });
    await second.stop();
  });
});
