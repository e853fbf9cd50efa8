import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getLogger, start, stop, audit as trail } from '../../packages/sdk/src/index.ts';
import { createRedactor } from '../../packages/sdk/src/redact/index.ts';
import { createBlindIndex, createSealer, readKeyFile, type WrappedKey } from '../../packages/sdk/src/seal/index.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { runGuardian } from './run-guardian.ts';

const IBAN = 'DE02120300000000202051';
const EMAIL = 'ada@example.com';
const wrappingKey = randomBytes(32);
const folder = mkdtempSync(join(tmpdir(), 'guardian-decrypt-'));
const file = join(folder, 'records.ndjson');
let server: RunningServer;
/** Number of the sealed event. */
let event: string;
let line: string;
let key: WrappedKey;

/** Two records as a client that seals would send them: the second carries its key, as until the server has it. */
async function makeRecords(): Promise<{ lines: string[]; key: WrappedKey }> {
  const redactor = createRedactor({
    paths: [{ path: 'customer.iban', action: 'encrypt' }],
    rules: { email: 'encrypt' },
  });
  const keyFile = join(folder, 'keys.ndjson');
  const sent: WrappedKey[] = [];
  const sealer = await createSealer({
    wrappingKey: { bytes: wrappingKey },
    keyFile,
    publish: async (made) => void sent.push(made),
  });
  await new Promise((resolve) => setImmediate(resolve));
  const lines = ['r-1', 'r-2'].map((id) => {
    const { parts, sealed } = redactor.record({
      message: `order of ${EMAIL} failed`,
      fields: { customer: { iban: IBAN, city: 'Lyon' }, order: 7 },
    });
    const envelope = sealer.sealRecord({ id, service: 'shop', fields: sealed! }).sealed;
    const attributes = { ...(parts.fields as object), sealed: envelope };
    return JSON.stringify({ id, service: 'shop', severity: 'error', message: parts.message, attributes });
  });
  expect(sent).toEqual(readKeyFile(keyFile));
  return { lines, key: sent[0]! };
}

const decrypt = (
  args: string[],
  environment: Record<string, string> = { GUARDIAN_SEALING_KEY: wrappingKey.toString('hex') },
) => runGuardian(['decrypt', ...args], { folder, environment });

const WHO = ['--who', 'Grace Hopper', '--why', 'chargeback 4711'];

const post = (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/x-ndjson', ...headers },
  });

const audit = async () =>
  ((await (await fetch(`${server.url}/api/audit`)).json()) as { items: { action: string }[] }).items.filter(
    ({ action }) => action === 'record.decrypt',
  );

beforeAll(async () => {
  server = await startGuardian({ folder });
  const made = await makeRecords();
  key = made.key;
  line = made.lines[0]!;
  writeFileSync(file, `{"message":"nothing sealed"}\n${made.lines.join('\n')}\n`);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('POST /api/keys', () => {
  it('takes wrapped keys, packed or not, and each once', async () => {
    const body = `${JSON.stringify(key)}\n`;
    const first = await post('/api/keys', gzipSync(body) as Uint8Array<ArrayBuffer>, { 'content-encoding': 'gzip' });
    expect([first.status, await first.json()]).toEqual([200, { accepted: 1, duplicate: 0, rejected: [] }]);
    const again = await post('/api/keys', body);
    expect([again.status, await again.json()]).toEqual([200, { accepted: 0, duplicate: 1, rejected: [] }]);
  });

  it('takes the good lines and names the others', async () => {
    const other = { ...key, wrapped: 'ab'.repeat(60) };
    const fresh = { ...key, id: '0'.repeat(32) };
    const reply = await post('/api/keys', [JSON.stringify(other), '{', '{"id":1}', JSON.stringify(fresh)].join('\n'));
    expect(reply.status).toBe(200);
    expect(await reply.json()).toMatchObject({
      accepted: 1,
      duplicate: 0,
      rejected: [
        { line: 1, code: 'different_key' },
        { line: 2, code: 'invalid_json' },
        { line: 3, code: 'invalid_key' },
      ],
    });
  });

  it('refuses strangers, what holds no key, and what is too large, whatever it is packed as', async () => {
    const stranger = await post('/api/keys', JSON.stringify(key), { authorization: 'Bearer nobody' });
    expect(stranger.status).toBe(401);
    expect((await post('/api/keys', '')).status).toBe(400);
    expect((await post('/api/keys', 'no json')).status).toBe(400);
    expect((await post('/api/keys', 'x'.repeat(2_000_000))).status).toBe(413);
    const bomb = gzipSync('\n'.repeat(20_000_000)) as Uint8Array<ArrayBuffer>;
    expect((await post('/api/keys', bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
    expect((await post('/api/keys', 'x', { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await post('/api/keys', 'x', { 'content-encoding': 'br' })).status).toBe(415);
  });
});

describe('POST /api/keys of JSON', () => {
  it('still makes a key of the API', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ label: 'ci', scope: 'read' });
    const made = await fetch(`${server.url}/api/keys`, { method: 'POST', body, headers });
    expect([made.status, await made.json()]).toEqual([201, expect.objectContaining({ label: 'ci', scope: 'read' })]);
  });
});

describe('guardian decrypt', () => {
  beforeAll(async () => {
    expect((await post('/api/events', line)).status).toBe(200);
    const found = (await (await fetch(`${server.url}/api/events?query=order`)).json()) as { items: { id: string }[] };
    event = found.items[0]!.id;
  });

  it('finds events that show nothing of what was sealed (row 17: no sink gets clear text)', async () => {
    const shown = await (await fetch(`${server.url}/api/events/${event}`)).text();
    expect(shown).toContain('[redacted:email:1]');
    expect(shown).not.toContain(EMAIL);
    expect(shown).not.toContain(IBAN);
  });

  it('asks who and why, and shows nothing without both', async () => {
    for (const args of [[], ['--who', 'Grace'], ['--why', 'a reason'], ['--who', ' ', '--why', ' ']]) {
      const run = await decrypt([event, ...args]);
      expect([run.status, run.stdout]).toEqual([64, '']);
      expect(run.stderr).toContain('--who NAME --why REASON');
    }
    expect(await audit()).toEqual([]);
  });

  it('shows a stored event whole, and who read it and why stands in the audit log', async () => {
    const run = await decrypt([event, ...WHO, '--json']);
    expect([run.stderr, run.status]).toEqual(['', 0]);
    expect(JSON.parse(run.stdout)).toMatchObject({
      fields: [
        { path: 'message', value: EMAIL },
        { path: 'customer.iban', value: IBAN },
      ],
      content: {
        message: `order of ${EMAIL} failed`,
        attributes: { customer: { iban: IBAN, city: 'Lyon' }, order: 7 },
      },
    });
    expect(await audit()).toMatchObject([
      {
        actor: 'person:Grace Hopper',
        object: `event ${event}`,
        fields: { reason: 'chargeback 4711' },
      },
    ]);
  });

  it('opens the records of a file, with the key that they carry or that the server has', async () => {
    const run = await decrypt([file, ...WHO]);
    expect(run.status).toBe(0);
    expect(run.stdout.split(IBAN).length - 1).toBe(4);
    expect(run.stdout).toContain(`records.ndjson:2`);
  });

  it('says what it cannot open, and shows nothing of it', async () => {
    const other = await decrypt([event, ...WHO], { GUARDIAN_SEALING_KEY: randomBytes(32).toString('base64') });
    expect([other.status, other.stdout]).toEqual([3, '']);
    expect(other.stderr).toContain('its key is not here');
    const both = { GUARDIAN_SEALING_KEY: `${randomBytes(32).toString('hex')},${wrappingKey.toString('hex')}` };
    expect((await decrypt([event, ...WHO], both)).status).toBe(0);
    const moved = join(folder, 'moved.ndjson');
    writeFileSync(moved, line.replace('"id":"r-1"', '"id":"r-9"'));
    const tampered = await decrypt([moved, ...WHO]);
    expect([tampered.status, tampered.stdout]).toEqual([3, '']);
  });

  it.each([
    ['is missing', ''],
    ['is of 128 bits (row 11)', randomBytes(16).toString('hex')],
    ['is no key', 'correct horse battery staple'],
  ])('says so when the key %s, before it asks the store for anything', async (_name, given) => {
    const before = (await audit()).length;
    const run = await decrypt([event, ...WHO], { GUARDIAN_SEALING_KEY: given });
    expect([run.status, run.stdout]).toEqual([78, '']);
    expect(run.stderr).toContain('GUARDIAN_SEALING_KEY');
    expect((await audit()).length).toBe(before);
  });

  it('shows nothing when its audit entry cannot be kept', async () => {
    const database = new DatabaseSync(join(folder, '.guardian', 'guardian.db'), { timeout: 20_000 });
    database.exec('ALTER TABLE audit_entry RENAME TO audit_away');
    try {
      const run = await decrypt([event, ...WHO]);
      expect(run.stdout).toBe('');
      expect(run.status).not.toBe(0);
      expect(run.stderr).not.toContain(IBAN);
    } finally {
      database.exec('ALTER TABLE audit_away RENAME TO audit_entry');
      database.close();
    }
    expect((await decrypt([event, ...WHO])).status).toBe(0);
  });
});

describe('a program that seals', () => {
  it('brings its records and their keys to the server, and only the key opens them (rows 15, 16, 17)', async () => {
    const blindIndex = {
      key: { bytes: randomBytes(32) },
      fields: [{ path: 'customer.iban', normalise: 'exact' as const }],
    };
    await start({
      url: server.url,
      key: server.key,
      service: 'till',
      folder: join(folder, 'spool'),
      redaction: { rules: { email: 'encrypt' }, paths: [{ path: 'customer.iban', action: 'encrypt' }] },
      sealing: { wrappingKey: { bytes: wrappingKey }, blindIndex },
    });
    const failure = new Error(`no such customer: ${EMAIL}`);
    getLogger('till.payments').error('payment of {mail} failed', {
      mail: EMAIL,
      customer: { iban: IBAN },
      err: failure,
    });
    expect(await stop()).toBe(true);
    // Whoever has the key of the index finds the customer's records, and reads none.
    const equal = createBlindIndex(blindIndex).of('customer.iban', IBAN);
    const query = encodeURIComponent(`sealed.index.customer.iban:${equal}`);
    const found = (await (await fetch(`${server.url}/api/events?query=${query}`)).json()) as {
      items: { id: string }[];
    };
    expect(found.items).toHaveLength(1);
    const stored = await (await fetch(`${server.url}/api/events/${found.items[0]!.id}`)).text();
    expect(stored).toContain('"sealed"');
    expect(stored).not.toContain(EMAIL);
    expect(stored).not.toContain(IBAN);
    const run = await decrypt([found.items[0]!.id, ...WHO, '--json']);
    expect([run.stderr, run.status]).toEqual(['', 0]);
    expect(JSON.parse(run.stdout)).toMatchObject({
      content: {
        message: `payment of ${EMAIL} failed`,
        exceptions: [{ message: `no such customer: ${EMAIL}` }],
        attributes: { mail: EMAIL, customer: { iban: IBAN } },
      },
    });
  });
});

describe('sealed values of an audit trail', () => {
  it('are opened by trail and sequence, or out of a file, in their own place only', async () => {
    await start({
      ...{ url: server.url, key: server.key, service: 'refunds', folder: join(folder, 'audited') },
      redaction: { paths: [{ path: 'customer.iban', action: 'encrypt' }] },
      sealing: { wrappingKey: { bytes: wrappingKey } },
    });
    const refund = { actor: 'ana', action: 'order.refund', outcome: 'success' } as const;
    await trail.record({ ...refund, object: 'order 1', fields: { amount: 12 } });
    await trail.record({ ...refund, object: 'order 2', fields: { amount: 13, customer: { iban: IBAN } } });
    expect(await stop()).toBe(true);
    const { items } = (await (await fetch(`${server.url}/api/audit/trails`)).json()) as { items: { name: string }[] };
    const { name } = items.find((one) => one.name.startsWith('refunds/'))!;
    const shown = await (await fetch(`${server.url}/api/audit?trail=${encodeURIComponent(name)}`)).text();
    expect(shown).toContain('"sealed"');
    expect(shown).not.toContain(IBAN);

    const run = await decrypt([`${name}:2`, ...WHO, '--json']);
    expect([run.stderr, run.status]).toEqual(['', 0]);
    expect(JSON.parse(run.stdout)).toMatchObject({
      name: `entry ${name}:2`,
      fields: [{ path: 'customer.iban', value: IBAN }],
      content: { sequence: 2, object: 'order 2', fields: { amount: 13, customer: { iban: IBAN } } },
    });
    expect((await audit())[0]).toMatchObject({ actor: 'person:Grace Hopper', object: `entry ${name}:2` });

    const [, entry] = (JSON.parse(shown) as { items: Record<string, unknown>[] }).items.toReversed();
    const [service, epoch] = name.split('/');
    const posted = { kind: 'entry', service, epoch, ...entry };
    const lines = [posted, { ...posted, sequence: 3 }].map((one) => JSON.stringify(one));
    writeFileSync(join(folder, 'trail.ndjson'), lines.join('\n'));
    const fromFile = await decrypt(['trail.ndjson', ...WHO, '--json']);
    expect(fromFile.status).toBe(3);
    expect(fromFile.stdout.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(fromFile.stdout)).toMatchObject({ name: 'trail.ndjson:1', fields: [{ value: IBAN }] });
    expect(fromFile.stderr).toContain('NOT opened: trail.ndjson:2');

    const unsealed = await decrypt([`${name}:1`, ...WHO]);
    expect([unsealed.status, unsealed.stdout]).toEqual([66, '']);
    expect((await decrypt([`${name}:9`, ...WHO])).status).toBe(66);
  });
});
