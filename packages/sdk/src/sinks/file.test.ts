import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { balance, entries, entry, freshFolder, open, total, until } from '../delivery/delivery-fixtures.ts';
import type { Category } from '../record.ts';
import { fileSink } from './file.ts';
import { archiveName, tidyArchives } from './file-archive.ts';
import type { Sink } from './sink.ts';

const soon = () => new AbortController().signal;
const DAY_MS = 86_400_000;
const NOW = Date.now();

function of(category: Category | null, message = 'x') {
  const attributes = category === null ? { order: 1 } : { category, sequence: 1 };
  const given = entry();
  return entry({ id: given.id, line: JSON.stringify({ id: given.id, severity: 'info', message, attributes }) });
}

function sinkIn(folder: string, more: Partial<Parameters<typeof fileSink>[0]> = {}): Sink {
  const sink = fileSink({ folder, ...more });
  onTestFinished(() => sink.close?.());
  return sink;
}

/** All lines of a category, from open files, archives and packed ones. */
function linesOf(folder: string, category: string): string[] {
  return readdirSync(join(folder, category))
    .sort()
    .flatMap((name) => {
      const bytes = readFileSync(join(folder, category, name));
      return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').split('\n').filter(Boolean);
    });
}

/** As if nobody had written to the archives for a while. */
function rest(folder: string): void {
  for (const name of readdirSync(folder))
    if (/-\d{4}-/.test(name)) utimesSync(join(folder, name), new Date(NOW - 10_000), new Date(NOW - 10_000));
}

describe('files', () => {
  test('rows 1 and 7: hold the lines as they are, in a folder for each category', async () => {
    const folder = freshFolder();
    const sink = sinkIn(folder);
    const batch = [
      of('agents'),
      of('errors'),
      of('agents'),
      of(null),
      of('../../etc' as Category),
      entry({ level: 'audit' }),
    ];
    const tricky = entry({
      line: JSON.stringify({
        message: 'a',
        attributes: { nested: { attributes: { category: 'errors' } }, category: 'tools' },
      }),
    });
    expect(await sink.send([...batch, tricky], soon())).toMatchObject({ kind: 'answered' });
    expect(readdirSync(folder).sort()).toEqual(['agents', 'audit', 'errors', 'system', 'tools']);
    expect(linesOf(folder, 'agents')).toEqual([batch[0]!.line, batch[2]!.line]);
    expect(linesOf(folder, 'audit')).toEqual([batch[5]!.line]);
    expect(linesOf(folder, 'system')).toEqual([batch[3]!.line, batch[4]!.line]);
    expect(linesOf(folder, 'tools')).toEqual([tricky.line]);
  });

  test('row 5: rotate by size and keep every line under names that no other has', async () => {
    const folder = freshFolder();
    const delivery = open({
      sink: fileSink({ folder, maxBytes: 2_000 }),
      knobs: { flushAfterMs: 1, batchEntries: 10, maxBatchEntries: 10 },
    });
    const all = entries(500);
    for (const one of all) delivery.accept(one);
    expect(await delivery.flush({ timeoutMs: 20_000 })).toBe(true);
    expect(readdirSync(join(folder, 'system')).length).toBeGreaterThan(40);
    expect(linesOf(folder, 'system').sort()).toEqual(all.map(({ line }) => line).sort());
    expect(balance(delivery)).toEqual({ queued: 500, accounted: 500 });
  });

  test('row 5: rotate with the day', async () => {
    const folder = freshFolder();
    let now = Date.UTC(2026, 10, 21, 23, 59);
    const sink = sinkIn(folder, { now: () => now });
    await sink.send([of('system')], soon());
    now += 120_000;
    await sink.send([of('system')], soon());
    expect(readdirSync(join(folder, 'system'))).toHaveLength(2);
    expect(readFileSync(join(folder, 'system', 'system.log'), 'utf8').split('\n')).toHaveLength(2);
  });

  test('row 5: pack closed files that rest, never one that is open or still written to', async () => {
    const folder = freshFolder();
    const sink = sinkIn(folder, { maxBytes: 500 });
    for (const one of entries(12)) await sink.send([one], soon());
    const own = join(folder, 'system');
    await tidyArchives(own, { archives: 10, days: 30 }, NOW);
    expect(readdirSync(own).some((name) => name.endsWith('.gz'))).toBe(false);
    rest(own);
    await tidyArchives(own, { archives: 10, days: 30 }, NOW);
    const names = readdirSync(own);
    expect(names.filter((name) => !name.endsWith('.gz'))).toEqual(['system.log']);
    expect(linesOf(folder, 'system')).toHaveLength(12);
  });

  test('row 5: half of an archive that a packer left when it died goes, one that is being made stays', async () => {
    const folder = freshFolder();
    const packed = (end: string) => `errors-2026-11-20T190219123Z-0123456789ab.log.gz${end}`;
    const [left, underWay] = [packed('.0123456789ab'), packed('.ba9876543210')];
    for (const name of [left, underWay, packed(''), packed('.note')]) writeFileSync(join(folder, name), '');
    const setAt = (name: string, at: number) => utimesSync(join(folder, name), new Date(at), new Date(at));
    for (const name of [left, packed('.note')]) setAt(name, NOW - 3_660_000);
    setAt(underWay, NOW - 3_540_000);
    await tidyArchives(folder, { archives: 10, days: 30 }, NOW);
    expect(readdirSync(folder).sort()).toEqual([packed(''), underWay, packed('.note')].sort());
  });

  test('row 5: keep all of the days, and the ten newest whatever their age', async () => {
    const folder = freshFolder();
    const at = (days: number, n: number) =>
      `errors-${new Date(NOW - days * DAY_MS + n).toISOString().replaceAll(':', '').replace('.', '')}-${String(n).padStart(12, '0')}.log.gz`;
    const old = Array.from({ length: 15 }, (_, n) => at(100, n));
    const young = Array.from({ length: 6 }, (_, n) => at(89, n + 20));
    for (const name of [...old, ...young, 'errors.log', 'notes.txt']) writeFileSync(join(folder, name), '');
    await tidyArchives(folder, { archives: 10, days: 90 }, NOW);
    expect(readdirSync(folder).sort()).toEqual([...old.slice(11), ...young, 'errors.log', 'notes.txt'].sort());
    const many = Array.from({ length: 30 }, (_, n) => at(1, n + 40));
    for (const name of many) writeFileSync(join(folder, name), '');
    await tidyArchives(folder, { archives: 10, days: 90 }, NOW);
    expect(many.every((name) => existsSync(join(folder, name)))).toBe(true);
  });

  test('row 5: pack and delete what an earlier process left, also of categories that are not written to any more', async () => {
    const folder = freshFolder();
    const name = (category: string, days: number) => join(folder, category, archiveName(category, NOW - days * DAY_MS));
    for (const category of ['agents', 'errors', 'Not-Ours']) mkdirSync(join(folder, category));
    const old = Array.from({ length: 12 }, (_, day) => name('agents', 40 + day));
    const left = [name('errors', 1), name('Not-Ours', 1)];
    for (const path of [...old, ...left]) writeFileSync(path, '{}\n');
    for (const category of ['agents', 'errors', 'Not-Ours']) rest(join(folder, category));
    const sink = fileSink({ folder });
    await sink.send([of('system')], soon());
    await sink.close!();
    expect(
      readdirSync(join(folder, 'agents'))
        .map((found) => join(folder, 'agents', found))
        .sort(),
    ).toEqual(
      old
        .slice(0, 10)
        .map((path) => `${path}.gz`)
        .sort(),
    );
    expect(left.map((path) => existsSync(`${path}.gz`))).toEqual([true, false]);
  });

  test('of two writers lose no line, whoever rotates', async () => {
    const folder = freshFolder();
    const writers = [sinkIn(folder, { maxBytes: 3_000 }), sinkIn(folder, { maxBytes: 3_000 })];
    const all = entries(400);
    await Promise.all(
      writers.map(async (sink, writer) => {
        for (let at = writer; at < all.length; at += 2) await sink.send([all[at]!], soon());
      }),
    );
    expect(linesOf(folder, 'system').sort()).toEqual(all.map(({ line }) => line).sort());
  });

  test('that vanish under the writer are made anew', async () => {
    const folder = freshFolder();
    const sink = sinkIn(folder);
    await sink.send([of('system')], soon());
    const { rmSync } = await import('node:fs');
    rmSync(join(folder, 'system'), { recursive: true });
    await sink.send([of('system')], soon());
    expect(linesOf(folder, 'system')).toHaveLength(1);
  });

  test('that cannot be written keep the records waiting', async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, 'system'), 'a file stands where the folder should');
    const delivery = open({ sink: fileSink({ folder }), knobs: { flushAfterMs: 1, minRetryMs: 5, maxRetryMs: 10 } });
    for (const one of entries(3)) delivery.accept(one);
    await until(() => delivery.gauges().problem !== null);
    const { rmSync } = await import('node:fs');
    rmSync(join(folder, 'system'));
    expect(await delivery.flush()).toBe(true);
    expect(linesOf(folder, 'system')).toHaveLength(3);
    expect(total(delivery.counters().sent)).toBe(3);
  });
});
