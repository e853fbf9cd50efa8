import { randomUUID } from 'node:crypto';
import type { ClientRecord } from '../../../core/ingest/ports.ts';
import type { RefusedFact } from '../../../core/usage/ports.ts';
import type { RefusedNumbers } from './read-usage.ts';

/** Which numbers of whom a request held that were refused: they came, so that nobody is to take them for lost. */
export class RefusedRecords {
  readonly #bySender = new Map<string, { service: string; sender: string; numbers: [number, number][] }>();

  add(refused: RefusedNumbers | null): void {
    if (refused === null) return;
    const { service, sender, first, last } = refused;
    const known = this.#bySender.get(sender) ?? { service, sender, numbers: [] };
    this.#bySender.set(sender, known);
    known.numbers.push([first, last]);
  }

  /** One record of each sender. */
  records(at: number): ClientRecord[] {
    return [...this.#bySender.values()].map(({ service, sender, numbers }) => {
      const place = { id: randomUUID(), at, service, sender, sequence: null, revision: null };
      const fact: RefusedFact = { kind: 'refused', ...place, numbers: runsOf(numbers) };
      return { kind: 'usage', id: fact.id, time: at, payload: { ...fact } };
    });
  }
}

/** Those next to each other, or over each other, as one. */
function runsOf(numbers: readonly [number, number][]): [number, number][] {
  const runs: [number, number][] = [];
  for (const [first, last] of numbers.toSorted(([one], [other]) => one - other)) {
    const run = runs.at(-1);
    if (run !== undefined && first <= run[1] + 1) run[1] = Math.max(run[1], last);
    else runs.push([first, last]);
  }
  return runs;
}
