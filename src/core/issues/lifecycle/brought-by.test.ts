import { expect, it } from 'vitest';
import { broughtBy } from './brought-by.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 0, 31);
const known = [
  { name: 'r-1', firstSeen: NOW - 40 * DAY, deployedAt: null },
  { name: 'r-2', firstSeen: NOW - 20 * DAY, deployedAt: null },
];

it.each([
  ['an hour after the revision began', 'r-2', NOW - 20 * DAY + HOUR, 'r-2'],
  ['a day after it began', 'r-2', NOW - 19 * DAY, null],
  ['weeks after it began', 'r-2', NOW, null],
  ['with the first revision that was ever heard of', 'r-1', NOW - 40 * DAY + HOUR, null],
  ['with one that nobody knows', 'r-9', NOW, null],
  ['with none', null, NOW, null],
] as const)('an issue that was first seen %s', (_, firstRevision, firstSeen, revision) => {
  expect(broughtBy({ firstRevision, firstSeen }, known)).toBe(revision);
});

it('counts from the deployment, where that is known', () => {
  const deployed = known.map((one) => ({ ...one, deployedAt: one.name === 'r-2' ? NOW : one.firstSeen }));
  expect(broughtBy({ firstRevision: 'r-2', firstSeen: NOW + HOUR }, deployed)).toBe('r-2');
});
