import { describe, expect, it } from 'vitest';
import { createLiveRates, createLiveTally } from './live-rates.ts';

describe('live rates', () => {
  it('are of the last ten seconds, and forget what is older', () => {
    let now = 1_000_000;
    const rates = createLiveRates({ now: () => now });
    rates.add([{ service: 'shop', events: 100, errors: 10, lastAt: now - 5 }]);
    now += 500;
    rates.add([{ service: 'shop', events: 20, errors: 0, lastAt: now }]);
    rates.add([{ service: 'billing', events: 10, errors: 10, lastAt: now - 60_000 }]);
    expect(rates.read()).toEqual([
      { service: 'billing', eventsPerSecond: 1, errorsPerSecond: 1, lastEventAt: now - 60_000 },
      { service: 'shop', eventsPerSecond: 12, errorsPerSecond: 1, lastEventAt: now },
    ]);
    now += 10_000;
    expect(rates.read()).toMatchObject([{ eventsPerSecond: 0 }, { eventsPerSecond: 0, lastEventAt: 1_000_500 }]);
  });

  it('survive a clock that is set back', () => {
    let now = 10_000_000;
    const rates = createLiveRates({ now: () => now });
    rates.add([{ service: 'shop', events: 100, errors: 0, lastAt: now }]);
    now -= 3_600_000;
    rates.add([{ service: 'shop', events: 10, errors: 0, lastAt: now }]);
    expect(rates.read()).toMatchObject([{ eventsPerSecond: 1 }]);
  });

  it('keep no more services than they may', () => {
    const rates = createLiveRates({ now: () => 0 });
    for (let number = 0; number < 1_500; number++)
      rates.add([{ service: `s${number}`, events: 1, errors: 0, lastAt: 1 }]);
    expect(rates.read()).toHaveLength(1_000);
    const tally = createLiveTally();
    for (let number = 0; number < 1_500; number++) tally.add(`s${number}`, true, number);
    const taken = tally.take();
    expect(taken).toHaveLength(1_001);
    expect(taken.at(-1)).toEqual({ service: '(other)', events: 500, errors: 500, lastAt: 1_499 });
    expect(tally.take()).toEqual([]);
  });
});
