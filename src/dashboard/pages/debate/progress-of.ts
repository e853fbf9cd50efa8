import type { Debate, DebateTurn } from '../../../contracts/api/debates.ts';

export interface RoundOfTurns {
  round: number;
  /** In the order of the agents; null: it has not answered yet. */
  turns: { agent: string; role: string; turn: DebateTurn | null }[];
}

export interface Progress {
  /** Where it stands. */
  round: number;
  isSynthesis: boolean;
  rounds: RoundOfTurns[];
  /** The mediator's turn; null: it has none, or not yet. */
  mediator: DebateTurn | null;
}

/** Rounds with their turns; while the debate runs, also the one being held, with those who have not answered yet. */
export function progressOf({ state, turns, config }: Pick<Debate, 'state' | 'turns' | 'config'>): Progress {
  const debaters = config.agents.filter(({ role }) => role !== 'mediator');
  const said = turns.filter(({ meta }) => meta.role !== 'mediator');
  const last = Math.max(1, ...said.map(({ round }) => round));
  const isLastWhole = said.filter(({ round }) => round === last).length >= debaters.length;
  const isSynthesis = isLastWhole && last >= config.rounds;
  const held = state === 'running' && isLastWhole && !isSynthesis ? last + 1 : last;
  const rounds = Array.from({ length: held }, (_, index) => ({
    round: index + 1,
    turns: debaters
      .map(({ name, role }) => ({
        ...{ agent: name, role },
        turn: said.find(({ agent, round }) => agent === name && round === index + 1) ?? null,
      }))
      .filter(({ turn }) => turn !== null || state === 'running'),
  })).filter((one) => one.turns.length > 0);
  return { round: held, isSynthesis, rounds, mediator: turns.find(({ meta }) => meta.role === 'mediator') ?? null };
}
