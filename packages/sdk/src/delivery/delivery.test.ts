import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Delivery } from './delivery.ts';
import {
  advanceUntil,
  balance,
  DOWN,
  entries,
  entry,
  filesIn,
  freshFolder,
  ManualTime,
  open,
  ScriptedSink,
  SENT,
  segmentBytesIn,
  settled,
  total,
  totalDropped,
  until,
} from './delivery-fixtures.ts';

describe('when a batch leaves', () => {
  test('row 4: by the age of its oldest record, which no arrival postpones', async () => {
    const time = new ManualTime();
    const sink = new ScriptedSink();
    const delivery = open({ sink, time });
    for (let half = 0; half < 5; half++) {
      delivery.accept(entry({ acceptedAt: time.now() }));
      await time.advance(500);
    }
    expect(sink.batches.map((batch) => batch.length)).toEqual([2, 2]);
    expect(delivery.gauges().oldestAgeMs).toBeLessThanOrEqual(1_000);
  });

  test('at once when the target of records is reached', async () => {
    const time = new ManualTime();
    const sink = new ScriptedSink();
    const delivery = open({ sink, time });
    for (const one of entries(250, { acceptedAt: 0 })) delivery.accept(one);
    await settled();
    expect(sink.batches.map((batch) => batch.length)).toEqual([100, 101]);
    await time.advance(1_000);
    expect(sink.stored).toHaveLength(250);
  });

  test('at once when the target of bytes is reached', async () => {
    const sink = new ScriptedSink();
    const delivery = open({ sink, time: new ManualTime(), knobs: { batchBytes: 1_000 } });
    for (const one of entries(3, { message: 'x'.repeat(400), acceptedAt: 0 })) delivery.accept(one);
    await settled();
    expect(sink.batches.map((batch) => batch.length)).toEqual([1, 1]);
  });

  test('a wall clock that jumps an hour either way changes nothing', async () => {
    const time = new ManualTime();
    const sink = new ScriptedSink();
    const delivery = open({ sink, time });
    for (const jump of [3_600_000, -3_600_000]) {
      delivery.accept(entry({ acceptedAt: time.now() }));
      await time.advance(400);
      time.jump(jump);
      expect(delivery.gauges().oldestAgeMs).toBe(400);
      const before = sink.batches.length;
      await time.advance(549);
      expect(sink.batches).toHaveLength(before);
      await time.advance(1);
      expect(sink.batches).toHaveLength(before + 1);
    }
  });
});

describe('row 9: a sink that fails', () => {
  test('is tried with one batch after a jittered wait that doubles to 30 s, however much arrives', async () => {
    const time = new ManualTime();
    time.random = () => 0.999_999;
    const sink = new ScriptedSink();
    sink.answer = DOWN;
    const delivery = open({ sink, time });
    const tries: number[] = [];
    sink.answer = () => {
      tries.push(time.now());
      return DOWN;
    };
    for (const one of entries(100, { acceptedAt: 0 })) delivery.accept(one);
    await settled();
    for (let second = 0; second < 120; second++) {
      for (const one of entries(50, { acceptedAt: time.now() })) delivery.accept(one);
      await time.advance(1_000);
    }
    const waits = tries.slice(1).map((at, index) => Math.round((at - tries[index]!) / 100) * 100);
    expect(waits.slice(0, 8)).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600]);
    expect(Math.max(...waits)).toBe(30_000);
    expect(new Set(sink.batches.map((batch) => batch[0]!.id)).size).toBe(1);
    sink.answer = SENT;
    await time.advance(60_000);
    expect(sink.stored).toHaveLength(6_100);
    expect(balance(delivery)).toEqual({ queued: 6_100, accounted: 6_100 });
    expect(total(delivery.counters().retried)).toBe(100 * tries.length);
  });

  test('is not tried before Retry-After', async () => {
    const time = new ManualTime();
    const sink = new ScriptedSink();
    sink.next({ kind: 'retry', reason: '429', retryAfterMs: 7_000, isOverloaded: true });
    const delivery = open({ sink, time });
    delivery.accept(entry({ acceptedAt: 0 }));
    await time.advance(950);
    expect(sink.batches).toHaveLength(1);
    await time.advance(6_999);
    expect(sink.batches).toHaveLength(1);
    await time.advance(1);
    expect(sink.stored).toHaveLength(1);
    expect(delivery.gauges()).toMatchObject({ batchEntries: 91, problem: null });
  });

  test('keeps everything on a refused key, says the remedy once, and tries every 30 s', async () => {
    const time = new ManualTime();
    const sink = new ScriptedSink();
    sink.answer = { kind: 'hold', reason: 'the key was refused (401)', remedy: 'Set a valid key.' };
    const delivery = open({ sink, time });
    for (const one of entries(10, { acceptedAt: 0 })) delivery.accept(one);
    await time.advance(61_000);
    expect(sink.batches).toHaveLength(3);
    expect(delivery.gauges().problem).toMatchObject({ kind: 'held', remedy: 'Set a valid key.' });
    expect(delivery.troubles.filter((line) => line.includes('Set a valid key.'))).not.toHaveLength(0);
    sink.answer = SENT;
    await time.advance(30_000);
    expect(sink.stored).toHaveLength(10);
  });

  test('that never answers is given up after the time-out', async () => {
    const time = new ManualTime();
    const sink = new ScriptedSink();
    sink.next(() => new Promise(() => undefined));
    const delivery = open({ sink, time });
    delivery.accept(entry({ acceptedAt: 0 }));
    await time.advance(1_000);
    expect(delivery.gauges().inFlight).toBe(1);
    await time.advance(10_000);
    expect(delivery.gauges().problem?.kind).toBe('down');
    await time.advance(1_000);
    expect(sink.stored).toHaveLength(1);
  });
});

describe('row 3: a bad record', () => {
  test('among a thousand is found by halving a batch that was refused as a whole, and goes to the dead letters', async () => {
    const folder = freshFolder();
    const time = new ManualTime();
    const sink = new ScriptedSink();
    const bad = entry({ id: 'bad', acceptedAt: 0 });
    sink.answer = (batch) =>
      batch.some(({ id }) => id === 'bad')
        ? { kind: 'bad-batch', reason: 'mapper says no (400)' }
        : { kind: 'answered', outcomes: batch.map(() => ({ kind: 'sent' })), roundTripMs: 1 };
    const delivery = open({ sink, time, folder, knobs: { batchEntries: 1_000 } });
    const all = entries(1_000, { acceptedAt: 0 });
    all[617] = bad;
    for (const one of all) delivery.accept(one);
    await time.advance(1_000);
    expect(sink.stored).toHaveLength(999);
    expect(sink.batches.length).toBeLessThanOrEqual(21);
    expect(delivery.counters().deadLettered.info).toBe(1);
    expect(balance(delivery)).toEqual({ queued: 1_000, accounted: 1_000 });
    expect(filesIn(folder)).toContain('dead-letters.ndjson');
  });

  test('that the answer names goes alone; the others are sent', async () => {
    const sink = new ScriptedSink();
    sink.answer = (batch) => ({
      kind: 'answered',
      roundTripMs: 1,
      outcomes: batch.map((_, index) => (index === 3 ? { kind: 'refused', reason: 'too old' } : { kind: 'sent' })),
    });
    const delivery = open({ sink });
    for (const one of entries(10)) delivery.accept(one);
    await delivery.flush();
    expect(sink.stored).toHaveLength(9);
    expect(delivery.counters().deadLettered.info).toBe(1);
  });

  test('a batch that is too large is halved until it fits, and the next ones are smaller', async () => {
    const sink = new ScriptedSink();
    sink.answer = (batch) =>
      batch.length > 10
        ? { kind: 'too-large' }
        : { kind: 'answered', outcomes: batch.map(() => ({ kind: 'sent' })), roundTripMs: 1 };
    const delivery = open({ sink });
    for (const one of entries(300)) delivery.accept(one);
    expect(await delivery.flush()).toBe(true);
    expect(sink.stored).toHaveLength(300);
    expect(delivery.gauges().batchEntries).toBeLessThan(50);
  });
});

describe('memory that is full, without a disk', () => {
  const knobs = { queueEntries: 10 };

  test('trace and debug push out their own oldest only', async () => {
    const sink = new ScriptedSink();
    const delivery = open({ sink, time: new ManualTime(), knobs });
    for (const one of entries(6, { level: 'debug', acceptedAt: 0 })) delivery.accept(one);
    for (const one of entries(4, { acceptedAt: 0 })) delivery.accept(one);
    for (const one of entries(5, { level: 'trace', acceptedAt: 0 })) delivery.accept(one);
    expect(delivery.counters().dropped['queue-full']).toMatchObject({ debug: 5, trace: 0, info: 0 });
  });

  test('info pushes out debug, then the oldest info; warn and error push out both; nothing pushes out audit', async () => {
    const delivery = open({ sink: new ScriptedSink(), time: new ManualTime(), knobs });
    for (const one of entries(3, { level: 'debug', acceptedAt: 0 })) delivery.accept(one);
    for (const one of entries(9, { acceptedAt: 0 })) delivery.accept(one);
    expect(delivery.counters().dropped['queue-full']).toMatchObject({ debug: 2, info: 0 });
    for (const one of entries(12, { level: 'error', acceptedAt: 0 })) delivery.accept(one);
    expect(delivery.counters().dropped['queue-full']).toMatchObject({ debug: 3, info: 9, error: 2 });
    expect(delivery.accept(entry({ level: 'audit' }))).toBe(false);
    expect(balance(delivery)).toEqual({ queued: 24, accounted: 24 });
  });

  test('one record tells level, count and span of what was dropped, once there is room again', async () => {
    const time = new ManualTime();
    const sink = new ScriptedSink();
    const delivery = open({ sink, time, knobs });
    for (const one of entries(13, { acceptedAt: 0 })) delivery.accept(one);
    await time.advance(500);
    for (const one of entries(2, { acceptedAt: 500 })) delivery.accept(one);
    time.jump(3_600_000);
    await time.advance(3_000);
    const told = sink.batches.flat().find(({ id }) => id.startsWith('drop-'))!;
    const { message, attributes } = JSON.parse(told.line);
    expect(message).toBe('5 info record(s) were dropped on their way to scripted');
    expect(attributes).toMatchObject({ level: 'info', count: 5, reasons: ['queue-full'] });
    expect(Date.parse(attributes.to) - Date.parse(attributes.from)).toBe(500);
    expect(sink.batches.flat().filter(({ id }) => id.startsWith('drop-'))).toHaveLength(1);
  });
});

test('what was dropped is told at the end too', async () => {
  const sink = new ScriptedSink();
  const delivery = open({ sink, knobs: { queueEntries: 10 } });
  for (const one of entries(13)) delivery.accept(one);
  await delivery.shutdown();
  const told = sink.batches.flat().find(({ id }) => id.startsWith('drop-'));
  expect(JSON.parse(told!.line).attributes).toMatchObject({ level: 'info', count: 3 });
  expect(balance(delivery)).toEqual({ queued: 14, accounted: 14 });
});

describe('memory that is full, with a disk', () => {
  test('row 9: a long outage loses nothing, in bounded memory, and everything comes back in order', async () => {
    const folder = freshFolder();
    const time = new ManualTime();
    const sink = new ScriptedSink();
    sink.answer = DOWN;
    const delivery = open({ sink, time, folder, knobs: { queueEntries: 100, segmentBytes: 20_000 } });
    const all = entries(2_000, { acceptedAt: 0 });
    for (const one of all) delivery.accept(one);
    await time.advance(5_000);
    expect(delivery.gauges()).toMatchObject({ queueEntries: 100, spillEntries: 1_900, waiting: 2_000 });
    sink.answer = SENT;
    await advanceUntil(time, () => delivery.gauges().waiting === 0);
    expect(sink.stored).toEqual(all.map(({ id }) => id));
    expect(delivery.counters()).toMatchObject({
      spilled: { info: 1_900 },
      replayed: { info: 1_900 },
      sent: { info: 2_000 },
    });
    expect(totalDropped(delivery.counters())).toBe(0);
  });

  test('at the bound the oldest info goes, and what warns keeps its quarter', async () => {
    const sink = new ScriptedSink();
    sink.answer = DOWN;
    const time = new ManualTime();
    const delivery = open({
      sink,
      time,
      folder: freshFolder(),
      knobs: { queueEntries: 10, diskBytes: 100_000, segmentBytes: 10_000 },
    });
    for (const one of entries(600, { acceptedAt: 0 })) {
      delivery.accept(one);
      await settled(1);
    }
    const { dropped } = delivery.counters();
    expect(dropped['disk-full'].info).toBeGreaterThan(100);
    for (const one of entries(80, { level: 'error', acceptedAt: 0 })) delivery.accept(one);
    await settled();
    expect(delivery.counters().dropped['disk-full']).toMatchObject({ error: 0, info: dropped['disk-full'].info });
    sink.answer = SENT;
    await advanceUntil(time, () => delivery.gauges().waiting === 0);
    const { queued, accounted } = balance(delivery);
    expect(accounted).toBe(queued);
    expect(delivery.counters().sent.error).toBe(80);
  });

  test('the bound is over all that share a folder, to a file of each, and what one sends makes room for the others', async () => {
    const folder = freshFolder();
    const time = new ManualTime();
    const knobs = { queueEntries: 10, diskBytes: 100_000, segmentBytes: 5_000 };
    const sharing = Array.from({ length: 4 }, () => {
      const sink = new ScriptedSink();
      sink.answer = DOWN;
      return { sink, delivery: open({ sink, time, folder, knobs }) };
    });
    const fill = async (delivery: Delivery, count: number) => {
      for (const one of entries(count, { level: 'error', acceptedAt: time.now() })) {
        delivery.accept(one);
        await settled(1);
      }
    };
    for (let turn = 0; turn < 3; turn++) for (const { delivery } of sharing) await fill(delivery, 120);
    const bytes = () => segmentBytesIn(folder);
    expect(bytes()).toBeGreaterThan(50_000);
    // Files are deleted in the background.
    await until(() => bytes() <= 100_000 + 4 * 5_000);
    for (const { delivery } of sharing) {
      expect(delivery.gauges().spillEntries).toBeGreaterThan(0);
      const { queued, accounted } = balance(delivery);
      expect(accounted).toBe(queued);
    }
    const [last, ...others] = sharing.toSorted(
      (one, other) => one.delivery.gauges().spillEntries - other.delivery.gauges().spillEntries,
    );
    for (const { sink } of others) sink.answer = SENT;
    await advanceUntil(time, () => others.every(({ delivery }) => delivery.gauges().waiting === 0));
    for (const { delivery } of others) expect(await delivery.shutdown()).toBe(true);
    const { spillEntries } = last!.delivery.gauges();
    await time.advance(1_000);
    await fill(last!.delivery, 80);
    expect(last!.delivery.gauges().spillEntries).toBe(spillEntries + 80);
  });

  test('segments go when all of them is sent', async () => {
    const folder = freshFolder();
    const sink = new ScriptedSink();
    const delivery = open({ sink, folder, knobs: { segmentBytes: 5_000 } });
    for (const one of entries(500)) delivery.accept(one);
    await settled();
    expect(filesIn(folder).filter((name) => name.endsWith('.seg')).length).toBeGreaterThan(0);
    expect(await delivery.shutdown()).toBe(true);
    expect(filesIn(folder)).toEqual([]);
    expect(sink.stored).toHaveLength(500);
  });
});

describe('row 2: the end', () => {
  test('drains 5,050 records before it resolves', async () => {
    const sink = new ScriptedSink();
    const delivery = open({ sink, folder: freshFolder() });
    for (const one of entries(5_050)) delivery.accept(one);
    expect(await delivery.shutdown()).toBe(true);
    expect(sink.stored).toHaveLength(5_050);
    expect(balance(delivery)).toEqual({ queued: 5_050, accounted: 5_050 });
  });

  test('leaves on disk what cannot be sent, and the next start sends it once', async () => {
    const folder = freshFolder();
    const down = new ScriptedSink();
    down.answer = DOWN;
    const first = open({ sink: down, folder });
    const all = entries(5_050);
    for (const one of all) first.accept(one);
    expect(await first.shutdown({ timeoutMs: 50 })).toBe(false);
    expect(balance(first)).toEqual({ queued: 5_050, accounted: 5_050 });
    expect(first.gauges().waiting).toBe(5_050);
    const sink = new ScriptedSink();
    const second = open({ sink, folder });
    while (second.gauges().waiting > 0 || total(second.counters().queued) < 5_050) {
      await second.flush();
      await settled(1);
    }
    expect(sink.stored).toEqual(all.map(({ id }) => id));
    expect(balance(second)).toEqual({ queued: 5_050, accounted: 5_050 });
    await second.shutdown();
    expect(filesIn(folder)).toEqual([]);
  });

  test('a call afterwards is refused, counted and told', async () => {
    const delivery = open({ sink: new ScriptedSink() });
    await delivery.shutdown();
    expect(delivery.accept(entry())).toBe(false);
    expect(delivery.counters().dropped['after-shutdown'].info).toBe(1);
    expect(delivery.troubles.join('\n')).toContain('after the shutdown');
    expect(balance(delivery)).toEqual({ queued: 1, accounted: 1 });
  });

  test('flush tells whether all that came before it was sent', async () => {
    const time = new ManualTime();
    const sink = new ScriptedSink();
    sink.answer = DOWN;
    const delivery = open({ sink, time });
    delivery.accept(entry({ acceptedAt: 0 }));
    const failed = delivery.flush({ timeoutMs: 2_000 });
    await time.advance(2_000);
    expect(await failed).toBe(false);
    sink.answer = SENT;
    const flushed = delivery.flush({ timeoutMs: 60_000 });
    delivery.accept(entry({ acceptedAt: 2_000 }));
    await time.advance(100);
    expect(await flushed).toBe(true);
  });
});

describe('durability', () => {
  function onDisk(folder: string): number {
    return filesIn(folder).filter((name) => name.endsWith('.seg')).length;
  }

  test('turn: written at the end of the turn, or at 64 KiB within it', async () => {
    const folder = freshFolder();
    const delivery = open({ sink: new ScriptedSink(), folder, time: new ManualTime() });
    delivery.accept(entry({ acceptedAt: 0 }));
    expect(onDisk(folder)).toBe(0);
    await settled(1);
    expect(onDisk(folder)).toBe(1);
    const other = freshFolder();
    const large = open({ sink: new ScriptedSink(), folder: other, time: new ManualTime() });
    large.accept(entry({ message: 'x'.repeat(70_000), acceptedAt: 0 }));
    expect(onDisk(other)).toBe(1);
  });

  test('record, fatal and audit: written before the call returns', () => {
    for (const [given, durability] of [
      [{}, 'record'],
      [{ level: 'fatal' }, 'turn'],
      [{ level: 'audit' }, 'overflow'],
    ] as const) {
      const folder = freshFolder();
      const delivery = open({ sink: new ScriptedSink(), folder, time: new ManualTime() });
      expect(delivery.accept(entry({ ...given, acceptedAt: 0 }), durability)).toBe(true);
      expect(onDisk(folder)).toBe(1);
    }
  });

  test('overflow: nothing is written while the sink works, everything once it is down or memory fills', async () => {
    const folder = freshFolder();
    const time = new ManualTime();
    const sink = new ScriptedSink();
    const delivery = open({
      sink,
      folder,
      time,
      knobs: { durability: 'overflow', queueEntries: 100, batchEntries: 200 },
    });
    for (const one of entries(79, { acceptedAt: 0 })) delivery.accept(one);
    await settled();
    expect(onDisk(folder)).toBe(0);
    for (const one of entries(5, { acceptedAt: 0 })) delivery.accept(one);
    await settled();
    expect(onDisk(folder)).toBe(1);
    const down = new ScriptedSink();
    down.answer = DOWN;
    const other = freshFolder();
    const failing = open({ sink: down, folder: other, time, knobs: { durability: 'overflow' } });
    failing.accept(entry({ acceptedAt: time.now() }));
    await time.advance(1_000);
    expect(onDisk(other)).toBe(1);
  });

  test('persisted resolves once everything is on the disk, and rejects where there is none', async () => {
    const folder = freshFolder();
    const delivery = open({ sink: new ScriptedSink(), folder });
    delivery.accept(entry({ level: 'audit' }));
    delivery.accept(entry());
    await delivery.persisted();
    expect(onDisk(folder)).toBe(2);
    await expect(open({ sink: new ScriptedSink() }).persisted()).rejects.toThrow('no folder');
  });

  test('writeOut puts the rest onto disk within the call', () => {
    const folder = freshFolder();
    const delivery = open({
      sink: new ScriptedSink(),
      folder,
      time: new ManualTime(),
      knobs: { durability: 'overflow' },
    });
    for (const one of entries(3, { acceptedAt: 0 })) delivery.accept(one);
    delivery.writeOut();
    expect(onDisk(folder)).toBe(1);
  });
});

test('dead letters keep to their bound, the newest ones, each with its reason', async () => {
  const folder = freshFolder();
  const sink = new ScriptedSink();
  sink.answer = (batch) => ({
    kind: 'answered',
    roundTripMs: 1,
    outcomes: batch.map(() => ({ kind: 'refused', reason: 'too old' })),
  });
  const delivery = open({ sink, folder, knobs: { deadLetterBytes: 10_000 } });
  const all = entries(200);
  for (const one of all) delivery.accept(one);
  await delivery.flush();
  expect(delivery.counters().deadLettered.info).toBe(200);
  const names = filesIn(folder).filter((name) => name.startsWith('dead-letters'));
  expect(names).toEqual(['dead-letters.1.ndjson', 'dead-letters.ndjson']);
  const lines = names.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean));
  expect(lines.join('\n').length).toBeLessThanOrEqual(10_000);
  const last = JSON.parse(lines.at(-1)!) as { id: string; reason: string; record: { id: string } };
  expect(last).toMatchObject({
    id: all.at(-1)!.id,
    reason: 'too old',
    sink: 'scripted',
    record: { id: all.at(-1)!.id },
  });
});

test('a knob that makes no sense is an error that names it', () => {
  expect(() => open({ sink: new ScriptedSink(), knobs: { queueEntries: 0 } })).toThrow('queueEntries');
});

test('reading counters and gauges changes nothing', async () => {
  const folder = freshFolder();
  const delivery = open({ sink: new ScriptedSink(), folder, time: new ManualTime() });
  for (const one of entries(20, { acceptedAt: 0 })) delivery.accept(one);
  const before = [delivery.counters(), delivery.gauges(), filesIn(folder)];
  for (let look = 0; look < 10; look++) {
    delivery.counters();
    delivery.gauges();
  }
  expect([delivery.counters(), delivery.gauges(), filesIn(folder)]).toEqual(before);
});
