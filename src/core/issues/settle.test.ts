import { describe, expect, it } from 'vitest';
import { classify } from './classify.ts';
import { at, event } from './event-fixtures.ts';
import { fold } from './fold/fold.ts';
import { DEFAULT_UNDERSTANDING_LIMITS as limits } from './limits.ts';
import { settledIncidents } from './settle.ts';

const incidentsAt = (...times: number[]) =>
  fold(
    times
      .map((time) => event({ time: at(time), severityNumber: 17 }))
      .map((one) => ({ event: one, ...classify(one, limits) })),
    { limits },
  );
const timesOf = (incidents: ReturnType<typeof incidentsAt>) =>
  incidents.map(({ representative }) => representative.event.time - at(0));

describe('which incidents are complete', () => {
  it('those a margin away from both ends of what is held', () => {
    const { settled, waiting } = settledIncidents(incidentsAt(0, 500, 900, 1_000, 1_100, 1_500, 2_000), 900);
    expect(timesOf(settled)).toEqual([900, 1_000, 1_100]);
    expect(timesOf(waiting)).toEqual([0, 500, 1_500, 2_000]);
  });

  it('with a smaller margin when too little would be let go, in the end all', () => {
    expect(settledIncidents(incidentsAt(0, 6, 12, 18), 600_000).waiting).toHaveLength(2);
    expect(settledIncidents(incidentsAt(0, 0, 0), 600_000)).toMatchObject({ waiting: [] });
    expect(settledIncidents(incidentsAt(0, 5, 9), 0)).toMatchObject({ waiting: [] });
    expect(settledIncidents([], 600_000)).toEqual({ settled: [], waiting: [] });
  });
});
