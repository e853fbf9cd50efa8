import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { GuardianError } from '../../../core/shared/index.ts';
import { type CloudLoggingSourceOptions, createCloudLoggingSource } from './cloud-logging-source.ts';
import { collect, entryOf, NOON } from './entry-fixtures.ts';
import type { JsonObject } from './json-values.ts';

/** Answers one `entries:list`; `page` counts the requests, tries included. */
type Answer = (asked: JsonObject, response: ServerResponse, page: number) => void;

let server: Server | null = null;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  server = null;
});

/** A server on loopback that speaks `entries:list`, and a source that asks it. */
async function serve(answer: Answer, options: Partial<CloudLoggingSourceOptions> = {}) {
  const asked: JsonObject[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const waits: number[] = [];
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (request.method !== 'POST' || request.url !== '/v2/entries:list') return response.writeHead(404).end();
      const body = JSON.parse(Buffer.concat(parts).toString()) as JsonObject;
      asked.push(body);
      headers.push(request.headers);
      return answer(body, response, asked.length);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const source = createCloudLoggingSource({
    project: 'p1',
    endpoint: `http://127.0.0.1:${port}/`,
    getAccessToken: async () => 'token-1',
    sleep: async (milliseconds) => void waits.push(milliseconds),
    random: () => 0.5,
    clock: { now: () => NOON + 60_000 },
    ...options,
  });
  const read = () => collect(source.read({ since: NOON - 3_600_000, until: null }));
  return { read, source, asked, headers, waits };
}

const error = (index: number) =>
  entryOf({
    severity: 'ERROR',
    textPayload: `failure ${index}`,
    timestamp: new Date(NOON - index * 1_000).toISOString(),
  });
const json = (response: ServerResponse, value: unknown, status = 200) =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
const refuse = (response: ServerResponse, status: number, message: string, headers: Record<string, string> = {}) =>
  void response.writeHead(status, headers).end(JSON.stringify({ error: { code: status, message, status: 'X' } }));

async function failure(promise: Promise<unknown>): Promise<GuardianError> {
  const thrown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(thrown).toBeInstanceOf(GuardianError);
  return thrown as GuardianError;
}

describe('createCloudLoggingSource', () => {
  it('asks for the window, service, region and revision, newest first, with a bearer token', async () => {
    const { read, asked, headers } = await serve((_, response) => json(response, {}), {
      service: 'bas"ket',
      region: 'europe-west9',
      revision: 'basket-00007-xyz',
      filter: 'severity>=WARNING OR trace:*',
    });
    expect(await read()).toMatchObject({ events: [], problems: [] });
    expect(headers[0]?.authorization).toBe('Bearer token-1');
    expect(asked).toEqual([
      {
        resourceNames: ['projects/p1'],
        filter: [
          '((resource.type="cloud_run_revision" AND resource.labels.service_name="bas\\"ket") OR (resource.type="cloud_run_job" AND resource.labels.job_name="bas\\"ket"))',
          'resource.labels.location="europe-west9"',
          'resource.labels.revision_name="basket-00007-xyz"',
          'timestamp>="2026-02-10T11:00:00.000Z"',
          '(severity>=WARNING OR trace:*)',
        ].join(' AND '),
        orderBy: 'timestamp desc',
        pageSize: 1_000,
      },
    ]);
  });

  it('reads every page, empty ones too', async () => {
    const { read, asked } = await serve((body, response) => {
      const page = Number(body.pageToken ?? 0);
      const entries = page === 1 ? undefined : [error(page * 2), error(page * 2 + 1)];
      json(response, { entries, ...(page < 3 ? { nextPageToken: String(page + 1) } : {}) });
    });
    const { events, problems } = await read();
    expect(events.map(({ body }) => body)).toEqual([0, 1, 4, 5, 6, 7].map((index) => `failure ${index}`));
    expect(problems).toEqual([]);
    expect(asked.map(({ pageToken }) => pageToken)).toEqual([undefined, '1', '2', '3']);
  });

  it('says that it stopped at the limit of entries, and where', async () => {
    const { read, asked } = await serve(
      (body, response) =>
        json(response, {
          entries: Array.from({ length: Number(body.pageSize) }, (_, index) => error(index)),
          nextPageToken: `t${asked.length}`,
        }),
      { limits: { pageSize: 4, maxEntries: 10 } },
    );
    const { events, problems } = await read();
    expect(events).toHaveLength(10);
    expect(asked.map(({ pageSize }) => pageSize)).toEqual([4, 4, 2]);
    expect(problems).toMatchObject([
      { kind: 'entry-limit', name: 'projects/p1', position: '2026-02-10T11:59:59.000Z', count: 1 },
    ]);
  });

  it('waits as long as it is told, else longer each time, and goes on', async () => {
    const { read, waits } = await serve((_, response, page) => {
      if (page === 1) return refuse(response, 429, 'quota', { 'retry-after': '7' });
      if (page === 2) return refuse(response, 503, 'busy', { 'retry-after': new Date(NOON + 65_000).toUTCString() });
      if (page === 3) return refuse(response, 500, 'oops');
      if (page === 4) return refuse(response, 503, 'oops', { 'retry-after': '3600' });
      return json(response, { entries: [error(1)] });
    });
    expect((await read()).events).toHaveLength(1);
    expect(waits).toEqual([7_000, 5_000, 2_000, 60_000]);
  });

  it('tries again after a reset and after an answer that is no JSON', async () => {
    const { read, waits } = await serve((_, response, page) => {
      if (page === 1) return void response.socket?.resetAndDestroy();
      if (page === 2) return void response.end('{"entries": [{"insertId"');
      if (page === 3) {
        response.writeHead(200, { 'content-length': '1000' }).write('{"entries"');
        return void setImmediate(() => response.socket?.destroy());
      }
      return json(response, { entries: [error(1)] });
    });
    expect((await read()).events).toHaveLength(1);
    expect(waits).toEqual([500, 1_000, 2_000]);
  });

  it('gives up with source_unavailable when the tries are used up', async () => {
    const { read, asked } = await serve((_, response) => refuse(response, 503, 'The service is busy.'), {
      limits: { attempts: 3 },
    });
    const thrown = await failure(read());
    expect(thrown.code).toBe('source_unavailable');
    expect(thrown.about.reason).toContain('503 The service is busy., 3 times');
    expect(asked).toHaveLength(3);
  });

  it('ends with what it has when a later page takes too long, and fails when the first one does', async () => {
    const limits = { pageTimeoutMs: 1_500 };
    const slow = await serve(
      (_, response, page) => (page === 1 ? json(response, { entries: [error(1)], nextPageToken: 'x' }) : undefined),
      { limits },
    );
    const { events, problems } = await slow.read();
    expect(events).toHaveLength(1);
    expect(problems).toMatchObject([{ kind: 'time-limit', position: '2026-02-10T11:59:59.000Z' }]);
    server?.closeAllConnections();
    const dripping = await serve((_, response) => void response.writeHead(200).write('{"entries":'), { limits });
    expect((await failure(dripping.read())).code).toBe('source_unavailable');
  });

  it('explains a refusal: access denied after a fresh token, and a wrong query in the words of the service', async () => {
    const denied = await serve((_, response) => refuse(response, 403, 'Permission denied for all log views'));
    expect(await failure(denied.read())).toMatchObject({
      code: 'source_access_denied',
      about: { path: 'p1', reason: '403 Permission denied for all log views' },
    });
    server?.closeAllConnections();
    const expired = await serve((_, response, page) =>
      page === 1 ? refuse(response, 401, 'expired') : json(response, { entries: [error(1)] }),
    );
    expect((await expired.read()).events).toHaveLength(1);
    server?.closeAllConnections();
    const wrong = await serve((_, response) => refuse(response, 400, 'Unparseable filter: syntax error at line 1'));
    const thrown = await failure(wrong.read());
    expect(thrown.code).toBe('source_invalid');
    expect(thrown.about.reason).toContain('Unparseable filter');
  });

  it('passes on what the credentials say, and stops when asked to', async () => {
    const refused = new GuardianError('source_access_denied', { path: 'p1', reason: 'no credentials' });
    const { read } = await serve((_, response) => json(response, {}), {
      getAccessToken: () => Promise.reject(refused),
    });
    expect(await failure(read())).toBe(refused);
    server?.closeAllConnections();
    const { source } = await serve(() => undefined);
    const abort = new AbortController();
    const reading = collect(source.read({ since: null, until: null, signal: abort.signal }));
    setImmediate(() => abort.abort());
    await expect(reading).rejects.toThrow(/abort/i);
  });

  it('refuses to walk in circles', async () => {
    const { read } = await serve((_, response) => json(response, { entries: [error(1)], nextPageToken: 'same' }));
    expect((await failure(read())).about.reason).toBe('the same page was offered again');
  });
});
