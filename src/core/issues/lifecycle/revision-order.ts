import type { SeenRevisionRow } from '../ports.ts';

const SEMVER =
  /^(?:[\w./-]*@)?v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-([0-9A-Za-z.-]{1,100}))?(?:\+[0-9A-Za-z.-]{1,100})?$/;

/**
 * Revisions of a service from old to new: by first deployment where it is known of all, else by semantic version (https://semver.org) where
 * all are one (`v1.2.3`, `shop@1.2.3`), else by when each was deployed or first seen.
 */
export function orderRevisions(revisions: readonly SeenRevisionRow[]): SeenRevisionRow[] {
  const compare = orderOf(revisions);
  return [...revisions].sort((a, b) => compare(a, b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function orderOf(revisions: readonly SeenRevisionRow[]): (a: SeenRevisionRow, b: SeenRevisionRow) => number {
  const startOf = ({ deployedAt, firstSeen }: SeenRevisionRow) => deployedAt ?? firstSeen;
  const byStart = (a: SeenRevisionRow, b: SeenRevisionRow) => startOf(a) - startOf(b);
  if (revisions.every(({ deployedAt }) => deployedAt !== null)) return byStart;
  const versions = new Map(revisions.map(({ name }) => [name, versionOf(name)]));
  if ([...versions.values()].some((version) => version === null)) return byStart;
  return (a, b) => compareVersions(versions.get(a.name)!, versions.get(b.name)!);
}

interface Version {
  numbers: number[];
  pre: string[] | null;
}

function versionOf(name: string): Version | null {
  const match = SEMVER.exec(name.slice(0, 300));
  if (!match) return null;
  return { numbers: match.slice(1, 4).map(Number), pre: match[4]?.split('.') ?? null };
}

function compareVersions(a: Version, b: Version): number {
  for (let at = 0; at < 3; at++) {
    const difference = a.numbers[at]! - b.numbers[at]!;
    if (difference !== 0) return difference;
  }
  if (a.pre === null || b.pre === null) return Number(a.pre === null) - Number(b.pre === null);
  for (let at = 0; at < Math.max(a.pre.length, b.pre.length); at++) {
    const difference = comparePart(a.pre[at], b.pre[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Fewer parts come first, numbers before words. */
function comparePart(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  const isNumber = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber[0] && isNumber[1]) return Number(a) - Number(b);
  if (isNumber[0] !== isNumber[1]) return isNumber[0] ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
