import type { Coordination, CoordinationStore, MayApply } from '../../core/jobs/index.ts';

/** What runs taught, and what people decide of it. */
export interface CoordinationControl
  extends Pick<Coordination, 'apply' | 'dismiss' | 'revert'>,
    Pick<CoordinationStore, 'learnings' | 'suggestions'> {
  mayApply: readonly MayApply[];
}
