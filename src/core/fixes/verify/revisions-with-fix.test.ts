import { expect, it } from 'vitest';
import type { Fix } from '../fix.ts';
import type { ServiceRevision } from '../ports.ts';
import { revisionsWithFix } from './revisions-with-fix.ts';

const COMMITS: Record<string, string> = { 'r-1': 'a', 'r-2': 'b', 'r-3': 'a', 'r-4': 'b' };
const known: ServiceRevision[] = Object.keys(COMMITS).map((name, index) => ({
  name,
  firstSeen: index * 1_000,
  deployedAt: null,
  commit: null,
}));
const history = {
  commitOf: async (name: string) => COMMITS[name] ?? null,
  contains: async (descendant: string, commit: string) => descendant === commit,
};

async function held(fix: Partial<Fix>, withHistory = true): Promise<string[]> {
  const whole = {
    state: 'deployed',
    handedOffAt: 500,
    proposal: null,
    mergedCommit: null,
    revisionWithFix: null,
    ...fix,
  } as Fix;
  return (await revisionsWithFix(whole, { known, history: withHistory ? history : null })).map(({ name }) => name);
}

it('are the one that was named and those after it', async () => {
  expect(await held({ revisionWithFix: 'r-2' })).toEqual(['r-2', 'r-3', 'r-4']);
  expect(await held({ revisionWithFix: 'r-9' })).toEqual([]);
});

it('are not those that brought an older state back', async () => {
  expect(await held({ revisionWithFix: 'r-2', mergedCommit: 'b' })).toEqual(['r-2', 'r-4']);
  expect(await held({ revisionWithFix: 'r-2', mergedCommit: 'b' }, false)).toEqual(['r-2', 'r-3', 'r-4']);
});

it('are those whose commit holds the commit of the fix, also before anybody says that it is deployed', async () => {
  expect(await held({ state: 'merged', mergedCommit: 'b' })).toEqual(['r-2', 'r-4']);
  expect(await held({ state: 'merged', mergedCommit: 'c' })).toEqual([]);
});

it('are the new ones since the hand-off once it is said to be deployed without a name', async () => {
  expect(await held({}, false)).toEqual(['r-2', 'r-3', 'r-4']);
  expect(await held({ state: 'merged' }, false)).toEqual([]);
  expect(await held({ mergedCommit: 'c' })).toEqual(['r-2', 'r-3', 'r-4']);
});

it('are the same once it is verified', async () => {
  expect(await held({ state: 'verified' }, false)).toEqual(['r-2', 'r-3', 'r-4']);
  expect(await held({ state: 'verified', mergedCommit: 'c' })).toEqual(['r-2', 'r-3', 'r-4']);
});
