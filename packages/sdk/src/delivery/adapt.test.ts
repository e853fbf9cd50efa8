import { describe, expect, test } from 'vitest';
import { Adaptation } from './adapt.ts';
import { DEFAULT_DELIVERY } from './delivery.ts';

const KNOBS = { ...DEFAULT_DELIVERY };

describe('the size of batches and their concurrency', () => {
  test('start at 100 entries, 256 KiB and one at a time', () => {
    expect(new Adaptation(KNOBS).targets()).toEqual({
      batchEntries: 100,
      batchBytes: 262_144,
      concurrency: 1,
      roundTripMs: 0,
    });
  });

  test('grow by one with each round trip at or under the mean', () => {
    const adaptation = new Adaptation(KNOBS);
    for (let trip = 0; trip < 5; trip++) adaptation.answered(20);
    expect(adaptation.targets()).toMatchObject({ batchEntries: 105, concurrency: 6, roundTripMs: 20 });
  });

  test('shrink by a tenth on a round trip beyond the mean plus 2.5 deviations, and stay between', () => {
    const adaptation = new Adaptation(KNOBS);
    adaptation.answered(20);
    adaptation.answered(44);
    expect(adaptation.targets().batchEntries).toBe(101);
    const before = new Adaptation(KNOBS);
    before.answered(20);
    before.answered(45.1);
    expect(before.targets()).toMatchObject({ batchEntries: 90, concurrency: 1 });
  });

  test('weigh the newest round trip with 0.4', () => {
    const adaptation = new Adaptation(KNOBS);
    adaptation.answered(100);
    adaptation.answered(50);
    expect(adaptation.targets().roundTripMs).toBe(80);
  });

  test('never leave their bounds', () => {
    const adaptation = new Adaptation(KNOBS);
    for (let trip = 0; trip < 20_000; trip++) adaptation.answered(5);
    expect(adaptation.targets()).toMatchObject({ batchEntries: 10_000, batchBytes: 5 * 1024 * 1024, concurrency: 8 });
    for (let trip = 0; trip < 500; trip++) adaptation.overloaded();
    expect(adaptation.targets()).toMatchObject({ batchEntries: 1, batchBytes: 1, concurrency: 1 });
  });

  test('are halved by an answer that says too large', () => {
    const adaptation = new Adaptation(KNOBS);
    adaptation.tooLarge(60, 100_000);
    expect(adaptation.targets()).toMatchObject({ batchEntries: 30, batchBytes: 50_000 });
  });
});
