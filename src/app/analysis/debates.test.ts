import { afterEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import { configurationSchema } from '../../config/schema.ts';
import type { LiveEvent } from '../../contracts/api/live.ts';
import type { Debate } from '../../core/analysis/index.ts';
import { startDebates } from './debates.ts';

const NOW = Date.UTC(2026, 0, 31);
const DAY_MS = 86_400_000;

const running = (id: string): Debate => ({
  ...{ id, topic: 'Shall we?', state: 'running', startedAt: NOW, endedAt: null, endedBecause: null, turns: [] },
  ...{ synthesis: null, agreement: null, isOneVoice: false },
  config: { agents: [{ name: 'a', role: 'attacker', provider: null }], rounds: 1, maxCostUsd: null, maxTokens: null },
  cost: { totalUsd: 0, tokens: 0, byAgent: {} },
});

describe.each(DATABASES)('debates before anybody asks for one, in $name', ({ name, open }) => {
  let stores: OpenedStores;
  let now = NOW;
  const events: LiveEvent[] = [];
  afterEach(() => stores.close());

  async function begin() {
    now = NOW;
    events.length = 0;
    stores = await open({ clock: { now: () => now } });
    const part = startDebates({
      configuration: configurationSchema.parse({}),
      store: stores.main,
      analysis: () => Promise.reject(new Error('no model is opened for it')),
      publishLive: (told) => events.push(told),
      clock: { now: () => now },
      onFailure: (what, error) => {
        throw new Error(`${what}: ${error.message}`);
      },
    });
    const turn = (round: string) => part.rounds.find((one) => one.name === round)?.run(new AbortController().signal);
    return { part, turn, debates: stores.main.debates };
  }

  it('those that died with their process are failed, and those of other nodes only once these say nothing', async () => {
    const { part, turn, debates } = await begin();
    await debates.add(running('d-1'), NOW + 30_000);
    await part.start();
    const isAlone = name === 'SQLite';
    expect((await debates.read('d-1'))!.state).toBe(isAlone ? 'failed' : 'running');
    now += 30_001;
    await turn('abandoned debates');
    expect(await debates.read('d-1')).toMatchObject({ state: 'failed', endedBecause: 'stopped' });
    expect(events).toEqual([{ event: 'debate_ended', data: { id: 'd-1', state: 'failed', endedBecause: 'stopped' } }]);
  });

  it('are forgotten after their days, without any model', async () => {
    const { part, turn, debates } = await begin();
    await debates.add(running('d-1'), NOW);
    await part.start();
    await debates.failAbandoned({ aliveBefore: NOW + 1, at: NOW });
    now += 399 * DAY_MS;
    await turn('old debates');
    expect(await debates.read('d-1')).not.toBeNull();
    now += 2 * DAY_MS;
    await turn('old debates');
    expect(await debates.read('d-1')).toBeNull();
    await part.stop();
  });
});
