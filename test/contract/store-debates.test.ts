import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Debate, DebateEnd, DebateTurn } from '../../src/core/analysis/index.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';

const NOW = Date.UTC(2026, 0, 31);
const COST = { totalUsd: 0.01, tokens: 160, byAgent: { attacker: { usd: 0.01, tokens: 160 } } };

function debate(over: Partial<Debate> = {}): Debate {
  return {
    id: 'd-1',
    topic: 'Shall we roll back?\0',
    state: 'running',
    startedAt: NOW,
    endedAt: null,
    endedBecause: null,
    turns: [],
    synthesis: null,
    agreement: null,
    isOneVoice: false,
    config: {
      agents: [{ name: 'attacker', role: 'attacker', provider: 'neo' }],
      rounds: 2,
      maxCostUsd: null,
      maxTokens: 9_000,
    },
    cost: { totalUsd: 0, tokens: 0, byAgent: {} },
    ...over,
  };
}

function turn(over: Partial<DebateTurn> = {}): DebateTurn {
  return {
    round: 1,
    agent: 'attacker',
    role: 'attacker',
    text: 'Roll it back: the checkout fails.',
    provider: 'neo',
    model: 'gpt-5-mini',
    isFallback: false,
    error: null,
    costUsd: 0.01,
    tokens: 160,
    ...over,
  };
}

const END: DebateEnd = {
  state: 'ended',
  at: NOW + 9,
  because: 'rounds',
  synthesis: { text: 'Both say so.', extractive: false, claims: [{ text: 'It fails.', share: 1 }] },
  agreement: 0.75,
  isOneVoice: true,
  cost: COST,
};

describe.each(DATABASES)('debates in $name', ({ open }) => {
  let stores: OpenedStores;
  beforeEach(async () => {
    stores = await open({ clock: { now: () => NOW } });
  });
  afterEach(() => stores.close());

  it('are rows from their first moment, turn by turn, in the order of rounds and agents', async () => {
    const { debates } = stores.main;
    expect(await debates.read('d-1')).toBeNull();
    await debates.add(debate(), NOW + 30);
    const second = {
      position: 101,
      turn: turn({ agent: 'challenger', text: '', error: { type: 'timeout', message: 'm' } }),
    };
    const progress = { aliveUntil: NOW + 40, agreement: 0.5, isOneVoice: true, cost: COST };
    expect(await debates.progress('d-1', { ...progress, turn: second })).toBe(true);
    expect(await debates.progress('d-1', { ...progress, turn: { position: 100, turn: turn() } })).toBe(true);
    // Sent again after an answer that was lost.
    expect(await debates.progress('d-1', { ...progress, turn: { position: 100, turn: turn() } })).toBe(true);
    expect(await debates.read('d-1')).toEqual(
      debate({
        topic: 'Shall we roll back?\ufffd',
        turns: [turn(), second.turn],
        agreement: 0.5,
        isOneVoice: true,
        cost: COST,
      }),
    );
  });

  it('end once: nothing is added afterwards, and no second end takes its place', async () => {
    const { debates } = stores.main;
    await debates.add(debate(), NOW + 30);
    expect(await debates.end('d-1', END)).toBe(true);
    expect(await debates.end('d-1', { ...END, state: 'cancelled', because: 'cancelled' })).toBe(false);
    expect(await debates.progress('d-1', { aliveUntil: NOW, turn: { position: 100, turn: turn() } })).toBe(false);
    const { state, at, because, ...rest } = END;
    expect(await debates.read('d-1')).toEqual(
      debate({ topic: 'Shall we roll back?\ufffd', state, endedAt: at, endedBecause: because, ...rest }),
    );
    expect(await debates.end('d-2', END)).toBe(false);
  });

  it('of which nobody says that they are alive are failed, and no others', async () => {
    const { debates } = stores.main;
    await debates.add(debate(), NOW + 30);
    await debates.add(debate({ id: 'd-2' }), NOW + 30);
    await debates.add(debate({ id: 'd-3' }), NOW + 30);
    await debates.progress('d-2', { aliveUntil: NOW + 60 });
    await debates.end('d-3', END);
    expect(await debates.failAbandoned({ aliveBefore: NOW + 31, at: NOW + 31 })).toEqual(['d-1']);
    expect(await debates.read('d-1')).toMatchObject({ state: 'failed', endedBecause: 'stopped', endedAt: NOW + 31 });
    expect(await debates.read('d-2')).toMatchObject({ state: 'running' });
    expect(await debates.read('d-3')).toMatchObject({ state: 'ended' });
  });

  it('are listed newest first, page by page, and forgotten after their time with their turns', async () => {
    const { debates } = stores.main;
    for (const [index, id] of ['d-1', 'd-2', 'd-3'].entries()) {
      await debates.add(debate({ id, startedAt: NOW + (index > 1 ? 1 : 0) }), NOW);
    }
    const first = await debates.list({ limit: 2 });
    expect(first.debates.map(({ id }) => id)).toEqual(['d-3', 'd-2']);
    const rest = await debates.list({ cursor: first.next!, limit: 2 });
    expect(rest).toMatchObject({ debates: [{ id: 'd-1' }], next: null });
    await expect(debates.list({ cursor: 'made up', limit: 2 })).rejects.toMatchObject({ code: 'payload_invalid' });
    await debates.progress('d-1', { aliveUntil: NOW, turn: { position: 100, turn: turn() } });
    for (const id of ['d-1', 'd-2']) await debates.end(id, END);
    expect(await debates.forgetBefore(NOW + 10, 1)).toBe(1);
    expect(await debates.forgetBefore(NOW + 10, 10)).toBe(1);
    expect((await debates.list({ limit: 9 })).debates.map(({ id }) => id)).toEqual(['d-3']);
    expect(await stores.main.kysely.selectFrom('debate_turn').selectAll().execute()).toEqual([]);
  });
});
