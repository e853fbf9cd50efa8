/**
 * Logistic regression that learns one example at a time, and knows how unsure it is: a Gaussian over the weights, moved by one Newton step
 * per example (Spiegelhalter and Lauritzen 1990, "Sequential updating of conditional probabilities"; MacKay 1992 for the damped probability).
 * Unlike a refit it costs the same for the thousandth run as for the first, and what it said of a run never knew that run.
 */
export interface OnlineLogistic {
  /** 0 to 1, nearer to the middle the less is known. */
  probability(features: readonly number[]): number;
  learn(features: readonly number[], came: boolean): void;
  weights(): readonly number[];
}

export interface OnlineLogisticOptions {
  /** Mean of each weight before anything is known. */
  prior: readonly number[];
  /** Standard deviation of each. */
  spread: readonly number[];
  /** Part of what is known that is kept per example: old times fade. */
  memory: number;
}

export function createOnlineLogistic({ prior, spread, memory }: OnlineLogisticOptions): OnlineLogistic {
  const size = prior.length;
  const mean = [...prior];
  const widest = spread.map((deviation) => deviation * deviation);
  const covariance = widest.map((variance, row) => widest.map((_, column) => (row === column ? variance : 0)));

  const product = (features: readonly number[]): number[] => covariance.map((row) => dot(row, features));

  return {
    probability(features) {
      const variance = dot(features, product(features));
      return logistic(dot(mean, features) / Math.sqrt(1 + (Math.PI * variance) / 8));
    },
    learn(features, came) {
      for (let row = 0; row < size; row++) {
        // Forgetting widens no weight beyond what was assumed of it at first.
        const factor = covariance[row]![row]! / memory > widest[row]! ? 1 : 1 / Math.sqrt(memory);
        for (let column = 0; column < size; column++) {
          covariance[row]![column]! *= factor;
          covariance[column]![row]! *= factor;
        }
      }
      const said = logistic(dot(mean, features));
      const slope = Math.max(said * (1 - said), 0.01);
      const gain = product(features);
      const scale = 1 + slope * dot(features, gain);
      const error = (came ? 1 : 0) - said;
      for (let row = 0; row < size; row++) {
        mean[row]! += (gain[row]! / scale) * error;
        for (let column = 0; column < size; column++) {
          covariance[row]![column]! -= (slope / scale) * gain[row]! * gain[column]!;
        }
      }
    },
    weights: () => mean,
  };
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function dot(one: readonly number[], other: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += one[index]! * other[index]!;
  return sum;
}
