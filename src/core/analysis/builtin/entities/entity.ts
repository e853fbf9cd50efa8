import type { Entity } from '../../analysis.ts';

/** An entity at its place (UTF-16 units), before overlaps are decided. */
export interface FoundEntity extends Entity {
  at: number;
}

/** Finds the entities of one kind; each is a piece of the text. */
export type EntityFinder = (text: string) => Iterable<FoundEntity>;
