import { describe, expect, it } from 'vitest';
import { placeOnTrack, stripesOf } from './place-on-track.ts';

describe('a span on its track', () => {
  it('stands where it ran', () => {
    expect(placeOnTrack(250, 500, 1_000)).toEqual({ left: 25, width: 50 });
  });

  it('is seen though it took no time, and never reaches out of the track', () => {
    expect(placeOnTrack(0, 0, 1_000)).toEqual({ left: 0, width: 0.5 });
    expect(placeOnTrack(1_000, 0, 1_000)).toEqual({ left: 99.5, width: 0.5 });
    expect(placeOnTrack(900, 500, 1_000)).toEqual({ left: 90, width: 10 });
    expect(placeOnTrack(-20, 100, 1_000)).toEqual({ left: 0, width: 10 });
  });

  it('fills the track of a trace without length', () => {
    expect(placeOnTrack(0, 0, 0)).toEqual({ left: 0, width: 100 });
  });
});

describe('the stripes of gaps', () => {
  it('are as wide as the gaps, each at its place', () => {
    const gaps = [
      { fromMs: 500, toMs: 900 },
      { fromMs: 0, toMs: 200 },
    ];
    expect(stripesOf({ durationMs: 1_000, gaps })!.match(/[\d.]+% 0 \/ [\d.]+%/g)).toEqual([
      '83.33% 0 / 40.00%',
      '0.00% 0 / 20.00%',
    ]);
    expect(stripesOf({ durationMs: 1_000, gaps: [{ fromMs: 0, toMs: 1_000 }] })).toContain('0.00% 0 / 100.00%');
  });

  it('are none where there is no gap', () => {
    expect(stripesOf({ durationMs: 1_000, gaps: [] })).toBeUndefined();
  });
});
