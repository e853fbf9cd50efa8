import type { Store } from '../../adapters/store/sql/index.ts';
import type { Configuration } from '../../config/index.ts';
import { createCoordination } from '../../core/jobs/index.ts';
import type { Clock } from '../../core/shared/index.ts';

export interface OpenCoordinationOptions {
  configuration: Configuration;
  store: Pick<Store, 'coordination' | 'jobs' | 'runs'>;
  clock: Clock;
  declareAnew(): Promise<void>;
}

/** What runs teach of jobs, and what may be changed by it. */
export function openCoordination({ configuration, store, clock, declareAnew }: OpenCoordinationOptions) {
  const { apply, confidence } = configuration.jobEngine.coordination;
  const coordination = createCoordination({
    store: store.coordination,
    registry: store.jobs,
    reader: store.runs,
    mayApply: apply,
    confidence,
    clock,
    declareAnew,
  });
  return { ...coordination, mayApply: apply };
}
