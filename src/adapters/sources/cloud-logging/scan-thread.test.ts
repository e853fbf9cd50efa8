import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asArray, asLines, collect, entryOf, NOON, readAll, requestEntry } from './entry-fixtures.ts';
import type { ExportReaderOptions } from './read-export.ts';
import { readExportInThread } from './scan-thread.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'guardian-scan-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const clock = { now: () => NOON + 60_000 };

async function inThread(content: string | Buffer, options: ExportReaderOptions = {}, position = 0) {
  const path = join(folder, 'export.json');
  writeFileSync(path, content);
  const fileDescriptor = openSync(path, 'r');
  try {
    return await collect(readExportInThread({ fileDescriptor, position }, { clock, ...options }));
  } finally {
    closeSync(fileDescriptor);
  }
}

/** Quiet and interesting entries, one in `errorsOneIn` an error, some split or repeated. */
function exportOf(count: number, errorsOneIn: number) {
  return Array.from({ length: count }, (_, index) => {
    const timestamp = new Date(NOON - index * 137).toISOString();
    const insertId = `id-${index % 97 === 96 ? index - 1 : index}`;
    if (index % errorsOneIn === 0)
      return entryOf({ insertId, timestamp, severity: 'ERROR', textPayload: `job ${index} failed: disk full` });
    return requestEntry({ insertId, timestamp }, { requestUrl: `https://basket.example/items/${index}` });
  });
}

describe('reading an export in a thread of its own', () => {
  it('gives what reading it here gives, whatever the input', async () => {
    const broken = asLines(exportOf(40, 3)).replace('"severity"', '"severity" oops').replaceAll('\n', '\nWARNING: x\n');
    const inputs: [string | Buffer, ExportReaderOptions][] = [
      [asLines(exportOf(3_000, 2)), { limits: { batchEvents: 7 } }],
      [asArray(exportOf(900, 50)), { since: NOON - 60_000, until: NOON - 1_000 }],
      [broken, {}],
      [asArray(exportOf(30, 2)).slice(0, -200), {}],
      [Buffer.concat([Buffer.from(asLines(exportOf(5, 1))), Buffer.from([0xff, 0xfe, 0x7b, 0x0a])]), {}],
      ['', {}],
      ['no log at all', {}],
    ];
    for (const [input, options] of inputs) {
      const here = await readAll(input, options);
      const there = await inThread(input, options);
      expect({ ...there, batches: [] }).toEqual({ ...here, batches: [] });
      expect(there.batches.at(-1)?.progress).toEqual(here.batches.at(-1)?.progress);
    }
  });

  it('gives the same for any mixture of entries and garbage', async () => {
    const piece = fc.oneof(
      { weight: 4, arbitrary: fc.nat({ max: 5 }).map((kind) => JSON.stringify(exportOf(6, 3)[kind])) },
      fc.string({ maxLength: 40 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const input = pieces.join('\n');
        const options = { limits: { batchEvents: 3, batchBytes: 600 } };
        expect({ ...(await inThread(input, options)), batches: [] }).toEqual({
          ...(await readAll(input, options)),
          batches: [],
        });
      }),
      { numRuns: 12 },
    );
  });

  it('begins where it is told', async () => {
    const lines = asLines(exportOf(10, 1));
    const there = await inThread(`\ufeff${lines}`, {}, 3);
    expect(there.events.map(({ body }) => body)).toEqual((await readAll(lines)).events.map(({ body }) => body));
    expect(there.problems).toEqual([]);
  });

  it('throws what reading the file throws', async () => {
    const fileDescriptor = openSync(folder, 'r');
    try {
      await expect(collect(readExportInThread({ fileDescriptor, position: 0 }, { clock }))).rejects.toMatchObject({
        code: 'EISDIR',
      });
    } finally {
      closeSync(fileDescriptor);
    }
  });

  it('ends the thread when its reader leaves', async () => {
    const path = join(folder, 'left.json');
    writeFileSync(path, asLines(exportOf(20_000, 1)));
    const fileDescriptor = openSync(path, 'r');
    const threads = { begun: 0, ended: 0 };
    process.once('worker', (worker) => {
      threads.begun++;
      worker.once('exit', () => threads.ended++);
    });
    for await (const batch of readExportInThread({ fileDescriptor, position: 0 }, { clock })) {
      expect(batch.events.length).toBeGreaterThan(0);
      expect(threads).toEqual({ begun: 1, ended: 0 });
      break;
    }
    expect(threads).toEqual({ begun: 1, ended: 1 });
    closeSync(fileDescriptor);
  });
});
