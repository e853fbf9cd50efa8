import { expect, it } from 'vitest';
import { humidity, MINUTE, START, setUp, tooDry } from '../alert-fixtures.ts';

it('a rule with a bound on either side fires outside of both, and ends between them', async () => {
  const rule = {
    ...tooDry,
    name: 'outside',
    check: {
      of: 'value',
      bad: [
        { is: 'below', value: 35 },
        { is: 'above', value: 70 },
      ],
      clear: [],
      tiers: [],
    },
  } as const;
  const { alerts, only, store } = setUp([rule]);
  await alerts.postMeasurements([35, 50, 70].map((value, index) => humidity(value, START + index * MINUTE)));
  expect(store.tables.alerts.size).toBe(0);
  const seen = [];
  for (const [index, value] of [34, 50, 71].entries()) {
    await alerts.postMeasurements([humidity(value, START + (10 + index) * MINUTE)]);
    const { state, threshold, firing } = only();
    seen.push([value, state, firing, threshold]);
  }
  expect(seen).toEqual([
    [34, 'firing', 1, expect.stringContaining('35')],
    [50, 'resolved', 1, expect.any(String)],
    [71, 'firing', 2, expect.stringContaining('70')],
  ]);
});
