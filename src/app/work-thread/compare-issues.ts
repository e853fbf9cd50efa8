import * as issues from '../../core/issues/index.ts';
import type { WorkContext } from './work-context.ts';

/** Compares the issues of every service that is active; gives how many pairs look alike. */
export async function compareIssues({ store, clock, understanding }: WorkContext): Promise<number> {
  const { activity, fold } = await store();
  const at = clock.now();
  let pairs = 0;
  for (const { projectId, service } of await activity.services(at)) {
    const originOf = issues.originLookup(understanding.frameOrigin);
    pairs += await issues.compareIssues({ projectId, service }, { store: fold, originOf, at });
  }
  return pairs;
}
