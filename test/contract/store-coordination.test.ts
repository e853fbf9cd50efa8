import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredOverride, StoredSuggestion } from '../../src/core/jobs/index.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';

const NOW = Date.UTC(2026, 0, 31);

function suggestion(over: Partial<StoredSuggestion> = {}): StoredSuggestion {
  return {
    ...{ id: 's-1', jobId: 'sync', parameter: 'retries.count', from: 1, to: 2, measure: 'success rate' },
    ...{ effect: { low: 0.1, high: 0.2 }, because: { failing: 0.3 }, runs: 40, confidence: 0.9, judgedOn: 8 },
    ...{ state: 'shown', measured: null, createdAt: NOW, appliedAt: null, decidedAt: null, by: null },
    ...over,
  };
}

const override: StoredOverride = {
  ...{ jobId: 'sync', parameter: 'retries.count', from: 1, to: 2, suggestionId: 's-1', at: NOW },
};

describe.each(DATABASES)('coordination in $name', ({ open }) => {
  let stores: OpenedStores;
  beforeEach(async () => {
    stores = await open({ clock: { now: () => NOW } });
  });
  afterEach(() => stores.close());

  it('shows one suggestion of a parameter at a time, and takes the newer words of it', async () => {
    const { coordination } = stores.main;
    expect(await coordination.show(suggestion())).toBe(true);
    expect(await coordination.show(suggestion({ id: 's-2' }))).toBe(false);
    expect(await coordination.show(suggestion({ id: 's-3', parameter: 'timeoutMs' }))).toBe(true);
    expect(await coordination.show(suggestion({ runs: 60 }))).toBe(true);
    expect((await coordination.suggestions(10)).map(({ id, runs }) => [id, runs])).toEqual([
      ['s-1', 60],
      ['s-3', 40],
    ]);
    await coordination.withdraw(['s-3']);
    expect(await coordination.get('s-3')).toBeNull();
  });

  it('is decided once, with its override in the same transaction', async () => {
    const { coordination } = stores.main;
    await coordination.show(suggestion());
    const applied = suggestion({ state: 'applied', appliedAt: NOW, by: 'user:1' });
    const both = await Promise.all([
      coordination.decide(applied, 'shown', { add: override }),
      coordination.decide(suggestion({ state: 'dismissed' }), 'shown', null),
    ]);
    expect(both.filter(Boolean)).toHaveLength(1);
    if (!both[0]) await coordination.decide(applied, 'dismissed', { add: override });
    expect(await coordination.get('s-1')).toEqual(applied);
    expect(await coordination.overrides()).toEqual([override]);
    // What was applied is not withdrawn, and another is not shown beside it.
    await coordination.withdraw(['s-1']);
    expect(await coordination.show(suggestion({ id: 's-9' }))).toBe(false);
    expect(await coordination.decide(suggestion({ state: 'reverted' }), 'applied', { drop: true })).toBe(true);
    expect(await coordination.overrides()).toEqual([]);
  });

  it('keeps the newest of what was learnt', async () => {
    const { coordination } = stores.main;
    const learning = { jobId: 'sync', runs: 3, learnings: null, learntAt: NOW };
    await coordination.keepLearnings([learning, { ...learning, jobId: 'old' }]);
    await coordination.keepLearnings([{ ...learning, runs: 4 }]);
    expect(await coordination.learnings()).toEqual([{ ...learning, runs: 4 }]);
    await coordination.keepLearnings([]);
    expect(await coordination.learnings()).toEqual([]);
  });
});
