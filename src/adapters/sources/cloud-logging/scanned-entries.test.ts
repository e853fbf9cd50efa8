import { describe, expect, it } from 'vitest';
import { EntryPack } from './scanned-entries.ts';

const bytesOf = (text: string) => Buffer.from(text);
const unpack = (pack: EntryPack) => {
  const { bytes, ends, offsets } = pack.take();
  const text = Buffer.from(bytes).toString();
  return { entries: [...ends].map((end, index) => text.slice(ends[index - 1] ?? 0, end)), offsets: [...offsets] };
};

describe('packing kept entries', () => {
  it('gives back what was added, in order, once', () => {
    const pack = new EntryPack();
    pack.add(bytesOf('..{"a":1}..'), 2, 9, 102);
    pack.add(bytesOf('{"b":22}'), 0, 8, 400);
    expect([pack.entries, pack.byteLength]).toEqual([2, 15]);
    expect(unpack(pack)).toEqual({ entries: ['{"a":1}', '{"b":22}'], offsets: [102, 400] });
    expect(unpack(pack)).toEqual({ entries: [], offsets: [] });
  });

  it('grows with long entries and keeps what was there', () => {
    const pack = new EntryPack();
    const entries = ['x'.repeat(200_000), 'y'.repeat(900_000), 'z'];
    for (const entry of entries) pack.add(bytesOf(entry), 0, entry.length, 0);
    expect(unpack(pack).entries).toEqual(entries);
  });

  it('owns its memory, and may have it back', () => {
    const pack = new EntryPack();
    const source = bytesOf('first');
    pack.add(source, 0, 5, 0);
    source.fill(0);
    const first = pack.take();
    expect(Buffer.from(first.bytes).toString()).toBe('first');
    const memory = first.bytes.buffer as ArrayBuffer;
    pack.reuse(memory);
    pack.reuse(new ArrayBuffer(0));
    pack.add(bytesOf('second'), 0, 6, 5);
    const second = pack.take();
    expect(second.bytes.buffer).toBe(memory);
    expect(Buffer.from(second.bytes).toString()).toBe('second');
  });
});
