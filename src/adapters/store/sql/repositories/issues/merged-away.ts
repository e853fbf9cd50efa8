import type { Kysely } from 'kysely';
import { chunksOf } from '../../chunks.ts';
import type { Schema } from '../../schema.ts';

/** Merges upon merges that are followed; the writer refuses circles, so that this only bounds damaged rows. */
const LONGEST_WAY = 50;

/** Which issue each one was merged into, for these and those on their way. */
export class MergedAway {
  readonly #into = new Map<string, string | null>();

  static async load(db: Kysely<Schema>, ids: Iterable<string>): Promise<MergedAway> {
    const loaded = new MergedAway();
    let wanted = [...new Set(ids)];
    while (wanted.length > 0) {
      const next = new Set<string>();
      for (const chunk of chunksOf(wanted)) {
        const rows = await db.selectFrom('issue').select(['id', 'merged_into']).where('id', 'in', chunk).execute();
        for (const { id, merged_into } of rows) {
          loaded.#into.set(id, merged_into);
          if (merged_into !== null && !loaded.#into.has(merged_into)) next.add(merged_into);
        }
      }
      wanted = [...next];
    }
    return loaded;
  }

  has(id: string): boolean {
    return this.#into.has(id);
  }

  /** From the issue to the one that shows for it now. */
  way(id: string): string[] {
    const way = [id];
    for (let into = this.#into.get(id); into && way.length < LONGEST_WAY; into = this.#into.get(into)) way.push(into);
    return way;
  }

  shownFor(id: string): string {
    return this.way(id).at(-1)!;
  }
}
