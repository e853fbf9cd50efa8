import { describe, expect, it } from 'vitest';
import { parseFreshness } from './freshness.ts';

describe('how far back to look', () => {
  it('reads durations, instants and all', () => {
    expect(parseFreshness('1h')).toEqual({ kind: 'duration', text: '1h', ms: 3_600_000 });
    expect(parseFreshness(' 90s ')).toMatchObject({ ms: 90_000 });
    expect(parseFreshness('all')).toEqual({ kind: 'all', text: 'all' });
    expect(parseFreshness('2025-10-20T03:18:28+02:00')).toMatchObject({
      kind: 'instant',
      time: Date.UTC(2025, 9, 20, 1, 18, 28),
    });
    expect(parseFreshness('2025-10-20')).toMatchObject({ time: Date.UTC(2025, 9, 20) });
  });

  it.each(['', '0h', '1w', '-1h', 'yesterday', '2025-10-20T03:18:28', '2025-13-40', '9999999999999s'])(
    'refuses %j',
    (value) => {
      expect(parseFreshness(value)).toBeNull();
    },
  );
});
