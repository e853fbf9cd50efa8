import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';

const PATIENCE = { timeout: 30_000, interval: 100 };

describe('usage that is sent to a running server', () => {
  let folder: string;
  let server: RunningServer;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'guardian-usage-'));
  });
  afterEach(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function send(records: unknown[]): Promise<unknown> {
    const response = await fetch(`${server.url}/api/usage`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-ndjson',
        'content-encoding': 'gzip',
        authorization: `Bearer ${server.key}`,
      },
      body: gzipSync(records.map((record) => JSON.stringify(record)).join('\n')),
    });
    expect(response.status).toBe(200);
    return response.json();
  }

  function read<Row>(query: string): Row[] {
    const database = new DatabaseSync(join(folder, '.guardian/guardian.db'), { readOnly: true });
    try {
      return database.prepare(query).all() as Row[];
    } finally {
      database.close();
    }
  }

  it('is rows, sessions and counts, each record once, a batch as its rows', async () => {
    server = await startGuardian({ folder });
    const time = new Date(Date.now() - 60_000).toISOString();
    const batch = {
      ...{ kind: 'batch', id: '0198f3c2-aaaa-7000-8000-000000010000', time, service: 'shop', sender: 'one' },
      ...{ sequence: 1, revision: 'r1' },
      uses: [
        ['POST', '/api/threads/:id', 'thread_create', 'threads'],
        ['GET', '/', 'home'],
      ],
      who: [['ana@example.com', 'firefox'], [null]],
      rows: [
        [0, 12, 0, 200, 0],
        [500, 3, 1, 404, 1],
        [900, 7, 0, 500, 0],
        [950, 7, 9, 200, 0],
      ],
    };
    const answer = await send([batch, batch, { ...REQUEST, id: id(2), time }]);
    expect(answer).toMatchObject({ accepted: 7, rejected: [{ line: 1 }, { line: 2 }] });
    await vi.waitFor(() => {
      const uses = read('SELECT user_email, feature_name, status_code FROM feature_usage ORDER BY id');
      expect(uses.map((row) => Object.values(row as object))).toEqual([
        ['bob@example.com', 'home', 200],
        ['ana@example.com', 'thread_create', 200],
        [null, 'home', 404],
        ['ana@example.com', 'thread_create', 500],
      ]);
    }, PATIENCE);
    expect(read('SELECT user_email, error_type FROM user_errors ORDER BY error_code').map(values)).toEqual([
      [null, 'NotFound'],
      ['ana@example.com', 'InternalServerError'],
    ]);
    expect(
      read('SELECT user_email, last_activity - session_start AS ms FROM user_sessions ORDER BY 1').map(values),
    ).toEqual([
      ['ana@example.com', 907],
      ['bob@example.com', 5],
    ]);
    expect(read("SELECT sum(requests) AS requests, sum(errors) AS errors FROM usage_count WHERE step = 'day'")).toEqual(
      [{ requests: 4, errors: 2 }],
    );
    expect(read('SELECT count(*) AS left FROM usage_inbox')).toEqual([{ left: 0 }]);
  });

  it('is erased while the server runs, to the last byte, and does not come back', async () => {
    server = await startGuardian({ folder });
    const time = new Date(Date.now() - 60_000).toISOString();
    const canary = 'bob.canary@example.org';
    const sent = Array.from({ length: 200 }, (_, index) => ({ ...REQUEST, id: id(index), time, user: canary }));
    await send(sent);
    await vi.waitFor(() => expect(read('SELECT id FROM feature_usage')).toHaveLength(200), PATIENCE);
    const erased = await fetch(`${server.url}/api/usage/users/${encodeURIComponent(canary)}/erase`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(await erased.json()).toMatchObject({ user: canary, verified: true, rows: { feature_usage: 200 } });
    const late = await fetch(`${server.url}/api/usage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.key}` },
      body: JSON.stringify([
        { ...REQUEST, id: id(900), time },
        ...[901, 902].map((number) => ({ ...REQUEST, id: id(number), time, user: canary })),
      ]),
    });
    expect(late.status).toBe(200);
    await vi.waitFor(() => expect(read('SELECT id FROM feature_usage')).toHaveLength(201), PATIENCE);
    expect(read('SELECT DISTINCT user_email FROM feature_usage ORDER BY 1').map(values)).toEqual([
      [null],
      ['bob@example.com'],
    ]);
    expect(read('SELECT count(*) AS left FROM usage_inbox')).toEqual([{ left: 0 }]);
    await server.stop();
    const data = join(folder, '.guardian');
    for (const file of readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()))
      expect([file.name, readFileSync(join(file.parentPath, file.name)).includes('canary')]).toEqual([
        file.name,
        false,
      ]);
    server = await startGuardian({ folder });
  });

  it('knows users by pseudonyms only, where it is told to, under salts that no backup holds', async () => {
    writeFileSync(join(folder, 'guardian.config.ts'), "export default { usage: { identity: 'pseudonym' } };\n");
    server = await startGuardian({ folder });
    await send([{ ...REQUEST, id: id(3), time: new Date().toISOString() }]);
    await vi.waitFor(() => {
      expect(read<{ user_email: string }>('SELECT user_email FROM user_sessions')).toEqual([
        { user_email: expect.stringMatching(/^pseudonym-\d{8}-[\w-]{22}$/) },
      ]);
    }, PATIENCE);
    const data = join(folder, '.guardian');
    for (const file of ['guardian.db', 'guardian.db-wal'])
      expect(existsSync(join(data, file)) && readFileSync(join(data, file)).includes('bob@example.com')).toBe(false);
    const salts = readdirSync(join(data, 'salts'));
    expect(salts).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\d\.salt$/)]);
    expect(statSync(join(data, 'salts', salts[0]!)).mode & 0o777).toBe(0o600);
    const salt = readFileSync(join(data, 'salts', salts[0]!));
    expect(readFileSync(join(data, 'guardian.db')).includes(salt)).toBe(false);
  });
});

function id(number: number): string {
  return `0198f3c2-0000-7000-8000-${number.toString().padStart(12, '0')}`;
}

function values(row: unknown): unknown[] {
  return Object.values(row as object);
}

const REQUEST = {
  kind: 'request',
  service: 'shop',
  user: 'bob@example.com',
  userAgent: 'safari',
  durationMs: 5,
  method: 'GET',
  endpoint: '/',
  feature: 'home',
  status: 200,
};
