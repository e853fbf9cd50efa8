import { type Clock, type GuardianError, steadyNow, toGuardianError } from '../../shared/index.ts';
import type { ClaimedMessage, NotificationDelivery } from '../delivery.ts';
import { gravityOf, type NotifyKnobs } from '../knobs.ts';
import type { Channel, ChannelKind, Recipient } from '../notification.ts';
import { MACHINES, quietGroup } from '../policy/decide-delivery.ts';
import { quietUntil } from '../policy/quiet-hours.ts';
import type { Claim, DeliveryQueue } from '../ports.ts';
import { addressOf } from '../routes/address-name.ts';
import type { Directory } from '../routes/directory.ts';
import { attempt } from './attempt.ts';
import { type ComposeOptions, compose } from './compose.ts';
import { settleTogether } from './settle-together.ts';

export interface DeliveryWorkerOptions {
  store: DeliveryQueue;
  channels: ReadonlyMap<ChannelKind, Channel>;
  directory: Directory;
  knobs: NotifyKnobs;
  compose: ComposeOptions;
  clock: Clock;
  /** On SQLite: whatever is claimed when it starts was an earlier process's. */
  isOnlyNode?: boolean;
  /** Told of every attempt that failed, and whether the message is dead. */
  onFailure(error: GuardianError, delivery: NotificationDelivery, isDead: boolean): void;
  /** Told once when the store begins to fail a worker that runs by itself, not again before it is well. */
  onProblem?(error: GuardianError): void;
  /** Told of every delivery that was settled. */
  onSettled?(delivery: NotificationDelivery, state: NotificationDelivery['state']): void;
}

/** Messages that are claimed at a time, and lanes that are open at a time. */
const CLAIMED = 100;
const LANES = 100;
/** A lane that sends one by one is given more while fewer wait in it: it need not stand still while the store is asked. */
const AHEAD = 10;
/** A lane rests so long after a failure, or for as long as the other side wants: its own messages need not find out one by one. */
const REST_MS = 30_000;
/** An address that takes longer is sent several at once, where its channel may. */
const SLOW_MS = 50;
/** A store that wakes nobody is asked this often. */
const POLL_MS = 1_000;
/** One that looks every second and has not for so long stands still. */
const STOPPED_MS = 60_000;

/** One (channel, address) that is being sent to. */
interface Lane {
  waiting: ClaimedMessage[];
  /** Attempts at a time. */
  width: number;
  ended: Promise<void>;
}

/**
 * Sends what is due. Each (channel, address) is a lane of its own, so that one that hangs holds up no other; in a lane messages leave one after another,
 * and after one that could not be delivered the lane rests: what is claimed for it is given back untried.
 */
export function createDeliveryWorker(options: DeliveryWorkerOptions) {
  const { store, channels, directory, knobs, clock } = options;
  const settle = settleTogether(store);
  const lanes = new Map<string, Lane>();
  const resting = new Map<string, number>();
  /** By id; those that another claimed meanwhile are no longer among them. */
  const held = new Map<string, Claim>();
  /** ms of the last attempt that each lane took. */
  const paces = new Map<string, number>();
  /** Lanes whose last message was taken. */
  const taking = new Set<string>();
  let poked: () => void = () => {};
  let isPoked = false;
  let lastTurnAt: number | null = null;
  /** By the steady reading; null: it does not run. */
  let turnedAt: number | null = null;
  let problem: unknown = null;
  let loop: Promise<void> | null = null;
  let stopping = new AbortController();

  return {
    pass,
    /** Something is due: no need to wait for the next look. */
    wake,
    /** Passes without end, each as soon as it is woken or something is due. */
    start(): void {
      stopping = new AbortController();
      turnedAt ??= steadyNow(clock);
      loop ??= run(stopping.signal);
    },
    /** Lets running attempts end. */
    async stop(): Promise<void> {
      stopping.abort();
      poked();
      await loop;
      loop = null;
      turnedAt = null;
      await allEnded();
    },
    /** `isStopped`: it does not run, or its store was not claimed from for a minute, however the clock was set meanwhile. */
    state: () => ({
      lastTurnAt,
      busyLanes: lanes.size,
      isRunning: loop !== null,
      isStopped: turnedAt === null || steadyNow(clock) - turnedAt >= STOPPED_MS,
    }),
  };

  /** Sends until nothing is due; gives how many messages were taken. Rejects when the store does, after the attempts under way. */
  async function pass(signal?: AbortSignal): Promise<number> {
    let taken = 0;
    const renewal = setInterval(() => void renew(), knobs.holdMs / 3);
    renewal.unref();
    problem = null;
    try {
      while (!signal?.aborted && problem === null) {
        const started = await turn();
        taken += started;
        if (lanes.size === 0 && started === 0) break;
        if (started < CLAIMED) await poke();
      }
    } finally {
      await allEnded();
      clearInterval(renewal);
    }
    if (problem !== null) throw problem;
    return taken;
  }

  async function run(signal: AbortSignal): Promise<void> {
    let isFailing = false;
    let hasLeftOvers = options.isOnlyNode === true;
    while (!signal.aborted) {
      try {
        if (hasLeftOvers) await store.reclaim(clock.now());
        hasLeftOvers = false;
        await pass(signal);
        isFailing = false;
      } catch (thrown) {
        if (!isFailing) options.onProblem?.(toGuardianError(thrown));
        isFailing = true;
      }
      if (!signal.aborted) await poke();
    }
  }

  /** One look at what is due; gives how many messages were taken. */
  async function turn(): Promise<number> {
    isPoked = false;
    const started = await claim();
    lastTurnAt = clock.now();
    if (loop) turnedAt = steadyNow(clock);
    return started;
  }

  function wake(): void {
    isPoked = true;
    poked();
  }

  async function allEnded(): Promise<void> {
    await Promise.all([...lanes.values()].map(({ ended }) => ended));
  }

  /** Until it is woken, or for a moment. */
  function poke(): Promise<void> {
    if (isPoked) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      timer.unref();
      poked = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Claims what the free lanes can take, and starts them. */
  async function claim(): Promise<number> {
    const at = clock.now();
    if (lanes.size >= LANES) return 0;
    const claimed = await store.claim({ at, holdMs: knobs.holdMs, limit: CLAIMED, busy: busyLanes(at) });
    for (const claim of claimed.flatMap(claimsOf)) held.set(claim.id, claim);
    const byLane = [...Map.groupBy(claimed, laneOf)].map(([name, messages]) => ({
      name,
      messages,
      rest: resting.get(name) ?? null,
    }));
    for (const { name, messages, rest } of byLane) if (rest === null) handOver(name, messages);
    // It failed while these were claimed.
    for (const { messages, rest } of byLane) if (rest !== null) await giveBack(messages, rest);
    return claimed.length;
  }

  /** That are given nothing now. A slow one comes to its end, to be opened for several at once. */
  function busyLanes(at: number) {
    for (const [lane, until] of resting) if (until <= at) resting.delete(lane);
    const full = [...lanes].filter(([name, { waiting }]) => isSlow(name) || waiting.length >= AHEAD);
    return [...new Set([...full.map(([name]) => name), ...resting.keys()])].map(fromLane);
  }

  function handOver(name: string, messages: ClaimedMessage[]): void {
    const open = lanes.get(name);
    if (open) {
      open.waiting.push(...messages);
      return;
    }
    const lane: Lane = { waiting: messages, width: widthOf(name, messages), ended: Promise.resolve() };
    lanes.set(name, lane);
    lane.ended = workOff(name, lane);
  }

  /** Its messages are held until they are settled or it ends, and then the lane is free. Never rejects: what the store fails with is the pass's problem. */
  async function workOff(name: string, lane: Lane): Promise<void> {
    try {
      // More may have come while the last was settled.
      while (lane.waiting.length > 0) await sendAll(name, lane);
    } catch (thrown) {
      problem ??= thrown;
    } finally {
      lanes.delete(name);
      letGo(lane.waiting.flatMap(claimsOf));
      wake();
    }
  }

  function letGo(claims: readonly Pick<Claim, 'id'>[]): void {
    for (const { id } of claims) held.delete(id);
  }

  async function sendAll(name: string, { waiting, width }: Lane): Promise<void> {
    const rests: number[] = [];
    const oneByOne = async () => {
      for (let next = waiting.shift(); next; next = rests.length === 0 ? waiting.shift() : undefined) {
        const rest = await sendOne(name, next).finally(() => letGo(next.deliveries));
        if (rest !== null) rests.push(rest);
      }
    };
    const ended = await Promise.allSettled(Array.from({ length: width }, oneByOne));
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
    if (rests.length === 0) return;
    const rest = Math.max(...rests);
    resting.set(name, rest);
    if (waiting.length > 0) await giveBack(waiting.splice(0), rest);
  }

  async function giveBack(messages: readonly ClaimedMessage[], at: number): Promise<void> {
    const claims = messages.flatMap(claimsOf);
    letGo(claims);
    await store.giveBack(claims, { kind: 'later', at });
  }

  /** Never two of one key. */
  function widthOf(lane: string, messages: readonly ClaimedMessage[]): number {
    const { atOnce = 1 } = channels.get(fromLane(lane).channel) ?? {};
    const keys = messages.flatMap(({ id, notifications, message }) =>
      notifications.length > 0 ? notifications.map(({ dedupeKey }) => dedupeKey) : (message?.dedupeKey ?? id),
    );
    return isSlow(lane) && new Set(keys).size === keys.length ? atOnce : 1;
  }

  function isSlow(lane: string): boolean {
    return (paces.get(lane) ?? 0) > SLOW_MS;
  }

  /** Null, or until when its lane rests. What is held no more is another's to send. */
  async function sendOne(lane: string, claimed: ClaimedMessage): Promise<number | null> {
    if (!claimed.deliveries.every(({ id }) => held.has(id))) return null;
    const recipient = directory.recipients.find(({ id }) => id === claimed.recipientId) ?? null;
    if (await holdIfQuiet(claimed, recipient)) return null;
    const message = claimed.message ?? (await compose(claimed, recipient, { ...options.compose, at: clock.now() }));
    const { settlement, error } = await attempt({
      claimed,
      message,
      channel: channels.get(claimed.channel) ?? null,
      address: addressOf(recipient, claimed),
      knobs,
      clock,
    });
    letGo(claimed.deliveries);
    paces.set(lane, settlement.at - settlement.startedAt);
    const isLaneOpened = noteOutcome(lane, settlement.state === 'sent');
    await settle({ ...settlement, isLaneOpened });
    for (const delivery of claimed.deliveries) {
      if (error) options.onFailure(error, delivery, settlement.state === 'dead');
      options.onSettled?.(delivery, settlement.state);
    }
    return settlement.state === 'failed' ? settlement.at + Math.max(REST_MS, error?.about.retryAfterMs ?? 0) : null;
  }

  /** It became due before the quiet hours, or stands in for one that did: then it is given back until they end. */
  async function holdIfQuiet(claimed: ClaimedMessage, recipient: Recipient | null): Promise<boolean> {
    if (!recipient || claimed.notifications.length === 0 || MACHINES.includes(claimed.channel)) return false;
    const at = clock.now();
    const releaseAt = quietUntil(recipient, severityOf(claimed), at);
    if (!releaseAt) return false;
    const group = quietGroup(claimed, releaseAt);
    await store.giveBack(claimsOf(claimed), { kind: 'held', reason: 'quiet_hours', releaseAt, group, at });
    return true;
  }

  /** Gives whether the lane was opened by it: it takes messages, and did not before. */
  function noteOutcome(lane: string, isSent: boolean): boolean {
    const wasOpen = taking.has(lane);
    if (isSent) taking.add(lane);
    else taking.delete(lane);
    return isSent && !wasOpen;
  }

  async function renew(): Promise<void> {
    if (held.size === 0) return;
    try {
      for (const id of await store.renew([...held.values()], clock.now() + knobs.holdMs)) held.delete(id);
    } catch (thrown) {
      problem ??= toGuardianError(thrown);
    }
  }
}

export type DeliveryWorker = ReturnType<typeof createDeliveryWorker>;

function severityOf({ notifications }: ClaimedMessage) {
  return notifications.reduce(
    (worst, { severity }) => (gravityOf(severity) > gravityOf(worst) ? severity : worst),
    notifications[0]!.severity,
  );
}

function claimsOf({ deliveries }: ClaimedMessage): Claim[] {
  return deliveries.map(({ id, attempts }) => ({ id, attempt: attempts }));
}

function laneOf({ channel, address }: ClaimedMessage): string {
  return `${channel}\u0000${address}`;
}

function fromLane(lane: string): { channel: ChannelKind; address: string } {
  const [channel, address] = lane.split('\u0000');
  return { channel: channel as ChannelKind, address: address! };
}
