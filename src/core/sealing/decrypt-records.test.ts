import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalWrapper, createSealer, type KeyWrapper } from '../../../packages/sdk/src/seal/index.ts';
import { type DecryptOptions, decryptRecords, envelopeOf, type SealedRecord, type TrailEntry } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'guardian-sealing-'));
const key = randomBytes(32);
const local = createLocalWrapper({ bytes: key });
const NOW = Date.UTC(2031, 0, 1);
let record: SealedRecord;

beforeAll(async () => {
  const sealer = await createSealer({ wrappingKey: { bytes: key }, keyFile: join(folder, 'keys.ndjson') });
  const { sealed } = sealer.sealRecord({
    id: 'r-1',
    service: 'shop',
    fields: [{ slot: 1, path: 'iban', value: 'DE02' }],
  });
  const attributes = { iban: '[redacted:own-key:1]', sealed };
  const envelope = envelopeOf(attributes)!;
  record = { name: 'event 1', id: 'r-1', service: 'shop', projectId: 1, envelope, content: { iban: attributes.iban } };
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A wrapper that notes when it was asked. */
function watched(asked: string[]): KeyWrapper {
  return {
    ...local,
    unwrap: (wrapped, binding) => {
      asked.push('unwrapped');
      return local.unwrap(wrapped, binding);
    },
  };
}

function optionsOf(overrides: Partial<DecryptOptions>): DecryptOptions {
  return {
    who: 'Grace',
    why: 'a chargeback',
    account: 'grace@desk',
    trail: { append: async () => {} },
    keys: { find: async () => [] },
    wrappers: [local],
    clock: { now: () => NOW },
    ...overrides,
  };
}

describe('decrypting', () => {
  it('unwraps no key before the audit entry is kept', async () => {
    const order: string[] = [];
    let keep = () => {};
    const trail = {
      append: (entry: TrailEntry) =>
        new Promise<void>((resolve) => {
          order.push(`asked to keep ${entry.action} by ${entry.actor}`);
          keep = () => {
            order.push('kept');
            resolve();
          };
        }),
    };
    const opening = decryptRecords([record], optionsOf({ trail, wrappers: [watched(order)] }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual(['asked to keep record.decrypt by person:Grace']);
    keep();
    expect(await opening).toEqual([
      { name: 'event 1', fields: [{ path: 'iban', value: 'DE02' }], content: { iban: 'DE02' } },
    ]);
    expect(order.slice(1)).toEqual(['kept', 'unwrapped']);
  });

  it('opens nothing when the audit entry cannot be kept', async () => {
    const asked: string[] = [];
    const trail = { append: () => Promise.reject(new Error('the disk is full')) };
    await expect(decryptRecords([record], optionsOf({ trail, wrappers: [watched(asked)] }))).rejects.toThrow(
      'the disk is full',
    );
    expect(asked).toEqual([]);
  });

  it('keeps who, why, and what, and nothing of the values', async () => {
    const kept: TrailEntry[] = [];
    await decryptRecords([record], optionsOf({ trail: { append: async (entry) => void kept.push(entry) } }));
    expect(kept).toMatchObject([
      {
        at: NOW,
        actor: 'person:Grace',
        action: 'record.decrypt',
        target: 'event 1',
        detail: { reason: 'a chargeback', account: 'grace@desk', records: [{ id: 'r-1', paths: '["iban"]' }] },
      },
    ]);
    expect(JSON.stringify(kept)).not.toContain('DE02');
  });

  it('refuses whoever does not say who and why, without an entry', async () => {
    const kept: TrailEntry[] = [];
    const trail = { append: async (entry: TrailEntry) => void kept.push(entry) };
    for (const given of [{ who: ' ' }, { why: '' }])
      await expect(decryptRecords([record], optionsOf({ trail, ...given }))).rejects.toMatchObject({
        code: 'usage_invalid',
      });
    expect(kept).toEqual([]);
  });

  it('says of each record why it cannot be opened, and opens the others', async () => {
    const moved = { ...record, name: 'moved', id: 'r-2' };
    const opened = await decryptRecords([moved, record], optionsOf({}));
    expect(opened).toMatchObject([{ name: 'moved', problem: 'not-authentic' }, { fields: [{ value: 'DE02' }] }]);
    expect(JSON.stringify(opened[0])).not.toContain('DE02');
  });

  it('finds the right key where a wrong one of the same id came first', async () => {
    const wrong = { ...record.envelope.wrapped!, wrapped: '00'.repeat(60) };
    const keys = { find: async () => [{ ...wrong, projectId: 1, createdAt: NOW, receivedAt: NOW }] };
    expect(await decryptRecords([record], optionsOf({ keys }))).toMatchObject([{ fields: [{ value: 'DE02' }] }]);
  });
});
