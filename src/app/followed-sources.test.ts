import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../test/contract/open-stores.ts';
import { freePort } from '../adapters/free-port.ts';
import type { ConfigurationInput } from '../config/index.ts';
import { configurationSchema } from '../config/schema.ts';
import { createEventPipeline, createFrameOrigin } from '../core/events/index.ts';
import type { EventAppender } from '../core/ingest/index.ts';
import { createStandingJudge } from '../core/issues/index.ts';
import { GuardianError } from '../core/shared/index.ts';
import { startFollowing } from './followed-sources.ts';
import { checkSyslogTls } from './syslog-tls.ts';

const START = Date.UTC(2025, 9, 20, 3, 18, 28);
const PATIENT = { timeout: 30_000 };
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
    standingOf: createStandingJudge({ latencyMs: 3_000 }),
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
const stateOf = async (source: string) => (await stores.main.sourceStates.of([source]))[0];
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

  it('that is not there yet is no reason not to start, and is told until it is', async () => {
    await follow(FILES);
    const state = () => stateOf(`file:${log()}`);
    const problem = `Cannot read ${log()}: there is no such file or folder.`;
    const missing = { source: `file:${log()}`, seenUntil: null, problem, failingSince: START };
    await expect.poll(state, PATIENT).toEqual(missing);
    writeFileSync(log(), line(0));
    await expect.poll(state, PATIENT).toEqual({ ...missing, problem: null, failingSince: null });
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

describe('syslog over TLS', () => {
  const pem = (name: string) => fileURLToPath(new URL(`../../test/fixtures/tls/${name}.pem`, import.meta.url));
  const FILES_OF = { tlsCertificate: pem('certificate'), tlsKey: pem('key') };
  const MESSAGE = '<13>1 2025-10-20T03:18:20Z desk-1 till - - - drawer broke';

  /** A sender that checks whom it speaks to, as rsyslog and syslog-ng do. */
  function send(port: number, own: { cert?: Buffer; key?: Buffer } = {}) {
    const ca = readFileSync(FILES_OF.tlsCertificate);
    const socket = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca, ...own });
    socket.on('error', () => {});
    socket.write(`${Buffer.byteLength(MESSAGE)} ${MESSAGE}`);
    return socket;
  }

  async function looked(input: ConfigurationInput, at: number) {
    const checks = [];
    const options = { configuration: configurationSchema.parse(input), folder, clock: { now: () => at } };
    for await (const check of checkSyslogTls(options)) checks.push(check);
    return checks;
  }

  it('is taken from a sender that trusts the certificate', async () => {
    const tlsPort = await freePort();
    await follow({ sources: { syslog: { tlsPort, ...FILES_OF, project: 'desk' } } });
    const socket = send(tlsPort);
    await expect.poll(bodies, PATIENT).toEqual(['drawer broke']);
    expect(socket.authorized).toBe(true);
    expect((await kept())[0]).toMatchObject({ projectId: stores.projectIds[1], service: 'till' });
    socket.destroy();
  });

  it('is taken from senders with a certificate of that authority alone where one is named', async () => {
    const tlsPort = await freePort();
    const syslog = { tlsPort, ...FILES_OF, tlsClientAuthority: FILES_OF.tlsCertificate, project: 'desk' };
    await follow({ sources: { syslog } });
    const stranger = send(tlsPort);
    await new Promise((resolve) => stranger.once('close', resolve));
    const socket = send(tlsPort, { cert: readFileSync(FILES_OF.tlsCertificate), key: readFileSync(FILES_OF.tlsKey) });
    await expect.poll(bodies, PATIENT).toEqual(['drawer broke']);
    socket.destroy();
  });

  it.each([
    ['without a key', { tlsCertificate: FILES_OF.tlsCertificate }, 'tlsKey', 'is missing'],
    ['with a file that is not there', { ...FILES_OF, tlsKey: 'gone.pem' }, 'tlsKey', 'ENOENT'],
    ['with a key for a certificate', { ...FILES_OF, tlsCertificate: FILES_OF.tlsKey }, 'tlsCertificate', 'no PEM'],
    ['with another certificate’s key', FILES_OF, 'tlsKey', 'is not the key'],
  ])('%s stops the start, and the doctor names it', async (_, files, key, reason) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const other = join(folder, 'other.pem');
    writeFileSync(other, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const given = reason === 'is not the key' ? { ...files, tlsKey: other } : files;
    const input: ConfigurationInput = { sources: { syslog: { tlsPort: await freePort(), ...given, project: 'desk' } } };
    const expected = {
      code: 'configuration_invalid',
      about: { key: `sources.syslog.${key}`, reason: expect.stringContaining(reason) },
    };
    await expect(follow(input)).rejects.toMatchObject(expected);
    expect(await looked(input, START)).toMatchObject([{ name: 'syslog', outcome: 'failed', error: expected }]);
  });

  it('has a certificate whose end the doctor tells, soon or past', async () => {
    const input = { sources: { syslog: { tlsPort: 6514, ...FILES_OF } } };
    const { validToDate, validFromDate } = new X509Certificate(readFileSync(FILES_OF.tlsCertificate));
    const outcomeAt = async (at: number) => {
      const [check] = await looked(input, at);
      return check!.outcome;
    };
    expect(await outcomeAt(validFromDate.getTime() + 1)).toBe('ok');
    expect(await outcomeAt(validToDate.getTime() - 86_400_000)).toBe('note');
    expect(await outcomeAt(validToDate.getTime() + 1)).toBe('failed');
    expect(await outcomeAt(validFromDate.getTime() - 1)).toBe('failed');
    expect(await looked({}, START)).toEqual([]);
  });
});

describe('Cloud Logging', () => {
  /** Speaks `entries.list` as the API does: newest first, by filter and page. */
  async function api(
    entries: { insertId: string; timestamp: string; receiveTimestamp?: string; textPayload: string }[],
  ) {
    const asked: string[] = [];
    let isDown = false;
    let refusals = 0;
    let refused = 0;
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
        if (refusals > 0) {
          refusals--;
          refused++;
          response.writeHead(429, { 'retry-after': '0' }).end('{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}');
          return;
        }
        const { filter, pageSize, pageToken } = JSON.parse(body) as {
          filter: string;
          pageSize: number;
          pageToken?: string;
        };
        asked.push(filter);
        const bound = (name: string, none: number) => {
          const given = new RegExp(`(?<![a-zA-Z])${name}"([^"]+)"`).exec(filter)?.[1];
          return given === undefined ? none : Date.parse(given);
        };
        const found = entries
          .filter(
            ({ timestamp, receiveTimestamp = timestamp }) =>
              Date.parse(timestamp) >= bound('timestamp>=', 0) &&
              Date.parse(timestamp) <= bound('timestamp<=', Number.POSITIVE_INFINITY) &&
              Date.parse(receiveTimestamp) >= bound('receiveTimestamp>=', 0),
          )
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
      /** The next so many questions are too many. */
      refuse(count: number) {
        refusals = count;
      },
      refused: () => refused,
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
    await follow(configuration());
    const state = () => stateOf('cloud-logging:p');
    const problem = 'Cloud Logging refused access to project p: 403 Forbidden.';
    const failing = { source: 'cloud-logging:p', seenUntil: null, problem, failingSince: START };
    await expect.poll(state, PATIENT).toEqual(failing);
    expect(await reached()).toBeNull();
    setDown(false);
    await expect.poll(bodies, PATIENT).toEqual(['line 0']);
    await expect.poll(state, PATIENT).toEqual({ ...failing, seenUntil: START, problem: null, failingSince: null });
    now += 60_000;
    setDown(true);
    await expect.poll(state, PATIENT).toMatchObject({ problem, failingSince: START + 60_000 });
    expect((await state())!.seenUntil).toBeGreaterThanOrEqual(START);
  });

  it('goes on after a restart: what came meanwhile, and late into what was read, once each', async () => {
    const entries = Array.from({ length: 12 }, (_, index) => entry(index));
    const { configuration, asked } = await api(entries);
    const first = await follow(configuration());
    await expect.poll(reached, PATIENT).toBe(String(START));
    await first.stop();
    entries.push(entry(20, { timestamp: new Date(START - 30_000).toISOString() }));
    entries.push(entry(21, { timestamp: new Date(START + 30_000).toISOString() }));
    now += 120_000;
    const before = asked.length;
    await follow(configuration());
    await expect.poll(reached, PATIENT).toBe(String(START + 120_000));
    const old = entries.slice(0, 12).map(({ textPayload }) => textPayload);
    expect(await bodies()).toEqual([...old, 'line 20', 'line 21']);
    expect(asked[before]).toContain(`receiveTimestamp>="${new Date(START - 60_000).toISOString()}"`);
  });

  it('has what reached it late, and what bears a time to come, once each', async () => {
    const entries = [entry(0)];
    const { configuration } = await api(entries);
    await follow(configuration());
    await expect.poll(reached, PATIENT).toBe(String(START));
    const receiveTimestamp = new Date(START + 60_000).toISOString();
    entries.push(entry(1, { timestamp: new Date(START - 1_800_000).toISOString(), receiveTimestamp }));
    entries.push(entry(2, { timestamp: new Date(START + 900_000).toISOString(), receiveTimestamp }));
    now += 120_000;
    await expect.poll(reached, PATIENT).toBe(String(START + 120_000));
    expect((await bodies()).sort()).toEqual(['line 0', 'line 1', 'line 2']);
  });

  it('that says 429 is asked again when it says so, and every line is read once', async () => {
    const { configuration, refuse, refused } = await api(Array.from({ length: 40 }, (_, index) => entry(index)));
    refuse(2);
    await follow(configuration());
    await expect.poll(reached, PATIENT).toBe(String(START));
    expect(await kept()).toHaveLength(40);
    expect(refused()).toBe(2);
    expect(await stateOf('cloud-logging:p')).toMatchObject({ problem: null });
  });

  it('without a project is a mistake in the configuration', async () => {
    await expect(
      follow({ sources: { cloudLoggingEveryMs: 1_000, cloudLoggingProject: 'shop' } }),
    ).rejects.toMatchObject({
      code: 'configuration_invalid',
    });
  });
});
