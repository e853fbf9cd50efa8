import type { Prediction, PredictionMeasure } from './prediction.ts';

export interface Tally {
  count(isWarning: boolean, came: boolean): void;
  measurement(): PredictionMeasure;
}

export function createTally(): Tally {
  let count = 0;
  let came = 0;
  let warnings = 0;
  let hits = 0;
  return {
    count(isWarning, hasCome) {
      count += 1;
      if (hasCome) came += 1;
      if (isWarning) warnings += 1;
      if (isWarning && hasCome) hits += 1;
    },
    measurement: () => ({
      count,
      came,
      warnings,
      hits,
      precision: warnings === 0 ? null : hits / warnings,
      recall: came === 0 ? null : hits / came,
    }),
  };
}

/** How the predictions did that were judged; the others do not count. */
export function measurePredictions(predictions: readonly Prediction[]): PredictionMeasure {
  const tally = createTally();
  for (const { isWarning, judged } of predictions) if (judged) tally.count(isWarning, judged.came);
  return tally.measurement();
}
