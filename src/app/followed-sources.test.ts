import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../test/contract/open-stores.ts';
import type { ConfigurationInput } from '../config/index.ts';
import { configurationSchema } from '../config/schema.ts';
import { createEventPipeline, createFrameOrigin } from '../core/events/index.ts';
import type { EventAppender } from '../core/ingest/index.ts';
import { isFoldCandidate } from '../core/issues/index.ts';
import { GuardianError } from '../core/shared/index.ts';
import { startFollowing } from './followed-sources.ts';

const START = Date.UTC(2025, 9, 20, 3, 18, 28);
const PATIENT = { timeout: 10_000 };
let now: number;
const clock = { now: () => now };
let stores: OpenedStores;
let folder: string;
const following: Awaited<ReturnType<typeof startFollowing>>[] = [];
const servers: Server[] = [];

beforeEach(async () => {
  now = START;
  folder = mkdtempSync(join(tmpdir(), 'guardian-followed-'));
  stores = await DATABASES[0]!.open({ clock });
});
afterEach(async () => {
  await Promise.all(following.splice(0).map((sources) => sources.stop()));
  for (const server of servers.splice(0)) server.close();
  await stores.close();
  rmSync(folder, { recursive: true, force: true });
});

async function follow(given: ConfigurationInput, appender: EventAppender = stores.ingest.events) {
  const started = await startFollowing({
    configuration: configurationSchema.parse(given),
    folder,
    store: stores.ingest,
    appender,
    openPipeline: () => createEventPipeline({ clock }),
    isCandidate: isFoldCandidate,
    frameOrigin: createFrameOrigin(),
    retentionMs: 30 * 86_400_000,
    clock,
  });
  following.push(started);
  return started;
}
const log = () => join(folder, 'shop.log');
const line = (index: number) => `2025-10-20T03:18:${String(10 + index)}.000Z INFO line ${index}\n`;
const FILES = { sources: { files: [{ path: 'shop.log', project: 'shop', service: 'cart' }] } };
async function kept() {
  const everything = { words: [], fields: [], minimumSeverity: null, projectId: null, from: null, to: null };
  const page = await stores.main.index.search({ ...everything, cursor: null, limit: 1_000, order: 'oldest' });
  return page.events.map(({ event, projectId }) => ({ ...event, projectId }));
}
const bodies = async () => (await kept()).map(({ body }) => body.replace(/^.*INFO /, ''));
const position = async () => stores.main.positions.get(`file:${log()}`);

describe('a file', () => {
  it('is followed into its project, and a restart goes on where it stood', async () => {
    writeFileSync(log(), line(0) + line(1));
    const first = await follow(FILES);
    await expect.poll(bodies, PATIENT).toEqual(['line 0', 'line 1']);
    expect((await kept()).map(({ service, projectId }) => [service, projectId])).toEqual(
      Array(2).fill(['cart', stores.projectIds[0]]),
    );
    expect(await position()).toBeNull();
    now += 6_000;
    await expect.poll(position, PATIENT).not.toBeNull();
    await first.stop();
    appendFileSync(log(), line(2));
    await follow(FILES);
    await expect.poll(bodies, PATIENT).toEqual(['line 0', 'line 1', 'line 2']);
  });

  it('is read again from its last position after a crash, and repeats change nothing', async () => {
    writeFileSync(log(), line(0));
    const crashed = await follow(FILES);
    await expect.poll(bodies, PATIENT).toEqual(['line 0']);
    expect(await position()).toBeNull();
    // Beside it, as it would be after a crash: nothing of the first one was told to end.
    appendFileSync(log(), line(1));
    await follow(FILES);
    await expect.poll(bodies, PATIENT).toEqual(['line 0', 'line 1']);
    await crashed.stop();
    expect(await bodies()).toEqual(['line 0', 'line 1']);
  });

  it('waits for a store that is away, and loses nothing', async () => {
    let isAway = true;
    writeFileSync(log(), line(0) + line(1));
    let tries = 0;
    await follow(FILES, {
      async append(batch) {
        tries++;
        if (isAway) throw new GuardianError('store_unavailable');
        return stores.ingest.events.append(batch);
      },
    });
    await expect.poll(() => tries, PATIENT).toBeGreaterThan(0);
    isAway = false;
    await expect.poll(bodies, PATIENT).toEqual(['line 0', 'line 1']);
  });

  it('that is not there yet is no reason not to start', async () => {
    const sources = await follow(FILES);
    expect(sources.state()).toEqual([{ kind: 'file', name: log(), problem: null }]);
  });

  it('of a project that does not exist stops the start, and those that had begun', async () => {
    writeFileSync(log(), '');
    const files = [...FILES.sources.files, { path: 'other.log', project: 'nowhere' }];
    let appends = 0;
    const counting: EventAppender = {
      append(batch) {
        appends++;
        return stores.ingest.events.append(batch);
      },
    };
    await expect(follow({ sources: { files } }, counting)).rejects.toMatchObject({ code: 'configuration_invalid' });
    appendFileSync(log(), line(0));
    await follow(FILES);
    await expect.poll(bodies, PATIENT).toEqual(['line 0']);
    expect(appends).toBe(0);
  });
});

describe('syslog', () => {
  async function freePort(): Promise<number> {
    const probe = createSocketServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }

  it('is stored in its project, and what came before the stop is not lost', async () => {
    const tcpPort = await freePort();
    const sources = await follow({ sources: { syslog: { tcpPort, project: 'desk' } } });
    const socket = connect(tcpPort, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write('<13>1 2025-10-20T03:18:20Z desk-1 till - - - drawer opened\n');
    await expect.poll(bodies, PATIENT).toEqual(['drawer opened']);
    expect((await kept())[0]).toMatchObject({ projectId: stores.projectIds[1], service: 'till' });
    socket.destroy();
    await sources.stop();
  });
});

describe('Cloud Logging', () => {
  /** Speaks `entries.list` as the API does: newest first, by filter and page. */
  async function api(entries: { insertId: string; timestamp: string; textPayload: string }[]) {
    const asked: string[] = [];
    let isDown = false;
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        if (isDown) {
          response.writeHead(403).end('{}');
          return;
        }
        const { filter, pageSize, pageToken } = JSON.parse(body) as {
          filter: string;
          pageSize: number;
          pageToken?: string;
        };
        asked.push(filter);
        const of = (sign: string) => Date.parse(new RegExp(`timestamp${sign}"([^"]+)"`).exec(filter)![1]!);
        const found = entries
          .filter(({ timestamp }) => Date.parse(timestamp) >= of('>=') && Date.parse(timestamp) <= of('<='))
          .sort((a, b) => (a.timestamp < b.timestamp ? 1 : -1));
        const from = Number(pageToken ?? 0);
        const more = from + pageSize < found.length ? { nextPageToken: String(from + pageSize) } : {};
        const page = found.slice(from, from + pageSize).map((entry) => ({
          ...entry,
          logName: 'projects/p/logs/stdout',
          resource: { type: 'cloud_run_revision', labels: { service_name: 'shop', revision_name: 'shop-1' } },
        }));
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ entries: page, ...more }));
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return {
      asked,
      setDown(value: boolean) {
        isDown = value;
      },
      configuration: (entryLimit = 1_000): ConfigurationInput => ({
        cloudLogging: { project: 'p', endpoint, accessToken: 'token', entryLimit },
        sources: { cloudLoggingEveryMs: 20, cloudLoggingProject: 'shop' },
      }),
    };
  }
  const entry = (index: number, more: object = {}) => ({
    insertId: `i${index}`,
    timestamp: new Date(START - 1_000_000 + index * 1_000).toISOString(),
    textPayload: `line ${index}`,
    ...more,
  });
  const reached = () => stores.main.positions.get('cloud-logging:p');

  it('is pulled, every line of it, and the position is kept once all is stored', async () => {
    const { configuration } = await api(Array.from({ length: 40 }, (_, index) => entry(index)));
    await follow(configuration());
    await expect.poll(reached, PATIENT).toBe(String(START));
    expect(await bodies()).toEqual(Array.from({ length: 40 }, (_, index) => `line ${index}`));
  });

  it('of more entries than one reading takes is read on behind them, not left out', async () => {
    const { configuration, asked } = await api(Array.from({ length: 25 }, (_, index) => entry(index)));
    await follow(configuration(10));
    await expect.poll(reached, PATIENT).toBe(String(START));
    expect(await kept()).toHaveLength(25);
    expect(asked.length).toBeGreaterThanOrEqual(3);
  });

  it('of more in one instant than one reading takes goes on, and counts it', async () => {
    const burst = Array.from({ length: 15 }, (_, index) =>
      entry(index, { timestamp: new Date(START - 60_000).toISOString() }),
    );
    const { configuration } = await api([...burst, entry(99, { timestamp: new Date(START - 90_000).toISOString() })]);
    await follow(configuration(10));
    await expect.poll(reached, PATIENT).toBe(String(START));
    expect((await bodies()).includes('line 99')).toBe(true);
    const dropped = await stores.main.activity.dropped(0);
    expect(dropped.map(({ source, reason }) => [source, reason])).toContainEqual(['cloud-logging', 'entry-limit']);
  });

  it('that cannot be asked says so, keeps its position, and goes on when it can', async () => {
    const { configuration, setDown } = await api([entry(0)]);
    setDown(true);
    const sources = await follow(configuration());
    await expect.poll(() => sources.state()[0]!.problem, PATIENT).not.toBeNull();
    expect(await reached()).toBeNull();
    setDown(false);
    await expect.poll(bodies, PATIENT).toEqual(['line 0']);
    await expect.poll(() => sources.state()[0]!.problem, PATIENT).toBeNull();
  });

  it('without a project is a mistake in the configuration', async () => {
    await expect(
      follow({ sources: { cloudLoggingEveryMs: 1_000, cloudLoggingProject: 'shop' } }),
    ).rejects.toMatchObject({
      code: 'configuration_invalid',
    });
  });
});
