import { GuardianError } from '../../shared/index.ts';
import type { ModelChain } from '../chain/model-chain.ts';
import type { DebateAgent, DebateConfig } from './debate.ts';

/** What is wrong with a debate that somebody asks for. */
export type DebateFaultKind = 'name_twice' | 'no_debater' | 'mediators' | 'unknown_provider' | 'no_price';

/** It cannot be held like this; whoever shows it says it in the reader's words. */
export class DebateFault extends GuardianError {
  readonly fault: DebateFaultKind;
  /** The name that is meant, or those that there are. */
  readonly names: string;

  constructor(fault: DebateFaultKind, key: string, names = '') {
    super('payload_invalid', { key, reason: fault });
    this.fault = fault;
    this.names = names;
  }
}

/** Attacker, challenger and mediator, each with an entry of its own as far as there are as many. */
export function defaultAgents(entries: readonly string[]): DebateAgent[] {
  return (['attacker', 'challenger', 'mediator'] as const).map((role, index) => ({
    name: role,
    role,
    provider: entries[index % entries.length] ?? null,
  }));
}

/** Throws `no_model` where there is none, and a `DebateFault` for what can never be held. */
export function checkDebate({ agents, maxCostUsd }: DebateConfig, chain: Pick<ModelChain, 'names' | 'states'>): void {
  if (chain.names.length === 0) throw new GuardianError('no_model');
  const names = agents.map(({ name }) => name);
  for (const [index, { name, provider }] of agents.entries()) {
    if (names.indexOf(name) < index) throw new DebateFault('name_twice', `agents.${index}.name`, name);
    if (provider !== null && !chain.names.includes(provider)) {
      throw new DebateFault('unknown_provider', `agents.${index}.provider`, chain.names.join(', '));
    }
  }
  const mediators = agents.filter(({ role }) => role === 'mediator').length;
  if (mediators > 1) throw new DebateFault('mediators', 'agents');
  if (mediators === agents.length) throw new DebateFault('no_debater', 'agents');
  // A call whose cost is not known is never made where a cost is bounded: nobody would speak.
  const isUnpriced = maxCostUsd !== null && chain.states().every(({ price }) => price === null);
  if (isUnpriced) throw new DebateFault('no_price', 'max_cost_usd');
}
