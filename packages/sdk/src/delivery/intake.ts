import type { Entry } from '../record.ts';
import type { DeliveryKnobs, DropReason, Durability } from './delivery.ts';
import { AUDIT_RANK, type Item, laneOf, makeItem, rankOf } from './item.ts';
import type { Ledger } from './ledger.ts';
import type { Memory } from './memory.ts';
import type { Sender } from './sender.ts';
import type { TurnEnd } from './turn-end.ts';
import type { WriteBehind } from './write-behind.ts';

export interface IntakeOptions {
  memory: Memory;
  sender: Sender;
  ledger: Ledger;
  turn: TurnEnd;
  /** Null without a disk. */
  writes: WriteBehind | null;
  knobs: DeliveryKnobs;
}

/**
 * Where an entry goes that comes in.
 *
 * Full: trace and debug push out their own oldest. Info goes to disk, there pushes out the oldest file of its lane; without disk it pushes out
 * trace, debug, then info. Warn, error, fatal the same, with a quarter of the disk to themselves. Audit needs the disk, else it is refused.
 */
export class Intake {
  readonly #memory: Memory;
  readonly #sender: Sender;
  readonly #ledger: Ledger;
  readonly #turn: TurnEnd;
  readonly #writes: WriteBehind | null;
  readonly #queueBytes: number;
  #order = 0;

  constructor({ memory, sender, ledger, turn, writes, knobs }: IntakeOptions) {
    this.#memory = memory;
    this.#sender = sender;
    this.#ledger = ledger;
    this.#turn = turn;
    this.#writes = writes;
    this.#queueBytes = knobs.queueBytes;
  }

  /** Of the last entry that was taken; 0 before the first. */
  get order(): number {
    return this.#order;
  }

  /** False: an audit entry that cannot be on disk now. */
  take(entry: Entry, durability: Durability): boolean {
    const item = makeItem(entry, this.#order + 1);
    if (rankOf(item.place) === AUDIT_RANK) return this.#takeAudit(item);
    this.#order++;
    this.#ledger.counters.queued.add(item.place);
    this.#keep(item, durability);
    return true;
  }

  /** It comes back from disk. */
  takeBack(item: Item): void {
    this.#ledger.counters.replayed.add(item.place);
    this.#memory.push(item);
    this.#sender.watch(item.entry.acceptedAt);
  }

  /** Into memory, in the place of lesser ones if need be; else it is dropped itself. */
  enterByRank(item: Item): boolean {
    const { bytes } = item.entry;
    const reason: DropReason = this.#writes && rankOf(item.place) > 0 ? 'disk-full' : 'queue-full';
    if (bytes <= this.#queueBytes) {
      for (let rank = 0; rank <= rankOf(item.place) && rank < AUDIT_RANK; rank++) {
        while (!this.#memory.hasRoom(bytes)) {
          const oldest = this.#memory.dropOldest(rank);
          if (!oldest) break;
          this.#ledger.dropped(oldest, reason);
        }
      }
    }
    if (this.#memory.hasRoom(bytes)) {
      this.#enter(item);
      return true;
    }
    this.#ledger.dropped(item, reason);
    return false;
  }

  #keep(item: Item, durability: Durability): void {
    const writes = this.#writes;
    const lane = laneOf(item.place);
    const isVerbose = rankOf(item.place) === 0;
    const { bytes } = item.entry;
    // Once some wait on disk only, the next ones do too: else they would overtake them.
    const isBehind = !isVerbose && writes?.holds(lane) === true;
    if (!isBehind && this.#memory.hasRoom(bytes)) this.#enter(item);
    else if (!isVerbose && writes?.canTake(lane, bytes)) {
      this.#ledger.counters.spilled.add(item.place);
      writes.add(item, durability);
      return;
    } else if (!this.enterByRank(item)) return;
    writes?.copy(item, durability);
  }

  #enter(item: Item): void {
    this.#memory.push(item);
    this.#sender.watch(item.entry.acceptedAt);
    if (this.#sender.hasFullBatch()) this.#turn.ask();
  }

  /** On disk before it counts as taken. */
  #takeAudit(item: Item): boolean {
    const writes = this.#writes;
    writes?.writeTurn();
    if (!writes?.canTake('audit', item.entry.bytes)) return false;
    item.isQueued = !writes.holds('audit') && this.#memory.hasRoom(item.entry.bytes);
    if (!writes.writeNow(item)) return false;
    this.#order++;
    this.#ledger.counters.queued.add(item.place);
    if (item.isQueued) this.#enter(item);
    else this.#ledger.counters.spilled.add(item.place);
    this.#turn.ask();
    return true;
  }
}
