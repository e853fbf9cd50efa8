import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import {
  balance,
  DOWN,
  entries,
  entry,
  freshFolder,
  open,
  ScriptedSink,
  SENT,
  settled,
  totalDropped,
  until,
} from '../../src/delivery/delivery-fixtures.ts';

// Only the superuser may make a file system that is small: without it there is no disk that really is full.
const canMount = userInfo().uid === 0;

async function onSmallDisk(work: (folder: string, enlarge: () => void) => Promise<void>): Promise<void> {
  const folder = freshFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'guardian-test', folder]);
  try {
    await work(folder, () => execFileSync('mount', ['-o', 'remount,size=64m', folder]));
  } finally {
    execFileSync('umount', ['--lazy', folder]);
  }
}

describe('a disk that is full', () => {
  if (canMount) {
    test('lets the application go on, counts what is dropped, refuses audit, and resumes', () =>
      onSmallDisk(async (folder, enlarge) => {
        const sink = new ScriptedSink();
        sink.answer = DOWN;
        const delivery = open({
          sink,
          folder,
          knobs: { queueEntries: 500, segmentBytes: 64 * 1024, minRetryMs: 20, maxRetryMs: 100 },
        });
        for (let turn = 0; turn < 60; turn++) {
          for (const one of entries(50)) expect(delivery.accept(one)).toBe(true);
          await settled(1);
        }
        expect(delivery.gauges().problem).toMatchObject({ kind: 'disk', reason: expect.stringContaining('ENOSPC') });
        expect(delivery.accept(entry({ level: 'audit' }))).toBe(false);
        await expect(delivery.persisted()).rejects.toThrow('cannot be kept');
        const dropped = totalDropped(delivery.counters());
        expect(dropped).toBeGreaterThan(0);
        expect(balance(delivery)).toEqual({ queued: 3_000, accounted: 3_000 });
        enlarge();
        await until(() => delivery.accept(entry({ level: 'audit' })));
        await delivery.persisted();
        expect(delivery.gauges().problem?.kind).not.toBe('disk');
        for (const one of entries(2_000)) delivery.accept(one);
        sink.answer = SENT;
        await until(() => delivery.gauges().waiting === 0);
        expect(totalDropped(delivery.counters())).toBe(dropped);
        const { queued, accounted } = balance(delivery);
        expect(accounted).toBe(queued);
        expect(sink.stored.length + dropped).toBe(queued);
        const told = sink.batches.flat().find(({ id }) => id.startsWith('drop-'));
        expect(JSON.parse(told!.line).attributes).toMatchObject({ count: dropped, reasons: ['disk-full'] });
      }));
  }

  test('that cannot be written at all is told at the start and shown; records wait in memory', async () => {
    const sink = new ScriptedSink();
    const delivery = open({ sink, folder: '/dev/null/guardian' });
    expect(delivery.troubles.join()).toContain('/dev/null/guardian');
    expect(delivery.gauges().problem).toMatchObject({
      kind: 'disk',
      remedy: expect.stringContaining('/dev/null/guardian'),
    });
    expect(delivery.accept(entry({ level: 'audit' }))).toBe(false);
    for (const one of entries(10)) delivery.accept(one);
    expect(await delivery.flush()).toBe(true);
    expect(sink.stored).toHaveLength(10);
  });
});
