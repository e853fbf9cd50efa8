import { randomUUID } from 'node:crypto';
import { type Clock, GuardianError, toGuardianError } from '../../shared/index.ts';
import { createBudget } from '../chain/budget.ts';
import type { ModelChain } from '../chain/model-chain.ts';
import type { ExtractiveAnalyser, Timer } from '../ports.ts';
import { asDebateReply, asDebateSummary, asDebateTurn } from './as-debate-reply.ts';
import { costOfTurns, type Debate, type DebateAgent, type DebateTurn } from './debate.ts';
import { checkDebate, defaultAgents } from './debate-fault.ts';
import { type DebateStatus, holdDebate } from './hold-debate.ts';
import type { DebateEnd, DebateFeed, DebateReader, DebateStore } from './ports.ts';

export interface DebateLimits {
  /** Debates that one process holds at a time. */
  atOnce: number;
  /** ms after which a debate is taken for dead that nobody said to be alive. */
  aliveMs: number;
}

const DEBATE_LIMITS: DebateLimits = { atOnce: 4, aliveMs: 30_000 };

export interface DebatesOptions {
  store: DebateStore & Pick<DebateReader, 'read'>;
  chain: ModelChain;
  builtin: ExtractiveAnalyser | null;
  redactor: { text(text: string): string };
  feed: DebateFeed;
  clock: Clock;
  timer: Timer;
  /** A debate could not be kept; it is failed by whoever looks next for what nobody says to be alive. */
  onFailure(error: GuardianError): void;
  limits?: Partial<DebateLimits>;
}

export interface DebateRequest {
  topic: string;
  /** Left out: attacker, challenger, mediator. */
  agents?: readonly DebateAgent[];
  rounds: number;
  maxCostUsd: number | null;
  maxTokens: number | null;
}

export interface Debates {
  /** Gives the debate as it begins; it is held from then on. Throws `no_model`, `DebateFault`, `rate_limited`. */
  start(request: DebateRequest): Promise<Debate>;
  /** Ends a running debate, wherever it is held; one that has ended stays as it is. Null: there is none. */
  cancel(id: string): Promise<Debate | null>;
  /** Ends all that this process holds, as stopped. */
  stop(): Promise<void>;
}

/** Why a debate ends before its end. */
class Ended extends Error {
  readonly because: 'cancelled' | 'stopped';

  constructor(because: 'cancelled' | 'stopped') {
    super(because);
    this.because = because;
  }
}

interface Held {
  ending: AbortController;
  done: Promise<void>;
}

export function createDebates(options: DebatesOptions): Debates {
  const { store, chain, redactor, clock, feed } = options;
  const limits = { ...DEBATE_LIMITS, ...options.limits };
  const held = new Map<string, Held>();
  let isStopped = false;

  return {
    async start({ topic, agents, rounds, maxCostUsd, maxTokens }) {
      const chosen = agents === undefined ? defaultAgents(chain.names) : agents.map((agent) => ({ ...agent }));
      const config = { agents: chosen, rounds, maxCostUsd, maxTokens };
      checkDebate(config, chain);
      if (isStopped || held.size >= limits.atOnce) {
        throw new GuardianError('rate_limited', { reason: (m) => m.server.reasons.debates.atOnce });
      }
      const debate: Debate = {
        id: randomUUID(),
        topic: redactor.text(topic),
        state: 'running',
        startedAt: clock.now(),
        ...{ endedAt: null, endedBecause: null, turns: [], synthesis: null, agreement: null, isOneVoice: false },
        config,
        cost: costOfTurns(config.agents, []),
      };
      const ending = new AbortController();
      const one: Held = { ending, done: Promise.resolve() };
      held.set(debate.id, one);
      try {
        await store.add(debate, clock.now() + limits.aliveMs);
      } catch (thrown) {
        held.delete(debate.id);
        throw thrown;
      }
      feed.told({ name: 'debate_started', data: asDebateSummary(debate) });
      one.done = carryOut({ ...options, aliveMs: limits.aliveMs }, debate, ending).finally(() =>
        held.delete(debate.id),
      );
      return debate;
    },

    async cancel(id) {
      const mine = held.get(id);
      if (mine !== undefined) {
        mine.ending.abort(new Ended('cancelled'));
        await mine.done;
        return store.read(id);
      }
      const debate = await store.read(id);
      if (debate?.state !== 'running') return debate;
      // Another process holds it: that one finds out when it next says that the debate is alive.
      const end = endOf(debate, { state: 'cancelled', because: 'cancelled', at: clock.now() });
      if (await store.end(id, end)) tellEnd(feed, { ...debate, ...endedAs(end) });
      return store.read(id);
    },

    async stop() {
      isStopped = true;
      for (const { ending } of held.values()) ending.abort(new Ended('stopped'));
      await Promise.all([...held.values()].map(({ done }) => done));
    },
  };
}

/** Holds it to its end, whatever that is, and tells of it. Never rejects. */
async function carryOut(
  options: DebatesOptions & { aliveMs: number },
  started: Debate,
  ending: AbortController,
): Promise<void> {
  const { store, feed, clock, timer, aliveMs, chain, builtin, redactor } = options;
  const debate: Debate = { ...started };
  const taken: { position: number; turn: DebateTurn }[] = [];
  const { id, topic, config } = debate;
  const aliveUntil = () => clock.now() + aliveMs;
  const kept = async (progress: Promise<boolean>) => {
    // Somebody cancelled it elsewhere.
    if (!(await progress)) ending.abort(new Ended('cancelled'));
    ending.signal.throwIfAborted();
  };
  let stopBeating = () => {};
  const beat = () => {
    stopBeating = timer.after(aliveMs / 3, () => {
      kept(store.progress(id, { aliveUntil: aliveUntil() })).then(beat, () => {});
    });
  };
  beat();
  let end: DebateEnd;
  try {
    const outcome = await holdDebate({
      ...{ topic, config, chain, builtin, redactor, signal: ending.signal },
      budget: createBudget({ maxCostUsd: config.maxCostUsd, maxTokens: config.maxTokens }),
      async onTurn(turn, position) {
        const { agreement, isOneVoice } = debate;
        taken.push({ position, turn });
        // Turns of one round come in any order.
        debate.turns = taken.toSorted((a, b) => a.position - b.position).map((one) => one.turn);
        debate.cost = costOfTurns(config.agents, debate.turns);
        const { cost } = debate;
        await kept(
          store.progress(id, { aliveUntil: aliveUntil(), turn: { position, turn }, agreement, isOneVoice, cost }),
        );
        feed.told({ name: 'debate_turn_update', data: { id, turn: asDebateTurn(turn) } });
      },
      onStatus(status) {
        debate.agreement = status.agreement;
        feed.told({ name: 'debate_status_update', data: statusOf(debate, status) });
      },
    });
    const { because, synthesis, agreement, isOneVoice } = outcome;
    const state = isUnheard(debate) ? 'failed' : 'ended';
    end = { ...endOf(debate, { state, because, at: clock.now() }), synthesis, agreement, isOneVoice };
  } catch (thrown) {
    // Those of the round that still speak are not waited for, and shall cost nothing more.
    ending.abort(thrown);
    end = endOf(debate, { ...whyItEnded(thrown, options), at: clock.now() });
  } finally {
    stopBeating();
  }
  try {
    if (await store.end(id, end)) tellEnd(feed, { ...debate, ...endedAs(end) });
  } catch (thrown) {
    options.onFailure(toGuardianError(thrown));
  }
}

function isUnheard({ turns }: Debate): boolean {
  return turns.every(({ text }) => text === '');
}

function whyItEnded(thrown: unknown, { onFailure }: DebatesOptions): Pick<DebateEnd, 'state' | 'because'> {
  if (thrown instanceof Ended) {
    return { state: thrown.because === 'cancelled' ? 'cancelled' : 'failed', because: thrown.because };
  }
  onFailure(toGuardianError(thrown));
  return { state: 'failed', because: 'error' };
}

function endOf(
  { agreement, isOneVoice, cost, synthesis }: Debate,
  end: Pick<DebateEnd, 'state' | 'because' | 'at'>,
): DebateEnd {
  return { ...end, agreement, isOneVoice, cost, synthesis };
}

function endedAs({ at, because, ...rest }: DebateEnd): Partial<Debate> {
  return { ...rest, endedAt: at, endedBecause: because };
}

function statusOf({ id, config }: Debate, { phase, round, agreement }: DebateStatus) {
  return { id, state: 'running', phase, round, rounds: config.rounds, agreement };
}

function tellEnd(feed: DebateFeed, debate: Debate): void {
  const { id, state, endedBecause } = debate;
  if (state === 'ended') feed.told({ name: 'debate_result', data: asDebateReply(debate) });
  feed.told({ name: 'debate_ended', data: { id, state, endedBecause } });
}
