import { type Clock, type GuardianError, toGuardianError } from '../../shared/index.ts';
import type { NotificationDelivery } from '../delivery.ts';
import type { NotifyKnobs } from '../knobs.ts';
import { decideDelivery, MACHINES, noteDecision, toldKey } from '../policy/decide-delivery.ts';
import { stepsInOrder } from '../policy/next-send.ts';
import type { DeliveryPlan, IntakeEntry, IntakeStore, OutboxRow } from '../ports.ts';
import type { Directory } from '../routes/directory.ts';
import { matchRoutes, mergeTargets, stepTargets } from '../routes/match-routes.ts';
import type { Told } from './facts.ts';
import { lateEpisodes, lateOver } from './job-told.ts';
import { TOLD_KINDS, toldOf } from './told-of.ts';

export { TOLD_KINDS };

export interface IntakeOptions {
  store: IntakeStore;
  /** As it is configured now. */
  directory: Directory;
  knobs: NotifyKnobs;
  clock: Clock;
  /** Kinds whose rows somebody else takes up as well, and marks done. */
  sharedKinds: readonly string[];
  /** Told of deliveries that were made: the worker is woken, screens hear of them. */
  onMade?(deliveries: readonly NotificationDelivery[]): void;
  /** Told of a row that can never be told of: it is passed over, for it would keep back all behind it. */
  onFailure?(what: string, error: GuardianError): void;
}

/** Rows taken at a time: one transaction each. */
const ROWS = 500;

/** Turns what happened into deliveries: outbox row → notification → routes → policy → rows, in one transaction with the row's being taken up. */
export function createIntake(options: IntakeOptions) {
  const { store, directory, knobs, clock, sharedKinds, onMade, onFailure } = options;
  return {
    /** Takes all that waits; gives how many rows it was. Rejects when the store is away. */
    async pass(signal?: AbortSignal): Promise<number> {
      let taken = 0;
      while (!signal?.aborted) {
        const rows = await store.untold(ROWS);
        if (rows.length === 0) break;
        await takeAll(rows);
        taken += rows.length;
        if (rows.length < ROWS) break;
      }
      return taken;
    },
  };

  /** Together; where that fails for good each by itself, so that the one that is to blame holds up no other. */
  async function takeAll(rows: readonly OutboxRow[]): Promise<void> {
    try {
      await take(rows);
    } catch (thrown) {
      const error = toGuardianError(thrown);
      if (error.kind.isRetryable) throw error;
      if (rows.length > 1) {
        for (const row of rows) await takeAll([row]);
        return;
      }
      const [row] = rows;
      onFailure?.(`${row!.kind} ${row!.subjectId}`, error);
      await store.accept([untoldEntry(row!)], deliveryPlan(directory, knobs, clock.now()), clock.now());
    }
  }

  async function take(rows: readonly OutboxRow[]): Promise<void> {
    const now = clock.now();
    const entries = rows.map((row) => toEntry(row, toldOf(row), now));
    // Few jobs are late, and many runs end.
    const open = await store.openEpisodes(rows.flatMap(lateEpisodes));
    for (const { episode } of entries) if (episode !== null) open.add(episode);
    const over = rows.flatMap((row) =>
      lateEpisodes(row).flatMap((episode) => (open.delete(episode) ? [toEntry(row, lateOver(row, episode), now)] : [])),
    );
    const made = await store.accept([...entries, ...over], deliveryPlan(directory, knobs, now), now);
    if (made.length > 0) onMade?.(made);
  }

  function untoldEntry(row: OutboxRow): IntakeEntry {
    return {
      outboxId: row.id,
      // What nobody is told of, others take up.
      isDone: TOLD_KINDS.includes(row.kind) && !sharedKinds.includes(row.kind),
      notification: null,
      targets: [],
      isUnrouted: false,
      isRepeat: false,
      episode: null,
      isEnd: false,
      mirroredBy: null,
    };
  }

  function toEntry(row: OutboxRow, told: Told | null, now: number): IntakeEntry {
    const entry = untoldEntry(row);
    if (!told) return entry;
    const { notification, episode, isEnd, mirroredBy, isRoutedToo = false } = told;
    // These go to those who were told: routes have no say in them.
    if (isEnd || (mirroredBy && !isRoutedToo)) return { ...entry, notification, episode, isEnd, mirroredBy };
    return { ...entry, ...routed(told, now) };
  }

  function routed(
    { notification, episode, isRepeat, isKnown, mirroredBy, step }: Told,
    now: number,
  ): Partial<IntakeEntry> {
    const { matched, targets, isUnrouted } = matchRoutes(notification, directory, knobs, now);
    // Whoever was told of it hears of it in any case: that no route names it is no lack.
    if (mirroredBy) return { notification, episode, mirroredBy, targets: matched.length > 0 ? targets : [] };
    const taken = step === null ? null : stepsInOrder(knobs.escalation)[step - 1];
    const passedOn = taken ? stepTargets(taken, directory, now) : [];
    // A step names its people itself: it is unrouted only where it has none.
    const isLost = isUnrouted && passedOn.length === 0;
    return {
      notification,
      targets: mergeTargets([matched.length > 0 || isLost ? targets : [], passedOn]),
      isUnrouted: isLost,
      isRepeat,
      ...(isKnown === undefined ? {} : { isKnown }),
      episode,
    };
  }
}

/** The policy as the store asks it. */
function deliveryPlan(directory: Directory, knobs: NotifyKnobs, now: number): DeliveryPlan {
  return {
    toldMs: knobs.coolDownMs,
    messagesMs: Math.max(knobs.groupMs, knobs.burst.windowMs),
    toldKey,
    isFree: (channel) => MACHINES.includes(channel),
    decide({ isRepeat, isKnown }, notification, target, history) {
      const recipient = directory.recipients.find(({ id }) => id === target.recipientId) ?? null;
      const decision = decideDelivery({ ...notification, isRepeat, isKnown }, target, {
        recipient,
        history,
        knobs,
        now,
      });
      noteDecision(history, decision, notification, { address: target.address, now });
      return decision;
    },
  };
}
