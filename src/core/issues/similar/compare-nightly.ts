import type { OriginOf } from '../application-frame.ts';
import type { FoldPlan, FoldStore, ServiceScope } from '../ports.ts';
import { createStackReader } from './issue-stack.ts';
import { suggestMerges } from './suggest-merges.ts';

/** Issues of one service that are compared: about 1 ms each. */
const COMPARED = 2_000;

const NOTHING: FoldPlan = {
  opened: [],
  changed: [],
  hashes: [],
  incidents: [],
  gone: [],
  mayVanish: [],
  history: [],
  outbox: [],
  suggestions: [],
  settled: [],
};

/**
 * The night's look at the issues of one service: what opened apart and turns out alike is noted as a suggestion, never merged. Gives how many
 * pairs were found.
 */
export async function compareIssues(
  scope: ServiceScope,
  { store, originOf, at }: { store: Pick<FoldStore, 'representatives' | 'apply'>; originOf: OriginOf; at: number },
): Promise<number> {
  const stackOf = createStackReader(originOf);
  const representatives = await store.representatives(scope, COMPARED);
  const stacks = representatives.map(({ issueId, event }) => stackOf(issueId, event)).filter((stack) => stack !== null);
  const found = suggestMerges(stacks);
  if (found.length > 0) await store.apply({ ...NOTHING, suggestions: found.map((pair) => ({ ...pair, at })) });
  return found.length;
}
