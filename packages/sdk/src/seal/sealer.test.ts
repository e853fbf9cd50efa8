import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRedactor, type SealedField } from '../redact/index.ts';
import {
  createLocalWrapper,
  createSealer,
  type KeyWrapper,
  openRecord,
  readEnvelope,
  readKeyFile,
  restoreFields,
  type SealedEnvelope,
  type Sealer,
  type SealerOptions,
  type SealResult,
  type WrappedKey,
} from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'guardian-seal-'));
afterAll(() => rmSync(root, { recursive: true }));
let files = 0;
const newFile = () => join(root, `k${++files}`, 'keys.ndjson');

const wrappingKey = randomBytes(32);
const wrapper = createLocalWrapper({ bytes: wrappingKey });
const silent = () => {};

function openSealer(options: Partial<SealerOptions> = {}): Promise<Sealer> {
  return createSealer({ wrappingKey: { bytes: wrappingKey }, keyFile: newFile(), onTrouble: silent, ...options });
}

function sealedBy(
  sealer: Sealer,
  id = 'r-1',
  fields: SealedField[] = [{ slot: 1, path: 'customer.iban', value: 'DE02120300000000202051' }],
) {
  return envelopeOf(sealer.sealRecord({ id, service: 'shop', fields }));
}

function envelopeOf(result: SealResult): SealedEnvelope {
  if (!result.isSealed) throw new Error(`not sealed: ${result.sealed.failed}`);
  return result.sealed;
}

const open = (envelope: SealedEnvelope, id = 'r-1', service = 'shop', keys: WrappedKey[] = []) =>
  openRecord({
    id,
    service,
    envelope,
    wrapped: keys.find((key) => key.id === envelope.key) ?? null,
    wrappers: [wrapper],
  });

/** A clock that only the test moves. */
function testTime() {
  const clock = { now: 1_000 };
  return { clock, time: { elapsed: () => clock.now, wall: () => Date.UTC(2031, 0, 1) + clock.now } };
}

const DAY = 24 * 60 * 60 * 1000;
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('sealing a record', () => {
  it('gives an envelope that shows nothing and opens to the same values', async () => {
    const sealer = await openSealer();
    const fields = [
      { slot: 1, path: 'customer.iban', value: 'DE02120300000000202051' },
      { slot: 2, path: 'customer.card', value: { pan: 4111111111111111, names: ['Ada', null] } },
      { slot: 3, path: 'message', value: 'ada@example.com' },
    ];
    const envelope = sealedBy(sealer, 'r-1', fields);
    const text = JSON.stringify(envelope);
    for (const secret of ['DE021', '4111111111111111', 'Ada', 'ada@']) expect(text).not.toContain(secret);
    expect(await open(readEnvelope(JSON.parse(text))!)).toEqual(fields.map(({ path, value }) => ({ path, value })));
  });

  it('opens in its own record, service and fields only, and unchanged only', async () => {
    const envelope = sealedBy(await openSealer());
    const refused = { problem: 'not-authentic' };
    await expect(open(envelope)).resolves.toHaveLength(1);
    await expect(open(envelope, 'r-2')).rejects.toMatchObject(refused);
    await expect(open(envelope, 'r-1', 'desk')).rejects.toMatchObject(refused);
    await expect(open({ ...envelope, paths: '["customer.name"]' })).rejects.toMatchObject(refused);
    const flipped = `${envelope.data[0]!.slice(0, -1)}${envelope.data[0]!.endsWith('0') ? '1' : '0'}`;
    await expect(open({ ...envelope, data: [flipped] })).rejects.toMatchObject(refused);
    const other = { ...envelope.wrapped!, id: 'f'.repeat(32) };
    await expect(open({ ...envelope, key: other.id, wrapped: other })).rejects.toMatchObject(refused);
  });

  it('is told by whose key it was wrapped when that one is not at hand', async () => {
    const envelope = sealedBy(await openSealer());
    const opened = openRecord({
      id: 'r-1',
      service: 'shop',
      envelope,
      wrapped: null,
      wrappers: [createLocalWrapper({ bytes: randomBytes(32) })],
    });
    await expect(opened).rejects.toMatchObject({
      problem: 'key-missing',
      message: expect.stringContaining(wrapper.id),
    });
  });

  it('gives pieces that a server keeps, and that no detector of secrets changes', async () => {
    const sealer = await openSealer();
    const { value } = createRedactor({ isParsedJson: true });
    for (let round = 0; round < 40; round++) {
      const envelope = sealedBy(sealer, 'r-1', [
        { slot: 1, path: 'note', value: randomBytes(6_000).toString('base64') },
      ]);
      expect(envelope.data.every((piece) => piece.length <= 8_000)).toBe(true);
      expect(value({ sealed: envelope })).toEqual({ sealed: envelope });
    }
  });

  it('carries its wrapped key until the server has it, so that no record comes before its key', async () => {
    const { clock, time } = testTime();
    const sent: WrappedKey[] = [];
    let isAway = true;
    const publish = async (key: WrappedKey) => {
      if (isAway) throw new Error('the server is away');
      sent.push(key);
    };
    const sealer = await openSealer({ time, publish });
    expect(sealedBy(sealer).wrapped?.id).toBe(sealedBy(sealer).key);
    await turn();
    isAway = false;
    expect(sealedBy(sealer).wrapped).toBeDefined();
    clock.now += 30_000;
    expect(sealedBy(sealer).wrapped).toBeDefined();
    await turn();
    const envelope = sealedBy(sealer);
    expect(envelope.wrapped).toBeUndefined();
    expect(sent.map(({ id }) => id)).toEqual([envelope.key]);
    expect(await open(envelope, 'r-1', 'shop', sent)).toHaveLength(1);
  });

  it('makes equal values findable in declared fields, with a key of its own', async () => {
    const indexKey = randomBytes(32);
    const blindIndex = { key: { bytes: indexKey }, fields: [{ path: 'customer.email' }] };
    const sealer = await openSealer({ blindIndex });
    const first = sealedBy(sealer, 'r-1', [{ slot: 1, path: 'customer.email', value: 'Ada@example.com' }]);
    const second = sealedBy(sealer, 'r-2', [{ slot: 1, path: 'customer.email', value: 'ada@example.com' }]);
    expect(first.index!['customer.email']).toMatch(/^[0-9a-f]{64}$/);
    expect(first.index).toEqual(second.index);
    expect(first.data).not.toEqual(second.data);
    await expect(openSealer({ blindIndex: { ...blindIndex, key: { bytes: wrappingKey } } })).rejects.toMatchObject({
      problem: 'key-invalid',
    });
  });

  it('puts the values back where their marks stand', async () => {
    const redactor = createRedactor({
      paths: [{ path: 'customer.iban', action: 'encrypt' }],
      rules: { email: 'encrypt' },
      isParsedJson: true,
    });
    const fields = { customer: { iban: 12345, city: 'Lyon' }, note: 'to ada@example.com and bo@example.com' };
    const { parts, sealed } = redactor.record({ message: 'mail to ada@example.com', fields });
    expect(JSON.stringify(parts)).not.toContain('example.com');
    const envelope = envelopeOf((await openSealer()).sealRecord({ id: 'r-1', service: 'shop', fields: sealed! }));
    expect(restoreFields(parts, await open(envelope))).toEqual({ message: 'mail to ada@example.com', fields });
  });
});

describe('the keys', () => {
  it.each([16, 31, 33])('of %d bytes stop the start (row 11: never silently replaced)', async (length) => {
    const keyFile = newFile();
    await expect(openSealer({ wrappingKey: { bytes: randomBytes(length) }, keyFile })).rejects.toMatchObject({
      problem: 'key-invalid',
    });
    expect(existsSync(keyFile)).toBe(false);
  });

  it('are on disk, wrapped, for their owner only, before the first record (row 12)', async () => {
    const keyFile = newFile();
    const sealer = await openSealer({ keyFile });
    const kept = readKeyFile(keyFile);
    expect(kept.map(({ id }) => id)).toEqual([sealedBy(sealer).key]);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(Buffer.from(kept[0]!.wrapped, 'hex')).toHaveLength(12 + 32 + 16);
  });

  it('of every start and rotation stay in the history and open their records (row 12)', async () => {
    const keyFile = newFile();
    const envelopes: SealedEnvelope[] = [];
    for (let start = 0; start < 8; start++) {
      const sealer = await openSealer({ keyFile, rotateAfterUses: 3 });
      for (let index = 0; index < 7; index++) {
        envelopes.push(sealedBy(sealer));
        await turn();
      }
      sealer.close();
    }
    const history = readKeyFile(keyFile);
    expect(new Set(envelopes.map(({ key }) => key)).size).toBe(8 * 3);
    for (const { wrapped: _none, ...envelope } of envelopes)
      expect(await open(envelope, 'r-1', 'shop', history)).toHaveLength(1);
  });

  it('have random ids of 128 bits: many made within a second are all different (row 13)', async () => {
    const sealer = await openSealer({ rotateAfterUses: 1 });
    const ids = new Set(Array.from({ length: 200 }, () => sealedBy(sealer).key));
    expect(ids.size).toBe(200);
    expect([...ids].every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
  });

  it('change after 10,000 uses, also within one turn of the event loop', async () => {
    const sealer = await openSealer();
    const uses = new Map<string, number>();
    for (let index = 0; index < 25_000; index++) {
      const { key } = sealedBy(sealer);
      uses.set(key, (uses.get(key) ?? 0) + 1);
    }
    expect([...uses.values()]).toEqual([10_000, 10_000, 5_000]);
  });

  it('change after 24 hours', async () => {
    const { clock, time } = testTime();
    const sealer = await openSealer({ time });
    const first = sealedBy(sealer).key;
    clock.now += DAY - 1;
    expect(sealedBy(sealer).key).toBe(first);
    await turn();
    clock.now += 1;
    expect(sealedBy(sealer).key).not.toBe(first);
  });

  it('outlive a line that a crash cut', async () => {
    const keyFile = newFile();
    await openSealer({ keyFile });
    writeFileSync(keyFile, `${readFileSync(keyFile, 'utf8')}{"version":1,"id":"abc`);
    const sealer = await openSealer({ keyFile });
    expect(readKeyFile(keyFile)).toHaveLength(2);
    expect(readKeyFile(keyFile)[1]!.id).toBe(sealedBy(sealer).key);
  });

  it('that cannot be kept stop the start', async () => {
    const inTheWay = join(root, 'in-the-way');
    writeFileSync(inTheWay, '');
    await expect(openSealer({ keyFile: join(inTheWay, 'keys.ndjson') })).rejects.toMatchObject({
      problem: 'key-file-unwritable',
    });
  });
});

/** A key management service that can be away. */
function remoteWrapper(): { service: KeyWrapper; isAway: boolean } {
  const remote = {
    isAway: false,
    service: {
      id: 'kms:eu/1',
      wrap: async (dataKey: Uint8Array, binding: string) => {
        if (remote.isAway) throw new Error('the service is away');
        return wrapper.wrap(dataKey, binding);
      },
      unwrap: wrapper.unwrap,
    },
  };
  return remote;
}

describe('when no next key can be made', () => {
  it('the old one serves one more period, then nothing goes out (row 16: fails closed)', async () => {
    const { clock, time } = testTime();
    const remote = remoteWrapper();
    const troubles: string[] = [];
    const sealer = await openSealer({
      wrappingKey: remote.service,
      time,
      rotateAfterUses: 10,
      onTrouble: (line) => troubles.push(line),
    });
    remote.isAway = true;
    const keys = new Set<string>();
    for (let index = 0; index < 20; index++) {
      keys.add(sealedBy(sealer).key);
      await turn();
    }
    expect(keys.size).toBe(1);
    const fields = [{ slot: 1, path: 'customer.iban', value: 'DE02120300000000202051' }];
    const refused = sealer.sealRecord({ id: 'r-9', service: 'shop', fields });
    expect(refused).toEqual({ isSealed: false, sealed: { version: 1, failed: 'no-key' } });
    expect(JSON.stringify(refused)).not.toContain('DE02');
    expect(sealer.counters()).toMatchObject({ sealed: 20, failed: 1, rotations: 1 });
    expect(sealer.counters().failedRotations).toBeGreaterThan(0);
    expect(troubles.some((line) => line.includes('the service is away'))).toBe(true);
    expect(troubles.some((line) => line.includes('went out without the fields'))).toBe(true);

    remote.isAway = false;
    clock.now += 30_000;
    sealer.sealRecord({ id: 'r-10', service: 'shop', fields });
    await turn();
    expect(keys.has(sealedBy(sealer).key)).toBe(false);
  });

  it('an old one of 48 hours serves no more (row 16)', async () => {
    const { clock, time } = testTime();
    const remote = remoteWrapper();
    const sealer = await openSealer({ wrappingKey: remote.service, time });
    remote.isAway = true;
    clock.now += 2 * DAY - 1;
    expect(sealedBy(sealer).key).toMatch(/^[0-9a-f]{32}$/);
    clock.now += 1;
    expect(sealer.sealRecord({ id: 'r', service: 'shop', fields: [] }).isSealed).toBe(false);
  });

  it('a disk that takes no more keys does the same (row 16)', async () => {
    const keyFile = newFile();
    const sealer = await openSealer({ keyFile, rotateAfterUses: 2 });
    rmSync(dirname(keyFile), { recursive: true });
    writeFileSync(dirname(keyFile), 'in the way');
    for (let index = 0; index < 4; index++) sealedBy(sealer);
    expect(sealer.sealRecord({ id: 'r', service: 'shop', fields: [] }).isSealed).toBe(false);
    expect(sealer.counters()).toMatchObject({ sealed: 4, failed: 1, failedRotations: 1 });
  });

  it('a value that cannot be sealed goes nowhere (row 16)', async () => {
    const sealer = await openSealer();
    const big = [{ slot: 1, path: 'note', value: 'x'.repeat(1_000_000) }];
    expect(sealer.sealRecord({ id: 'r', service: 'shop', fields: big })).toEqual({
      isSealed: false,
      sealed: { version: 1, failed: 'too-large' },
    });
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(
      sealer.sealRecord({ id: 'r', service: 'shop', fields: [{ slot: 1, path: 'c', value: circle }] }).sealed,
    ).toEqual({
      version: 1,
      failed: 'unsealable',
    });
    sealer.close();
    expect(sealer.sealRecord({ id: 'r', service: 'shop', fields: [] }).sealed).toEqual({
      version: 1,
      failed: 'no-key',
    });
  });
});
