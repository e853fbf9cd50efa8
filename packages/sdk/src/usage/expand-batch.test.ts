import { expect, test } from 'vitest';
import { expandBatch } from './expand-batch.ts';
import type { BatchRecord } from './usage-record.ts';

const BATCH: BatchRecord = {
  kind: 'batch',
  id: '0199ffcf-4c88-7abc-8def-012345670000',
  time: '2025-10-20T03:18:28.648Z',
  service: 'shop',
  sender: '0199ffcf-0000-7abc-8def-012345678901',
  sequence: 7,
  revision: '4f2a91c',
  uses: [
    ['GET', '/', 'home'],
    ['POST', '/api/threads', 'thread_create', 'threads'],
  ],
  who: [['ann@example.com', 'Firefox', 's:abc', '192.0.2.0'], [null], ['bob', 'none', null, '2001:db8::']],
  errors: [{ type: 'QuotaError', message: 'Quota used up' }],
  rows: [
    [-648, 12, 0, 200, 0],
    [0, 3, 1, 429, 1, 0, 'r-1'],
    [5, 0, 1, 404, 1, -1],
    [5, 0, 1, 404, 2, null, 'r-2'],
  ],
};

test('makes the records that the rows stand for, with ids and numbers of their own', () => {
  const { records, rejected } = expandBatch(BATCH);
  expect(rejected).toEqual([]);
  const shared = { kind: 'request', service: 'shop', sender: BATCH.sender, revision: '4f2a91c' };
  expect(records).toEqual([
    {
      ...shared,
      id: '0199ffcf-4c88-7abc-8def-012345670000',
      sequence: 7,
      time: '2025-10-20T03:18:28.000Z',
      durationMs: 12,
      method: 'GET',
      endpoint: '/',
      feature: 'home',
      status: 200,
      user: 'ann@example.com',
      userAgent: 'Firefox',
      client: 's:abc',
      ip: '192.0.2.0',
    },
    {
      ...shared,
      id: '0199ffcf-4c88-7abc-8def-012345670001',
      sequence: 8,
      time: '2025-10-20T03:18:28.648Z',
      durationMs: 3,
      method: 'POST',
      endpoint: '/api/threads',
      feature: 'thread_create',
      group: 'threads',
      status: 429,
      user: null,
      error: { type: 'QuotaError', message: 'Quota used up' },
      requestId: 'r-1',
    },
    expect.objectContaining({ id: '0199ffcf-4c88-7abc-8def-012345670002', sequence: 9, error: null }),
    expect.objectContaining({ sequence: 10, user: 'bob', userAgent: 'none', ip: '2001:db8::', requestId: 'r-2' }),
  ]);
  expect(records[3]).not.toHaveProperty('error');
  expect(records[3]).not.toHaveProperty('client');
});

test('a bad row is refused alone', () => {
  const rows = [
    BATCH.rows[0],
    [0, 1, 9, 200, 0],
    [0, 1, 0, 200, 9],
    'x',
    [0, 1.5, 0, 200, 0],
    [0, 1, 0, 500, 0, 3],
    [1e300, 1, 0, 200, 0],
  ];
  const { records, rejected } = expandBatch({ ...BATCH, rows: rows as BatchRecord['rows'] });
  expect(records).toHaveLength(1);
  expect(rejected).toEqual([
    { row: 1, message: 'no use 9' },
    { row: 2, message: 'no who 9' },
    { row: 3, message: 'a row must be a list' },
    { row: 4, message: 'five whole numbers are needed' },
    { row: 5, message: 'no error 3' },
    { row: 6, message: 'five whole numbers are needed' },
  ]);
});

test('a line that is no batch is refused as a whole', () => {
  const broken: Record<string, unknown>[] = [
    { id: '0199ffcf-4c88-7abc-8def-012345678901' },
    { time: 'yesterday' },
    { sequence: 0 },
    { uses: {} },
    { who: null },
    { errors: 'x' },
    { rows: 7 },
    { rows: Array.from({ length: 1_001 }, () => [0, 0, 0, 200, 0]) },
  ];
  for (const fields of broken) expect(() => expandBatch({ ...BATCH, ...fields } as BatchRecord)).toThrow(TypeError);
});
