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

  /** `isContested`: another writer was faster, so that what is remembered may be behind. Never gives one twice, whatever is undone. */
  async allocate(
    trx: Transaction<Schema>,
    times: readonly number[],
    { isContested }: { isContested: boolean },
  ): Promise<number[]> {
    if (this.#next.size > REMEMBERED) this.#next.clear();
    await this.#learn(trx, isContested ? times : times.filter((ms) => !this.#next.has(ms)));
    const seqs: number[] = [];
    for (const time of times) {
      let ms = time;
      while (this.#next.get(ms)! >= SEQS_PER_MS) {
        ms++;
        if (!this.#next.has(ms)) await this.#learn(trx, [ms]);
      }
      const n = this.#next.get(ms)!;
      this.#next.set(ms, n + 1);
      seqs.push(ms * SEQS_PER_MS + n);
    }
    return seqs;
  }

  async #learn(trx: Transaction<Schema>, times: readonly number[]): Promise<void> {
    if (times.length === 0) return;
    const wanted = [...new Set(times)];
    const tops = await this.#bulk.topSeqs(trx, wanted);
    for (const ms of wanted) {
      const top = tops.get(ms);
      const free = top === undefined ? 0 : top - ms * SEQS_PER_MS + 1;
      this.#next.set(ms, Math.max(free, this.#next.get(ms) ?? 0));
    }
  }
}
