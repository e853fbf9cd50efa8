import type { Entity } from '../../analysis.ts';
import type { FoundEntity } from './entity.ts';
import { findNames } from './find-names.ts';
import { findTechnical } from './find-technical.ts';

/** Entities given at most. */
const MOST_ENTITIES = 50;
/** Matches looked at per text: a crafted text of nothing but names is cut there. */
const MOST_MATCHES = 20_000;
const LONGEST_ENTITY = 120;

/**
 * The named things of a text, each exactly as it is written there, every one once, in the order of their first mention; at most 50.
 * What technical signs say (an address, an error class) goes before what capitals say.
 */
export function findEntities(text: string, people: readonly string[] = []): Entity[] {
  const taken: FoundEntity[] = [];
  const covered = new Set<number>();
  for (const found of inOrder(text, people)) {
    const end = found.at + found.text.length;
    if (found.text.length > LONGEST_ENTITY || !isFree(covered, found.at, end)) continue;
    for (let at = found.at; at < end; at++) covered.add(at);
    taken.push(found);
  }
  const distinct = new Map<string, FoundEntity>();
  for (const found of taken.sort((a, b) => a.at - b.at)) {
    const key = `${found.type} ${found.text.toLowerCase()}`;
    if (!distinct.has(key)) distinct.set(key, found);
  }
  return [...distinct.values()].slice(0, MOST_ENTITIES).map((found) => ({ text: found.text, type: found.type }));
}

function* inOrder(text: string, people: readonly string[]): Iterable<FoundEntity> {
  let matches = 0;
  for (const finder of [findTechnical(text), findNames(text, people)]) {
    for (const found of finder) {
      if (matches++ >= MOST_MATCHES) return;
      yield found;
    }
  }
}

function isFree(covered: ReadonlySet<number>, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (covered.has(at)) return false;
  return true;
}
