import type { Candidate, FoldReason } from './candidate.ts';
import { Clusters } from './clusters.ts';

/** No trace or request id is known. */
export const NO_REQUEST = -1;

/**
 * The candidates of one service while they are folded, in the order of `compareEvents`. Sets are only ever joined, and never two of
 * different requests: a step that would is refused, so that no later and weaker key undoes what a stronger one kept apart.
 */
export class Partition {
  readonly candidates: readonly Candidate[];
  readonly reasons: FoldReason[];
  readonly #clusters: Clusters;
  /** By root: the request group its members belong to. */
  readonly #request: Int32Array;

  constructor(candidates: readonly Candidate[]) {
    this.candidates = candidates;
    this.reasons = candidates.map(() => 'alone');
    this.#clusters = new Clusters(candidates.length);
    this.#request = new Int32Array(candidates.length).fill(NO_REQUEST);
  }

  at(index: number): Candidate {
    return this.candidates[index] as Candidate;
  }

  rootOf(index: number): number {
    return this.#clusters.find(index);
  }

  requestOf(index: number): number {
    return this.#request[this.rootOf(index)] as number;
  }

  setRequest(index: number, request: number): void {
    this.#request[this.rootOf(index)] = request;
  }

  mayJoin(a: number, b: number): boolean {
    const left = this.requestOf(a);
    const right = this.requestOf(b);
    return left === NO_REQUEST || right === NO_REQUEST || left === right;
  }

  /** Joins the incidents of both; `joined` is the index the reason is written at. False when they are of different requests. */
  join(into: number, joined: number, reason: FoldReason): boolean {
    if (!this.mayJoin(into, joined)) return false;
    const request = Math.max(this.requestOf(into), this.requestOf(joined));
    if (this.reasons[joined] === 'alone') this.reasons[joined] = reason;
    else if (this.reasons[into] === 'alone') this.reasons[into] = reason;
    this.#request[this.#clusters.join(into, joined)] = request;
    return true;
  }

  groups(): number[][] {
    return this.#clusters.groups();
  }
}
