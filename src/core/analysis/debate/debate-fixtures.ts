import { type ModelServer, sayJson } from '../../../../test/fixtures/model-server/index.ts';
import { createRedactor } from '../../events/index.ts';
import { type ChainSetup, chainOver, threeEntries } from '../analysis-fixtures.ts';
import type { ChainLimits } from '../chain/model-chain.ts';
import {
  analyseExtractively,
  createDebates,
  type Debate,
  type DebateEvent,
  type DebateProgress,
  type DebateReader,
  type DebateStore,
} from '../index.ts';
import type { ModelEntry } from '../ports.ts';
import type { DebatesOptions } from './debates.ts';

/** A store of debates in memory, with the contract's rules. */
export function memoryDebates() {
  const rows = new Map<string, { debate: Debate; turns: Map<number, DebateProgress['turn']>; aliveUntil: number }>();
  const running = (id: string) => {
    const row = rows.get(id);
    return row?.debate.state === 'running' ? row : null;
  };
  const store: DebateStore & Pick<DebateReader, 'read'> = {
    async add(debate, aliveUntil) {
      rows.set(debate.id, { debate: { ...debate }, turns: new Map(), aliveUntil });
    },
    async progress(id, { aliveUntil, turn, ...made }) {
      const row = running(id);
      if (row === null) return false;
      Object.assign(row.debate, made);
      row.aliveUntil = aliveUntil;
      if (turn !== undefined) row.turns.set(turn.position, turn);
      return true;
    },
    async end(id, { at, because, ...made }) {
      const row = running(id);
      if (row === null) return false;
      Object.assign(row.debate, made, { endedAt: at, endedBecause: because });
      return true;
    },
    async read(id) {
      const row = rows.get(id);
      if (row === undefined) return null;
      const turns = [...row.turns.values()].sort((a, b) => a!.position - b!.position);
      return { ...row.debate, turns: turns.map((one) => one!.turn) };
    },
  };
  return { store, rows };
}

export interface DebateSetup extends ChainSetup {
  debates: ReturnType<typeof createDebates>;
  store: ReturnType<typeof memoryDebates>;
  events: DebateEvent[];
  failures: string[];
  /** Resolves with the debate when it has ended. */
  ended(id: string): Promise<Debate>;
}

/** Debates over the three entries of the model server, or over those given. */
export function debatesOver(
  server: ModelServer,
  over: { entries?: ModelEntry[]; chainLimits?: Partial<ChainLimits> } & Partial<DebatesOptions> = {},
): DebateSetup {
  const { entries = threeEntries(server), chainLimits, ...options } = over;
  const setup = chainOver(entries);
  const chain = chainLimits === undefined ? setup.chain : chainOver(entries, chainLimits).chain;
  const store = memoryDebates();
  const events: DebateEvent[] = [];
  const failures: string[] = [];
  const waiting = new Map<string, () => void>();
  const debates = createDebates({
    store: store.store,
    chain,
    builtin: analyseExtractively,
    redactor: createRedactor(),
    feed: {
      told(event) {
        events.push(event);
        if (event.name === 'debate_ended') waiting.get(event.data.id)?.();
      },
    },
    clock: setup.time.clock,
    timer: setup.time.timer,
    onFailure: (error) => failures.push(error.message),
    ...options,
  });
  return {
    ...setup,
    chain,
    debates,
    store,
    events,
    failures,
    async ended(id) {
      const isOver = events.some(({ name, data }) => name === 'debate_ended' && data.id === id);
      if (!isOver) await new Promise<void>((resolve) => waiting.set(id, resolve));
      return (await store.store.read(id))!;
    },
  };
}

export const TOPIC = 'The checkout in Lyon has failed since the release of yesterday. Shall we roll the release back?';

export const SAID: Record<string, string> = {
  attacker: 'The rollback loses the new price table, and the timeout of the payment service began before the release.',
  challenger: 'The error rate of the checkout has risen with the release, so the release is the likeliest cause.',
};

/** Who is asked, by the words of its task: `attacker`, `challenger`, …, `mediator`. */
export function askedAgent(prompt: readonly { text: string }[]): string {
  const all = prompt.map(({ text }) => text).join('\n');
  return /You are the agent "([\w-]+)"/.exec(all)?.[1] ?? 'mediator';
}

/** A synthesis in which those named agree with each claim as said. */
export function synthesisOf(stances: readonly Record<string, string>[]) {
  return {
    text: 'The checkout fails since the release. Whether a rollback helps stays open.',
    claims: stances.map((one, index) => ({
      text: `Claim ${index + 1}.`,
      stances: Object.entries(one).map(([agent, stance]) => ({ agent, stance })),
    })),
  };
}

/** Everybody speaks as in `SAID`, the mediator finds agreement on one claim of two. */
export function ordinary(prompt: readonly { text: string }[]) {
  const agent = askedAgent(prompt);
  if (agent !== 'mediator') return sayJson({ text: SAID[agent] ?? `I am ${agent}.` });
  return sayJson(
    synthesisOf([
      { attacker: 'agree', challenger: 'agree' },
      { attacker: 'disagree', challenger: 'agree' },
    ]),
  );
}
