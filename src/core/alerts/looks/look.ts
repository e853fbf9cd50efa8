import type { AlertSubject, Observation } from '../alert.ts';

/** What a look of one rule saw. */
export interface Look {
  observations: readonly Observation[];
  /** False: a bound was reached, there are subjects that were not seen. Then nothing is taken for gone. */
  isWhole: boolean;
  /** Of a subject that fires and was not among those seen: how it stands; null: it is gone. */
  missing(subject: AlertSubject, projectId: number | null): Promise<Observation | null>;
}

export const GONE = async () => null;
