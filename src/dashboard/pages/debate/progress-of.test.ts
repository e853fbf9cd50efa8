import { describe, expect, it } from 'vitest';
import type { Debate, DebateTurn } from '../../../contracts/api/debates.ts';
import { progressOf } from './progress-of.ts';

const agents = ['attacker', 'challenger', 'mediator'].map((role) => ({ name: role, role, provider: null }));
const config = { agents, rounds: 2, max_cost_usd: null, max_tokens: null };
const turn = (round: number, agent: string): DebateTurn => ({
  round,
  agent,
  text: 'yes',
  meta: { role: agent, provider: null, model: null, fallback: false, cost: null, error: null },
});
const at = (state: Debate['state'], ...turns: DebateTurn[]) => progressOf({ state, turns, config });
const shape = (state: Debate['state'], ...turns: DebateTurn[]) =>
  at(state, ...turns).rounds.map((one) => one.turns.map((place) => `${place.agent} ${place.turn !== null}`));

describe('where a debate stands', () => {
  it('is in its first round until all have answered it', () => {
    expect(shape('running')).toEqual([['attacker false', 'challenger false']]);
    expect(shape('running', turn(1, 'challenger'))).toEqual([['attacker false', 'challenger true']]);
    expect(at('running', turn(1, 'challenger'))).toMatchObject({ round: 1, isSynthesis: false });
  });

  it('is in the next one once all have, and in the synthesis after the last', () => {
    const first = [turn(1, 'attacker'), turn(1, 'challenger')];
    expect(at('running', ...first)).toMatchObject({ round: 2, isSynthesis: false });
    const both = [...first, turn(2, 'attacker'), turn(2, 'challenger')];
    expect(at('running', ...both)).toMatchObject({ round: 2, isSynthesis: true, mediator: null });
    expect(at('ended', ...both, turn(3, 'mediator'))).toMatchObject({ mediator: { round: 3 }, rounds: [{}, {}] });
  });

  it('waits for nobody after its end', () => {
    expect(shape('cancelled')).toEqual([]);
    expect(shape('cancelled', turn(1, 'challenger'))).toEqual([['challenger true']]);
    expect(shape('ended', turn(1, 'attacker'), turn(1, 'challenger'))).toHaveLength(1);
  });
});
