import { describe, expect, it } from 'vitest';
import { silenceNeeded } from './silence-needed.ts';

describe('the silence that proves a fix', () => {
  it('is three incidents’ worth of requests, at least 20, and an hour', () => {
    expect(silenceNeeded({ incidents: 2, requests: 400, hours: 168 })).toEqual({ requests: 600, hours: 1 });
    expect(silenceNeeded({ incidents: 90, requests: 100, hours: 168 })).toEqual({ requests: 20, hours: 1 });
    expect(silenceNeeded({ incidents: 7, requests: 100, hours: 168 })).toEqual({ requests: 43, hours: 1 });
  });

  it('is counted in hours where nobody counts requests, at least 24', () => {
    expect(silenceNeeded({ incidents: 1, requests: null, hours: 168 })).toEqual({ requests: null, hours: 504 });
    expect(silenceNeeded({ incidents: 168, requests: 0, hours: 168 })).toEqual({ requests: null, hours: 24 });
  });

  it('is at least what the configuration says', () => {
    const least = { requests: 50, hours: 2, hoursAlone: 12 };
    expect(silenceNeeded({ incidents: 90, requests: 100, hours: 168 }, least)).toEqual({ requests: 50, hours: 2 });
    expect(silenceNeeded({ incidents: 2, requests: 400, hours: 168 }, least)).toEqual({ requests: 600, hours: 2 });
    expect(silenceNeeded(null, least)).toEqual({ requests: null, hours: 12 });
  });

  it('is a day when nothing is known of how often it happens', () => {
    expect(silenceNeeded(null)).toEqual({ requests: null, hours: 24 });
    expect(silenceNeeded({ incidents: 0, requests: null, hours: 168 })).toEqual({ requests: null, hours: 24 });
  });

  it('is the least of its route beside that day where its requests are counted', () => {
    expect(silenceNeeded({ incidents: 0, requests: 50, hours: 168 })).toEqual({ requests: 20, hours: 24 });
    expect(silenceNeeded({ incidents: 0, requests: 0, hours: 168 })).toEqual({ requests: 20, hours: 24 });
  });

  it('leaves an unfixed fault at most one chance in twenty', () => {
    for (const [incidents, requests] of [
      [1, 30],
      [3, 1_000],
      [40, 41],
      [17, 999],
    ] as const) {
      const needed = silenceNeeded({ incidents, requests, hours: 168 }).requests!;
      expect((1 - incidents / requests) ** needed).toBeLessThanOrEqual(0.05);
    }
  });
});
