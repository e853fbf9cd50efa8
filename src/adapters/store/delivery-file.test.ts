import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { DeliveryRow } from '../../core/notify/index.ts';
import { openDeliveryFile } from './delivery-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'deliveries-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const row = (at: number, more: Partial<DeliveryRow> = {}): DeliveryRow => ({
  at,
  service: 'shop',
  recipient: 'dev@example.org',
  outcome: 'sent',
  status: 'CRITICAL',
  issues: ['v1:a'],
  detail: '250 ok',
  ...more,
});

describe('the delivery file', () => {
  it('remembers what reached this recipient for this service, newest first', async () => {
    const log = openDeliveryFile(join(folder, 'new', 'deliveries.jsonl'), { isSending: false });
    expect(await log.told('shop', 'dev@example.org')).toEqual([]);
    await log.append(row(1));
    await log.append(row(2, { outcome: 'stored' }));
    await log.append(row(3, { outcome: 'failed' }));
    await log.append(row(4, { recipient: 'ops@example.org' }));
    await log.append(row(5, { service: 'other' }));
    expect(await log.told('shop', 'dev@example.org')).toMatchObject([{ at: 2 }, { at: 1 }]);
    const sending = openDeliveryFile(join(folder, 'new', 'deliveries.jsonl'), { isSending: true });
    expect(await sending.told('shop', 'dev@example.org')).toMatchObject([{ at: 1 }]);
    expect(statSync(join(folder, 'new', 'deliveries.jsonl')).mode & 0o777).toBe(0o600);
  });

  it('passes over a row that was cut off, and loses none that is written after it', async () => {
    const path = join(folder, 'torn.jsonl');
    writeFileSync(path, `${JSON.stringify(row(1))}\n`);
    appendFileSync(path, JSON.stringify(row(2)).slice(0, 30));
    const log = openDeliveryFile(path, { isSending: true });
    expect(await log.told('shop', 'dev@example.org')).toMatchObject([{ at: 1 }]);
    await log.append(row(3));
    expect(await log.told('shop', 'dev@example.org')).toMatchObject([{ at: 3 }, { at: 1 }]);
    expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toHaveLength(3);
  });
});
