import { describe, expect, it } from 'vitest';
import { durationText } from './duration.ts';

const words = { ms: 'ms', s: 's', min: 'min', h: 'h', d: 'd' };
const number = new Intl.NumberFormat('en-GB');
const text = (ms: number) => durationText(ms, words, number).replaceAll('\u00a0', ' ');

describe('durations', () => {
  it('are said in the units a person would use, two at most', () => {
    expect([0, 849.6, 12_412, 245_000, 7_800_000, 273_600_000].map(text)).toEqual([
      '0 ms',
      '850 ms',
      '12.4 s',
      '4 min 5 s',
      '2 h 10 min',
      '3 d 4 h',
    ]);
  });

  it('never round up to sixty of a unit', () => {
    expect([59_940, 59_990, 3_599_800, 86_399_900].map(text)).toEqual(['59.9 s', '1 min', '1 h', '1 d']);
  });
});
