import { describe, expect, it } from 'vitest';
import { originLookup } from '../application-frame.ts';
import { exception, pythonFrames } from '../event-fixtures.ts';
import { createStackReader, type IssueStack } from './issue-stack.ts';
import { StackIndex } from './stack-index.ts';
import { suggestMerges } from './suggest-merges.ts';

const stackOf = createStackReader(originLookup());
function stack(issueId: string, frames: string[], isCut = false): IssueStack {
  return { issueId, frames, isCut };
}
const suggestFor = (issue: IssueStack, others: IssueStack[]) => new StackIndex([...others, issue]).suggest(issue);
const path = (count: number, prefix = 'f') => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const unlike = (count: number) =>
  Array.from({ length: count }, (_, index) => stack(`u${index}`, path(8, `u${index}-`)));

describe('issues that are like one', () => {
  it('share their frames at the crash end; those that share the entry alone do not', () => {
    const issue = stack('new', path(10));
    const sameCrash = stack('same-crash', [...path(7), 'x', 'y', 'z']);
    const sameEntry = stack('same-entry', ['x', 'y', 'z', ...path(10).slice(3)]);
    const found = suggestFor(issue, [sameCrash, sameEntry, ...unlike(20)]);
    expect(found.map(({ otherId, reason }) => [otherId, reason])).toEqual([['same-crash', 'similar-stack']]);
    expect(found[0]?.score).toBeGreaterThanOrEqual(0.8);
  });

  it('are told by rare frames, not by the framework that all share', () => {
    const framework = path(9, 'framework');
    const others = path(20, 'own').map((own, index) => stack(`o${index}`, [own, ...framework]));
    expect(suggestFor(stack('new', ['mine', ...framework]), others)).toEqual([]);
    const twin = stack('twin', ['mine', ...framework.slice(0, 8), 'worker']);
    expect(suggestFor(stack('new', ['mine', ...framework]), [...others, twin]).map(({ otherId }) => otherId)).toEqual([
      'twin',
    ]);
  });

  it('are at most 3, the best first, all with at least 0.8', () => {
    const near = path(6, 'n').map((extra, index) => stack(`near${index}`, [...path(12), ...path(index, extra)]));
    const found = suggestFor(stack('new', path(12)), [...near, ...unlike(5)]);
    expect(found.map(({ otherId }) => otherId)).toEqual(['near0', 'near1', 'near2']);
    expect(found[0]?.score).toBe(1);
    expect(suggestFor(stack('new', path(12)), unlike(5))).toEqual([]);
  });

  it('continue a trace that the log cut, if there is exactly one', () => {
    const cut = stack('cut', ['place', 'post'], true);
    const whole = stack('whole', [...path(9), 'reserve', 'place', 'post']);
    expect(suggestFor(cut, [whole, ...unlike(5)])).toEqual([
      { issueId: 'cut', otherId: 'whole', score: 0.9, reason: 'cut-trace' },
    ]);
    const other = stack('other', ['send', ...path(9), 'place', 'post']);
    expect(suggestFor(cut, [whole, other])).toEqual([]);
    expect(suggestFor(stack('short', ['place', 'post']), [whole])).toEqual([]);
  });
});

describe('the night', () => {
  it('finds each pair once', () => {
    const issues = [stack('a', path(10)), stack('b', [...path(9), 'x']), stack('c', path(10, 'c')), ...unlike(30)];
    expect(suggestMerges(issues).map(({ issueId, otherId }) => [issueId, otherId].toSorted())).toEqual([['a', 'b']]);
    expect(suggestMerges([])).toEqual([]);
  });

  it('looks at few of the many that share a framework', () => {
    const framework = path(60, 'framework');
    const issues = Array.from({ length: 1_500 }, (_, index) =>
      stack(`i${index}`, [`own${index >> 1}`, `at${index >> 1}`, ...framework]),
    );
    const pairs = suggestMerges(issues).filter(
      ({ issueId, otherId }) => Number(issueId.slice(1)) >> 1 === Number(otherId.slice(1)) >> 1,
    );
    expect(pairs.length).toBe(750);
  });
});

describe('the stack of an issue', () => {
  it('is the root cause first, crash first, without lines, code and repetition', () => {
    const exceptions = [
      exception('OrderFailed', 'order 12', pythonFrames('orders:14:place', 'api:7:post')),
      exception('KeyError', 'sku', pythonFrames('stock:40:reserve', 'stock:9:walk', 'stock:9:walk'), {
        relation: 'cause',
      }),
    ];
    expect(stackOf('a', { exceptions })?.frames.map((frame) => frame.split('\u0000').at(-1))).toEqual([
      'reserve',
      'walk',
      'place',
      'post',
    ]);
    expect(stackOf('a', { exceptions: [] })).toBeNull();
    expect(
      stackOf('a', { exceptions: [exception(null, null, pythonFrames('a:1:f'), { truncated: true })] })?.isCut,
    ).toBe(true);
  });
});
