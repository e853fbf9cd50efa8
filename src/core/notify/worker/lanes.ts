import type { ClaimedMessage } from '../delivery.ts';
import type { Channel, ChannelKind } from '../notification.ts';
import type { HeldClaims } from './held-claims.ts';
import type { LaneMemory } from './lane-memory.ts';

/** Lanes that are open at a time. */
const LANES = 100;
/** A lane that sends one by one is given more while fewer wait in it: it need not stand still while the store is asked. */
const AHEAD = 10;

export interface LanesOptions {
  channels: ReadonlyMap<ChannelKind, Channel>;
  claims: HeldClaims;
  memory: LaneMemory;
  /** One message, to its end. Gives null, or until when its lane rests. */
  send(lane: string, claimed: ClaimedMessage): Promise<number | null>;
  /** Told of every lane that came to its end, and of what the store failed it with; undefined: nothing. */
  onEnded(problem: unknown): void;
}

/** One (channel, address) that is being sent to. */
interface Lane {
  waiting: ClaimedMessage[];
  /** Attempts at a time. */
  width: number;
  ended: Promise<void>;
}

/**
 * Each (channel, address) is a lane of its own, so that one that hangs holds up no other; in a lane messages leave one after another, and after one
 * that could not be delivered the lane rests: what is claimed for it is given back untried.
 */
export function createLanes({ channels, claims, memory, send, onEnded }: LanesOptions) {
  const lanes = new Map<string, Lane>();

  return {
    count: () => lanes.size,
    isFull: () => lanes.size >= LANES,
    /** That are given nothing now. A slow one comes to its end, to be opened for several at once. */
    busy(at: number) {
      const resting = memory.resting(at);
      const full = [...lanes].filter(([name, { waiting }]) => memory.isSlow(name) || waiting.length >= AHEAD);
      return [...new Set([...full.map(([name]) => name), ...resting])].map(fromLane);
    },
    /** Opens the lanes of messages that were just claimed, or puts them into those that are open. */
    async take(claimed: readonly ClaimedMessage[]): Promise<void> {
      const byLane = [...Map.groupBy(claimed, laneOf)].map(([name, messages]) => ({
        name,
        messages,
        rest: memory.restOf(name),
      }));
      for (const { name, messages, rest } of byLane) if (rest === null) put(name, messages);
      // It failed while these were claimed.
      for (const { messages, rest } of byLane) if (rest !== null) await putBack(messages, rest);
    },
    async allEnded(): Promise<void> {
      await Promise.all([...lanes.values()].map(({ ended }) => ended));
    },
  };

  function put(name: string, messages: ClaimedMessage[]): void {
    const open = lanes.get(name);
    if (open) {
      open.waiting.push(...messages);
      return;
    }
    const lane: Lane = { waiting: messages, width: widthOf(name, messages), ended: Promise.resolve() };
    lanes.set(name, lane);
    lane.ended = workOff(name, lane);
  }

  /** Never two of one key. */
  function widthOf(lane: string, messages: readonly ClaimedMessage[]): number {
    const { atOnce = 1 } = channels.get(fromLane(lane).channel) ?? {};
    const keys = messages.flatMap(({ id, notifications, message }) =>
      notifications.length > 0 ? notifications.map(({ dedupeKey }) => dedupeKey) : (message?.dedupeKey ?? id),
    );
    return memory.isSlow(lane) && new Set(keys).size === keys.length ? atOnce : 1;
  }

  /** Its messages are held until they are settled or it ends, and then the lane is free. Never rejects. */
  async function workOff(name: string, lane: Lane): Promise<void> {
    let problem: unknown;
    try {
      // More may have come while the last was settled.
      while (lane.waiting.length > 0) await sendAll(name, lane);
    } catch (thrown) {
      problem = thrown;
    } finally {
      lanes.delete(name);
      claims.letGo(lane.waiting);
      onEnded(problem);
    }
  }

  async function sendAll(name: string, { waiting, width }: Lane): Promise<void> {
    const rests: number[] = [];
    const oneByOne = async () => {
      for (let next = waiting.shift(); next; next = rests.length === 0 ? waiting.shift() : undefined) {
        const rest = await send(name, next).finally(() => claims.letGo([next]));
        if (rest !== null) rests.push(rest);
      }
    };
    const ended = await Promise.allSettled(Array.from({ length: width }, oneByOne));
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
    if (rests.length === 0) return;
    const rest = Math.max(...rests);
    memory.rest(name, rest);
    if (waiting.length > 0) await putBack(waiting.splice(0), rest);
  }

  function putBack(messages: readonly ClaimedMessage[], at: number): Promise<void> {
    return claims.giveBack(messages, { kind: 'later', at });
  }
}

function laneOf({ channel, address }: ClaimedMessage): string {
  return `${channel}\u0000${address}`;
}

function fromLane(lane: string): { channel: ChannelKind; address: string } {
  const [channel, address] = lane.split('\u0000');
  return { channel: channel as ChannelKind, address: address! };
}
