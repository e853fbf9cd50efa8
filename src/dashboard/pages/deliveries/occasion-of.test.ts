import { describe, expect, it } from 'vitest';
import { occasionOf } from './occasion-of.ts';

describe('why a message was made', () => {
  it.each([
    ['report:report-1a:2', { kind: 'report', report: 'report-1a:2' }],
    ['digest:1795276860000', { kind: 'digest', report: null }],
    ['could-not-look:report-7', { kind: 'could-not-look', report: null }],
    ['something new', { kind: 'something new', report: null }],
  ])('is read from %s', (occasion, expected) => {
    expect(occasionOf({ occasion })).toEqual(expected);
  });
});
