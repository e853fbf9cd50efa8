import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SealedField } from '../packages/sdk/src/redact/index.ts';
import { createSealer, type SealerOptions } from '../packages/sdk/src/seal/index.ts';
import type { Bench } from './bench.ts';

const ROUNDS = 7;
/** 26 bytes. */
const VALUE = 'DE02 1203 0000 0000 2020 5';

/**
 * µs of one record: sealed by the SDK (one field of 26 bytes; three; one with its blind index), and as it is done naively (a field at a time, each
 * with an IV of its own drawn from the system, key as bytes, base64). The best of seven rounds of `--size` records each, in turns, so that what
 * else the machine does strikes all alike; CPU time beside wall time. Rotation and the durable key are in it, as they are in a program.
 */
export const bench: Bench = async ({ size = '20000' }) => {
  const records = Number(size);
  const folder = mkdtempSync(join(tmpdir(), 'guardian-seal-'));
  const key = randomBytes(32);
  const indexKey = randomBytes(32);
  const open = (options: Partial<SealerOptions>, name: string) =>
    createSealer({
      wrappingKey: { bytes: key },
      keyFile: join(folder, `${name}.ndjson`),
      publish: async () => {},
      ...options,
    });
  const plain = await open({}, 'plain');
  const indexed = await open(
    { blindIndex: { key: { bytes: indexKey }, fields: [{ path: 'customer.iban' }] } },
    'indexed',
  );
  await new Promise((resolve) => setImmediate(resolve));
  const one = fieldsOf(1);
  const three = fieldsOf(3);
  const contenders = {
    sdkOneField: (id: string) => JSON.stringify(plain.sealRecord({ id, service: 'shop', fields: one }).sealed),
    sdkThreeFields: (id: string) => JSON.stringify(plain.sealRecord({ id, service: 'shop', fields: three }).sealed),
    sdkOneFieldIndexed: (id: string) => JSON.stringify(indexed.sealRecord({ id, service: 'shop', fields: one }).sealed),
    naiveOneField: (id: string) => JSON.stringify(naive(id, one, key)),
    naiveThreeFields: (id: string) => JSON.stringify(naive(id, three, key)),
    naiveOneFieldIndexed: (id: string) =>
      JSON.stringify({ ...naive(id, one, key), index: createHmac('sha256', indexKey).update(VALUE).digest('hex') }),
  };
  const best: Record<string, { wallUs: number; cpuUs: number }> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, seal] of Object.entries(contenders)) {
      const took = measure(records, seal);
      const before = best[name];
      best[name] = {
        wallUs: Math.min(before?.wallUs ?? Number.POSITIVE_INFINITY, took.wallUs),
        cpuUs: Math.min(before?.cpuUs ?? Number.POSITIVE_INFINITY, took.cpuUs),
      };
    }
  }
  const { failed, rotations } = plain.counters();
  if (failed > 0) throw new Error(`${failed} records were not sealed`);
  rmSync(folder, { recursive: true });
  return { records, usPerRecord: best, rotations, machine: cpus()[0]?.model ?? 'unknown', node: process.version };
};

function fieldsOf(count: number): SealedField[] {
  const paths = ['customer.iban', 'customer.phone', 'note'];
  return paths.slice(0, count).map((path, index) => ({ slot: index + 1, path, value: VALUE }));
}

function naive(id: string, fields: readonly SealedField[], key: Uint8Array): Record<string, unknown> {
  const sealed: Record<string, unknown> = {};
  for (const { path, value } of fields) {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    cipher.setAAD(Buffer.from(`${id}:${path}`));
    const data = cipher.update(String(value), 'utf8', 'base64') + cipher.final('base64');
    sealed[path] = { iv: iv.toString('base64'), data, tag: cipher.getAuthTag().toString('base64') };
  }
  return sealed;
}

function measure(records: number, seal: (id: string) => string): { wallUs: number; cpuUs: number } {
  const cpu = process.cpuUsage();
  const start = performance.now();
  let characters = 0;
  for (let index = 0; index < records; index++) characters += seal(`shop-1-${index}`).length;
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  if (characters === 0) throw new Error('nothing was sealed');
  const rounded = (value: number) => Math.round(value * 100) / 100;
  return { wallUs: rounded((wall * 1_000) / records), cpuUs: rounded((user + system) / records) };
}
