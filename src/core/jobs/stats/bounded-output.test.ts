import { describe, expect, it } from 'vitest';
import { createBoundedOutput } from './index.ts';

const clock = { now: () => 1_000 };

describe('createBoundedOutput', () => {
  it('keeps the beginning and the newest, and counts what it lost between', () => {
    const output = createBoundedOutput({ clock, headBytes: 100, tailBytes: 200 });
    for (let line = 0; line < 1_000; line += 1) output.write(line % 2 === 0 ? 'stdout' : 'stderr', `line ${line}\n`);
    const { chunks, lostBytes } = output.take();
    const text = chunks.map((chunk) => chunk.text).join('');
    expect(text).toMatch(/^line 0\nline 1\n/);
    expect(text).toMatch(/line 998\nline 999\n$/);
    const total = Array.from({ length: 1_000 }, (_, line) => `line ${line}\n`).join('').length;
    expect(text.length + lostBytes).toBe(total);
    expect(text.length).toBeLessThanOrEqual(310);
    const numbers = chunks.map(({ seq }) => seq);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(output.take()).toEqual({ chunks: [], lostBytes: 0 });
  });

  it('puts small writes together, keeps streams apart and numbers on after each taking', () => {
    const output = createBoundedOutput({ clock });
    output.write('stdout', 'a');
    output.write('stdout', 'b\0');
    output.write('stderr', 'c');
    expect(output.take().chunks).toEqual([
      { seq: 1, at: 1_000, stream: 'stdout', text: 'ab\uFFFD' },
      { seq: 2, at: 1_000, stream: 'stderr', text: 'c' },
    ]);
    output.write('stderr', 'd');
    expect(output.isEmpty).toBe(false);
    expect(output.take().chunks).toEqual([{ seq: 3, at: 1_000, stream: 'stderr', text: 'd' }]);
    expect(output.isEmpty).toBe(true);
  });

  it('cuts long writes without cutting a character', () => {
    const output = createBoundedOutput({ clock });
    output.write('stdout', `x${'😀'.repeat(100_000)}`);
    const { chunks } = output.take();
    expect(chunks.length).toBeGreaterThan(5);
    expect(chunks.every(({ text }) => text.isWellFormed())).toBe(true);
    expect(chunks.map(({ text }) => text).join('').length).toBe(200_001);
  });
});
