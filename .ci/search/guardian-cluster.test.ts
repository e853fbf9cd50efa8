import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type EventPageReply, eventPage } from '../../src/contracts/api/events.ts';
import { readiness } from '../../src/contracts/api/overview.ts';
import { type RunningServer, startGuardian } from '../../test/fixtures/running-server.ts';

const url = process.env.GUARDIAN_TEST_SEARCH_URL;
if (!url) throw new Error('GUARDIAN_TEST_SEARCH_URL is not set: run .ci/search/clusters.sh');
const real = new URL(url);

const HOUR_MS = 3_600_000;
const WAIT = { timeout: 40_000, interval: 200 };

/** A line to the cluster that can be cut. */
async function openLine() {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((socket) => {
    if (isCut) {
      socket.destroy();
      return;
    }
    const other = connect(Number(real.port), real.hostname);
    for (const one of [socket, other]) {
      sockets.add(one);
      one.on('close', () => sockets.delete(one)).on('error', () => {});
    }
    socket.pipe(other).pipe(socket);
    socket.on('close', () => other.destroy());
    other.on('close', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut(is: boolean) {
      isCut = is;
      if (is) for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

describe('Guardian over a real cluster', () => {
  const prefix = `whole-${randomUUID().slice(0, 8)}`;
  let line: Awaited<ReturnType<typeof openLine>>;
  let guardian: RunningServer;
  let sent = 0;

  /** Hours ago, so that the cluster has to answer and not the newest minute of the database. */
  const send = async (count: number) => {
    const lines: string[] = [];
    for (let number = 0; number < count; number++) {
      const time = new Date(Date.now() - 5 * HOUR_MS + sent * 10).toISOString();
      lines.push(JSON.stringify({ create: { _index: 'logs', _id: `event-${sent++}` } }));
      lines.push(JSON.stringify({ '@timestamp': time, message: `parcel ${sent} sent`, service: { name: 'post' } }));
    }
    const reply = await fetch(`${guardian.url}/elastic/_bulk`, {
      method: 'POST',
      headers: { authorization: `Bearer ${guardian.key}`, 'content-type': 'application/x-ndjson' },
      body: `${lines.join('\n')}\n`,
    });
    expect(reply.status).toBe(200);
  };
  const search = async (query = 'parcel'): Promise<EventPageReply> => {
    const reply = await fetch(`${guardian.url}/api/events?limit=200&query=${encodeURIComponent(query)}`);
    return eventPage.parse(await reply.json());
  };
  const inCluster = async (): Promise<number> => {
    await fetch(`${url}/${prefix}-events-*/_refresh`, { method: 'POST' });
    const reply = (await (await fetch(`${url}/${prefix}-events-*/_count`)).json()) as { count: number };
    return reply.count;
  };
  /** Of the cluster, as `/api/ready` has it. Guardian itself is ready without it. */
  const problem = async () => {
    const { isReady, dependencies } = readiness.parse(await (await fetch(`${guardian.url}/api/ready`)).json());
    expect(isReady).toBe(true);
    return dependencies.find(({ name }) => name === 'search')?.problem;
  };

  beforeAll(async () => {
    line = await openLine();
    guardian = await startGuardian({
      environment: { GUARDIAN_SEARCH_URL: line.url, GUARDIAN_SEARCH_INDEX_PREFIX: prefix },
    });
  });
  afterAll(async () => {
    await guardian?.stop();
    await line?.close();
  });

  it('finds in the cluster what was sent to Guardian', async () => {
    await send(50);
    await vi.waitFor(async () => expect(await inCluster()).toBe(50), WAIT);
    await vi.waitFor(async () => {
      const page = await search();
      expect(page.isDatabaseOnly).toBeUndefined();
      expect(page.items).toHaveLength(50);
    }, WAIT);
    expect(await problem()).toBeNull();
    expect((await search('"parcel 7 sent"')).items).toHaveLength(1);
  });

  it('goes on without it, says so everywhere, and brings everything there once, when it is back', async () => {
    line.cut(true);
    await send(60);
    await vi.waitFor(async () => {
      const page = await search();
      expect(page.isDatabaseOnly).toBe(true);
      expect(page.items).toHaveLength(110);
    }, WAIT);
    await vi.waitFor(async () => expect(await problem()).toBe('search_unreachable'), WAIT);
    const overview = (await (await fetch(`${guardian.url}/api/overview`)).json()) as {
      ownProblems: { code: string }[];
    };
    expect(overview.ownProblems.map(({ code }) => code)).toContain('search_unreachable');
    expect(await inCluster()).toBe(50);
    line.cut(false);
    await vi.waitFor(async () => expect(await inCluster()).toBe(110), WAIT);
    await vi.waitFor(async () => {
      const page = await search();
      expect(page.isDatabaseOnly).toBeUndefined();
      expect(new Set(page.items.map(({ id }) => id)).size).toBe(110);
    }, WAIT);
    await vi.waitFor(async () => expect(await problem()).toBeNull(), WAIT);
  });

  it('brings the issue of an error there', async () => {
    const body = [
      { create: { _index: 'logs', _id: 'broken' } },
      {
        '@timestamp': new Date(Date.now() - 4 * HOUR_MS).toISOString(),
        message: 'the sorting machine broke',
        log: { level: 'error' },
        service: { name: 'post' },
        error: {
          type: 'MachineError',
          message: 'belt torn',
          stack_trace: 'MachineError: belt torn\n at sort (sort.js:4:2)',
        },
      },
    ];
    const reply = await fetch(`${guardian.url}/elastic/_bulk`, {
      method: 'POST',
      headers: { authorization: `Bearer ${guardian.key}`, 'content-type': 'application/x-ndjson' },
      body: `${body.map((part) => JSON.stringify(part)).join('\n')}\n`,
    });
    expect(reply.status).toBe(200);
    await vi.waitFor(async () => {
      const { hits } = (await (
        await fetch(`${url}/${prefix}-events-*/_search`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: { term: { 'log.level': 'error' } } }),
        })
      ).json()) as { hits: { hits: { _source: { issue: string | null } }[] } };
      expect(hits.hits).toHaveLength(1);
      expect(hits.hits[0]!._source.issue).toMatch(/./);
    }, WAIT);
    const [found] = (await search('"sorting machine"')).items;
    expect(found?.issueId).toMatch(/./);
  });

  it('answers from memory what was asked a moment ago, and says how old it is', async () => {
    const to = new Date(Date.now() - HOUR_MS).toISOString();
    const ask = async () =>
      eventPage.parse(await (await fetch(`${guardian.url}/api/events?query=parcel&limit=5&to=${to}`)).json());
    expect((await ask()).cache).toBeNull();
    expect((await ask()).cache?.ageMs).toBeGreaterThanOrEqual(0);
  });

  it('uses few connections for many calls', async () => {
    const text = await (await fetch(`${guardian.url}/api/metrics`)).text();
    const value = (name: string) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1]);
    const calls = value('guardian_search_requests_total');
    expect(calls).toBeGreaterThan(20);
    // One that is closed by a cut line is opened again.
    expect(value('guardian_search_connections_total') / calls).toBeLessThan(0.5);
  });
});
