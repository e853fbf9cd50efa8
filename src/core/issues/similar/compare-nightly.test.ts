import { expect, it } from 'vitest';
import { originLookup } from '../application-frame.ts';
import { at, exception, pythonFrames, stackEvent } from '../event-fixtures.ts';
import type { FoldPlan } from '../ports.ts';
import { compareIssues } from './compare-nightly.ts';

const frames = (last: string) =>
  pythonFrames('stock:40:reserve', 'orders:14:place', 'cart:9:checkout', 'api:7:post', `${last}:1:main`);
const issue = (issueId: string, ...stack: Parameters<typeof exception>) => ({
  issueId,
  event: stackEvent(at(0), [exception(...stack)]),
});

function night(issues: ReturnType<typeof issue>[]) {
  const plans: FoldPlan[] = [];
  const store = {
    representatives: async () => issues,
    apply: async (plan: FoldPlan) => void plans.push(plan),
  };
  const compared = compareIssues({ projectId: 1, service: 'shop' }, { store, originOf: originLookup(), at: 7 });
  return compared.then((pairs) => ({ pairs, plans }));
}

it('notes each pair of issues that look alike once, as a suggestion and nothing else', async () => {
  const { pairs, plans } = await night([
    issue('issue-a', 'ValueError', 'no stock', frames('web')),
    issue('issue-b', 'StockError', 'no stock', frames('worker')),
    issue('issue-c', 'KeyError', 'id', pythonFrames('mail:3:send', 'queue:8:next')),
  ]);
  expect(pairs).toBe(1);
  expect(plans).toHaveLength(1);
  const { suggestions, ...rest } = plans[0]!;
  expect(suggestions).toEqual([expect.objectContaining({ reason: 'similar-stack', at: 7 })]);
  expect(new Set([suggestions[0]!.issueId, suggestions[0]!.otherId])).toEqual(new Set(['issue-a', 'issue-b']));
  expect(Object.values(rest).every((rows) => rows.length === 0)).toBe(true);
});

it('writes nothing when no two are alike', async () => {
  const { pairs, plans } = await night([
    issue('issue-c', 'KeyError', 'id', pythonFrames('mail:3:send', 'queue:8:next')),
  ]);
  expect([pairs, plans]).toEqual([0, []]);
});
