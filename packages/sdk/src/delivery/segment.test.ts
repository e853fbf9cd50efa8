import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../record.ts';
import { entries, entry, freshFolder, open, ScriptedSink, total, until } from './delivery-fixtures.ts';
import { Ranges } from './ranges.ts';
import { Segment } from './segment.ts';
import { readRecords, recordBound, writeRecord } from './segment-record.ts';

function bytesOf(all: readonly Entry[]): { bytes: Buffer; ends: number[] } {
  const bytes = Buffer.alloc(all.reduce((sum, one) => sum + recordBound(one), 0));
  let at = 0;
  const ends = all.map((one, index) => {
    at = writeRecord(bytes, at, one, index + 1);
    return at;
  });
  return { bytes: bytes.subarray(0, at), ends };
}

function segmentOf(all: readonly Entry[]): { path: string; ends: number[] } {
  const path = join(freshFolder(), 'low-00000001.seg');
  const { bytes, ends } = bytesOf(all);
  writeFileSync(path, bytes);
  return { path, ends };
}

async function readAll(path: string, maxBytes = 300): Promise<{ ids: string[]; damaged: number }> {
  const segment = Segment.adopt(path, 'low');
  const ids: string[] = [];
  let damaged = 0;
  while (segment.cursor < segment.size) {
    const result = await segment.read(maxBytes, 3, segment.size);
    ids.push(...result.records.map(({ entry: { id } }) => id));
    damaged += result.damaged;
  }
  return { ids, damaged };
}

describe('a segment', () => {
  test('gives every record back as it was, of any text', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ id: fc.string({ minLength: 1, unit: 'grapheme' }), line: fc.string({ unit: 'grapheme' }) }),
        ),
        (given) => {
          const all = given.map(({ id, line }, index) =>
            entry({ id, line: JSON.stringify(line), sequence: index, level: 'warn', acceptedAt: 1.5, count: 7 }),
          );
          const { bytes } = bytesOf(all);
          const { records, damaged } = readRecords(bytes, { isEnd: true });
          expect(records.map((record) => record.entry)).toEqual(all);
          expect(damaged).toBe(0);
        },
      ),
    );
  });

  test('is read in pieces smaller than a record', async () => {
    const all = entries(10, { message: 'x'.repeat(1_000) });
    const { path } = segmentOf(all);
    expect(await readAll(path, 16)).toEqual({ ids: all.map(({ id }) => id), damaged: 0 });
  });

  test('loses its torn tail and nothing else', async () => {
    const all = entries(5);
    const { path, ends } = segmentOf(all);
    for (const cut of [ends[4]! - 1, ends[3]! + 20, ends[3]! + 3]) {
      truncateSync(path, cut);
      expect(await readAll(path)).toEqual({ ids: all.slice(0, 4).map(({ id }) => id), damaged: 1 });
    }
  });

  test('with any byte changed loses one record, counts it, and keeps the others', async () => {
    const all = entries(6);
    const { bytes, ends } = bytesOf(all);
    for (let at = ends[1]!; at < ends[2]!; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at] = damaged[at]! ^ 0x55;
      const result = readRecords(damaged, { isEnd: true });
      expect(result.damaged).toBe(1);
      expect(result.records.map((record) => record.entry.id)).toEqual(
        all.filter((_, index) => index !== 2).map(({ id }) => id),
      );
    }
  });

  test('of nothing but noise gives nothing, and ends', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (noise) => {
        const { records, end } = readRecords(Buffer.from(noise), { isEnd: true });
        expect(records).toEqual([]);
        expect(end).toBe(noise.length);
      }),
    );
  });

  test('passes over what its marker says was sent; a marker that is damaged says nothing', async () => {
    const all = entries(6);
    const { path, ends } = segmentOf(all);
    const segment = Segment.adopt(path, 'low');
    segment.markSent([
      [0, ends[1]!],
      [ends[3]!, ends[4]!],
    ]);
    expect((await readAll(path)).ids).toEqual([all[2], all[3], all[5]].map((one) => one!.id));
    appendFileSync(`${path}.sent`, Buffer.alloc(20, 1));
    expect((await readAll(path)).ids).toHaveLength(3);
    const marker = readFileSync(`${path}.sent`);
    marker[3] = 9;
    writeFileSync(`${path}.sent`, marker);
    expect((await readAll(path)).ids).toHaveLength(5);
  });
});

test('ranges merge, and know what lies in them', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 10 }))), (given) => {
      const ranges = new Ranges();
      const positions = new Set<number>();
      for (const [from, size] of given) {
        ranges.add(from, from + size);
        for (let at = from; at < from + size; at++) positions.add(at);
      }
      for (let at = 0; at < 80; at++) expect(ranges.has(at)).toBe(positions.has(at));
      let stretches = 0;
      for (let at = 0; at < 80; at++) if (positions.has(at) && !positions.has(at - 1)) stretches++;
      expect(ranges.length).toBe(stretches);
    }),
  );
});

test('damaged records of an earlier process are counted as dropped, and the others sent', async () => {
  const folder = freshFolder();
  const down = new ScriptedSink();
  down.answer = { kind: 'retry', reason: 'reset', retryAfterMs: null, isOverloaded: false };
  const first = open({ sink: down, folder });
  for (const one of entries(10)) first.accept(one);
  await first.shutdown({ timeoutMs: 1 });
  const name = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((file) => file.endsWith('.seg'));
  const path = join(folder, name!);
  const bytes = readFileSync(path);
  bytes[Math.floor(bytes.length / 2)]! ^= 1;
  writeFileSync(path, bytes);
  const sink = new ScriptedSink();
  const second = open({ sink, folder });
  await until(() => total(second.counters().queued) >= 10);
  await second.flush();
  expect(second.counters()).toMatchObject({ dropped: { torn: { info: 1 } }, replayed: { info: 9 } });
  expect(second.counters().sent.info).toBe(9);
});
