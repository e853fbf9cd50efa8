import { toGuardianError } from '../shared/index.ts';
import type { IngestOptions } from './options.ts';
import type { AppendBatch, EventOutcome, IngestedEvent } from './ports.ts';

/** `away`: neither store nor spool takes anything now. `refused`: the store is there, and does not take this. */
export type Appended = EventOutcome[] | 'away' | 'refused';

/** Of one transaction. The words of a body of 100 MiB, found and written at once, would be more than the thread may hold. */
const PIECE = { events: 5_000, characters: 8 * 1024 * 1024 };

/** Piece by piece; when one cannot be kept, all are sent again, and those that were are repeats then. */
export async function appendPieces(
  options: Pick<IngestOptions, 'appender' | 'spool'>,
  batch: AppendBatch,
): Promise<Appended> {
  const ends = pieceEnds(batch.events);
  const outcomes: EventOutcome[] = [];
  for (const [index, end] of ends.entries()) {
    const isLast = index === ends.length - 1;
    const events = batch.events.slice(outcomes.length, end);
    // What is counted goes with the last: a batch that is sent again must not count twice.
    const own = await appendOrSpool(
      options,
      isLast ? { ...batch, events } : { ...batch, events, records: [], spans: [], dropped: [] },
    );
    if (typeof own === 'string') return own;
    outcomes.push(...own);
  }
  return outcomes;
}

/** Behind which events a piece ends; the last end is that of the batch. */
function pieceEnds(events: readonly IngestedEvent[]): number[] {
  const ends: number[] = [];
  let start = 0;
  let characters = 0;
  events.forEach(({ event }, index) => {
    if (index - start >= PIECE.events || characters >= PIECE.characters) {
      ends.push(index);
      start = index;
      characters = 0;
    }
    characters += event.body.length;
  });
  return [...ends, events.length];
}

async function appendOrSpool(
  { appender, spool }: Pick<IngestOptions, 'appender' | 'spool'>,
  batch: AppendBatch,
): Promise<Appended> {
  try {
    return await appender.append(batch);
  } catch (thrown) {
    // The appender tells its own trouble; here it only decides where the batch goes. What is refused would be refused out of the spool, too.
    if (!isStoreAway(thrown)) return 'refused';
    if (spool === null) return 'away';
    return spool.add(unpacked(batch)).then(
      () => batch.events.map(() => 'stored' as const),
      () => 'away',
    );
  }
}

function unpacked(batch: AppendBatch): AppendBatch {
  const events = batch.events.map(({ packed, queued: _, ...ingested }) =>
    packed ? { ...ingested, event: packed.unpack() } : ingested,
  );
  return { ...batch, events };
}

/** Whether the store takes nothing, whatever it is: `store_unavailable`, `store_full`, … */
function isStoreAway(thrown: unknown): boolean {
  return toGuardianError(thrown).code.startsWith('store_');
}
