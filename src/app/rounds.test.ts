import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DATABASES, type OpenedStores } from '../../test/contract/open-stores.ts';
import type { LeaseStore } from '../core/access/index.ts';
import { GuardianError } from '../core/shared/index.ts';
import { type Round, startRounds } from './rounds.ts';

let now: number;
const clock = { now: () => now };
let stores: OpenedStores;
const running: { stop(): Promise<void> }[] = [];
let failures: string[];

beforeEach(async () => {
  now = Date.UTC(2025, 9, 20);
  failures = [];
  stores = await DATABASES[0]!.open({ clock });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((rounds) => rounds.stop()));
  await stores.close();
});

function start(holder: string, rounds: Round[], leases: LeaseStore = stores.main.leases) {
  const started = startRounds(rounds, {
    leases,
    holder,
    clock,
    onFailure: (name, { code }) => failures.push(`${holder} ${name} ${code}`),
  });
  running.push(started);
  return started;
}

/** A round that goes on until it is let go, and says how many went at once. */
function slowRound(name = 'slow') {
  let letGo: (() => void)[] = [];
  const seen = { begun: 0, most: 0, at: 0, signals: [] as AbortSignal[] };
  const round: Round = {
    name,
    everyMs: 2,
    async run(signal) {
      seen.begun++;
      seen.at++;
      seen.most = Math.max(seen.most, seen.at);
      seen.signals.push(signal);
      await new Promise<void>((resolve) => {
        letGo.push(resolve);
        signal.addEventListener('abort', () => resolve());
      });
      seen.at--;
    },
  };
  return {
    round,
    seen,
    letGo() {
      for (const resolve of letGo) resolve();
      letGo = [];
    },
  };
}
/** On a busy machine a moment may be long. */
const until = <T>(look: () => T) => expect.poll(look);
/** So many turns of the clock that a second run would have begun. */
const turns = () => new Promise((resolve) => setTimeout(resolve, 50));

describe('rounds', () => {
  it('come again and again, never two of one name at a time', async () => {
    const { round, seen, letGo } = slowRound();
    start('a', [round]);
    await until(() => seen.begun).toBe(1);
    await turns();
    expect(seen).toMatchObject({ begun: 1, most: 1 });
    letGo();
    await until(() => seen.begun).toBe(2);
    expect(seen.most).toBe(1);
  });

  it('of different names do not wait for each other', async () => {
    const first = slowRound('first');
    const second = slowRound('second');
    start('a', [first.round, second.round]);
    await until(() => [first.seen.at, second.seen.at]).toEqual([1, 1]);
  });

  it('are done by one process at a time, and by the other when that one has ended', async () => {
    const { round, seen, letGo } = slowRound();
    const first = start('a', [round]);
    await until(() => seen.begun).toBe(1);
    start('b', [round]);
    await turns();
    expect(seen.begun).toBe(1);
    letGo();
    await first.stop();
    await until(() => seen.begun).toBeGreaterThan(1);
    expect(seen.most).toBe(1);
  });

  it('of a process that died are taken over when its lease has run out', async () => {
    await stores.main.leases.take('round:slow', 'dead', now, 60_000);
    const { round, seen } = slowRound();
    start('a', [round]);
    await turns();
    expect(seen.begun).toBe(0);
    now += 60_000;
    await until(() => seen.begun).toBe(1);
  });

  it('that fail are told, come again, and keep no other process from theirs', async () => {
    let runs = 0;
    const failing: Round = {
      name: 'failing',
      everyMs: 2,
      async run() {
        runs++;
        throw new GuardianError('store_unavailable');
      },
    };
    const first = start('a', [failing]);
    await until(() => runs).toBeGreaterThan(2);
    expect(failures).toContain('a failing store_unavailable');
    await first.stop();
    start('b', [failing]);
    await until(() => failures).toContain('b failing store_unavailable');
  });

  it('without a store are told, and begin nothing', async () => {
    const { round, seen } = slowRound();
    const away: LeaseStore = {
      take: async () => {
        throw new GuardianError('store_unavailable');
      },
      release: async () => {},
    };
    start('a', [round], away);
    await until(() => failures[0]).toBe('a slow store_unavailable');
    expect(seen.begun).toBe(0);
  });
});

describe('stopping', () => {
  it('tells those that run, and waits for them', async () => {
    const order: string[] = [];
    let began = () => {};
    const begun = new Promise<void>((resolve) => {
      began = resolve;
    });
    const round: Round = {
      name: 'r',
      everyMs: 2,
      async run(signal) {
        began();
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        await new Promise((resolve) => setImmediate(resolve));
        order.push('ended');
      },
    };
    const rounds = start('a', [round]);
    await begun;
    await rounds.stop();
    order.push('stopped');
    await turns();
    expect([order, failures]).toEqual([['ended', 'stopped'], []]);
    expect(await stores.main.leases.take('round:r', 'b', now, 1_000)).toBe(true);
  });
});

describe('a lease', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('that is lost while a round runs tells it to let go', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let isMine = true;
    const taken: number[] = [];
    const leases: LeaseStore = {
      async take(_name, _holder, at) {
        taken.push(at);
        return isMine;
      },
      async release() {},
    };
    const { round, seen } = slowRound();
    start('a', [{ ...round, everyMs: 1_000 }], leases);
    await vi.advanceTimersByTimeAsync(1_000);
    await until(() => seen.begun).toBe(1);
    await vi.advanceTimersByTimeAsync(20_000);
    expect([taken.length, seen.signals[0]!.aborted]).toEqual([2, false]);
    isMine = false;
    await vi.advanceTimersByTimeAsync(20_000);
    await until(() => seen.signals[0]!.aborted).toBe(true);
    await until(() => seen.at).toBe(0);
  });
});
