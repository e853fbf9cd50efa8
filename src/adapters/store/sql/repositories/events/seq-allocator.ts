import type { Transaction } from 'kysely';
import type { BulkWriter } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { SEQS_PER_MS } from './event-row.ts';

/** Milliseconds remembered; about 3 MB when full. */
const REMEMBERED = 20_000;

/** Gives each event its place in time, in the order they came within a millisecond; a full millisecond flows over into the next. */
export class SeqAllocator {
  readonly #bulk: BulkWriter;
  /** The next free counter of each millisecond that was asked for. */
  readonly #next = new Map<number, number>();

  constructor(bulk: BulkWriter) {
    this.#bulk = bulk;
  }

  /** What is remembered is no longer true: another writer was faster, or the transaction was undone. */
  forget(): void {
    this.#next.clear();
  }

  async allocate(trx: Transaction<Schema>, times: readonly number[]): Promise<number[]> {
    if (this.#next.size > REMEMBERED) this.forget();
    await this.#learn(trx, times);
    const seqs: number[] = [];
    for (const time of times) {
      let ms = time;
      while ((this.#next.get(ms) ?? SEQS_PER_MS) >= SEQS_PER_MS) {
        if (!this.#next.has(ms)) await this.#learn(trx, [ms]);
        if (this.#next.get(ms)! >= SEQS_PER_MS) ms++;
      }
      const n = this.#next.get(ms)!;
      this.#next.set(ms, n + 1);
      seqs.push(ms * SEQS_PER_MS + n);
    }
    return seqs;
  }

  async #learn(trx: Transaction<Schema>, times: readonly number[]): Promise<void> {
    const unknown = [...new Set(times)].filter((ms) => !this.#next.has(ms));
    if (unknown.length === 0) return;
    const tops = await this.#bulk.topSeqs(trx, unknown);
    for (const ms of unknown) {
      const top = tops.get(ms);
      this.#next.set(ms, top === undefined ? 0 : top - ms * SEQS_PER_MS + 1);
    }
  }
}
