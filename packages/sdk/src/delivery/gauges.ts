import type { DeliveryGauges, DeliveryTime } from './delivery.ts';
import type { Disk } from './disk.ts';
import type { DiskProblem } from './disk-health.ts';
import type { Item } from './item.ts';
import type { Memory } from './memory.ts';
import type { Sender } from './sender.ts';
import type { WriteBehind } from './write-behind.ts';

/** Where the entries of a delivery are. */
export interface Places {
  memory: Memory;
  sender: Sender;
  /** Both null without a disk; `noDisk` says why, if there should be one. */
  disk: Disk | null;
  writes: WriteBehind | null;
  noDisk: DiskProblem | null;
}

/** Entries that are neither sent nor lost, wherever they are. */
export function waitingEntries({ memory, disk, writes }: Places): number {
  return memory.entries + (writes?.spillingEntries ?? 0) + (disk?.diskOnlyEntries() ?? 0);
}

/** How a delivery stands now; reading changes nothing. */
export function readGauges(places: Places, about: { folder: string | null; time: DeliveryTime }): DeliveryGauges {
  const { memory, sender, disk, writes } = places;
  const { batchEntries, batchBytes, concurrency, roundTripMs } = sender.adaptation.targets();
  const oldest = oldestAt(places);
  return {
    queueEntries: memory.entries + (writes?.spillingEntries ?? 0),
    queueBytes: memory.bytes,
    spillEntries: disk?.diskOnlyEntries() ?? 0,
    spillBytes: disk?.diskOnlyBytes() ?? 0,
    waiting: waitingEntries(places),
    oldestAgeMs: oldest === null ? 0 : Math.max(0, about.time.now() - oldest),
    inFlight: sender.inFlight,
    batchEntries,
    batchBytes,
    concurrency,
    roundTripMs,
    problem: problemOf(places, about.folder),
  };
}

function problemOf({ sender, disk, noDisk }: Places, folder: string | null): DeliveryGauges['problem'] {
  const problem = disk?.problem ?? noDisk;
  if (problem) return { kind: 'disk', ...problem, remedy: `make room in ${folder}, or make it writable` };
  return sender.health.problem;
}

function oldestAt({ memory, sender, disk, writes }: Places): number | null {
  let oldest = memory.oldestAt();
  for (const at of [
    disk?.oldestAt() ?? null,
    ...[...sender.items()].map(acceptedAt),
    ...(writes?.spills() ?? []).map(acceptedAt),
  ]) {
    if (at !== null && (oldest === null || at < oldest)) oldest = at;
  }
  return oldest;
}

function acceptedAt(item: Item): number {
  return item.entry.acceptedAt;
}
