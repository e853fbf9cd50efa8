import {
  asDebateReply,
  asDebateSummary,
  createDebates,
  DebateFault,
  type DebateRequest,
} from '../../core/analysis/index.ts';
import { systemTimer } from '../../core/jobs/index.ts';
import { GuardianError, type Messages } from '../../core/shared/index.ts';
import type { DebateControl } from '../../server/index.ts';
import type { StartDebatesOptions } from './debates.ts';

/** Debates with the models and the built-in analyser. Loaded at the first use. */
export async function openDebates(
  options: StartDebatesOptions,
): Promise<{ control: DebateControl; stop(): Promise<void> }> {
  const { configuration, store, publishLive, clock, onFailure } = options;
  const { chain, builtin, redactor } = await options.analysis();
  const debates = createDebates({
    store: store.debates,
    ...{ chain, builtin, redactor, clock },
    timer: systemTimer,
    feed: { told: ({ name, data }) => publishLive({ event: name, data }) },
    onFailure: (error) => onFailure('debates', error),
    limits: { atOnce: configuration.analysis.debatesAtOnce },
  });
  return {
    stop: debates.stop,
    control: {
      async start(asked, messages) {
        try {
          return asDebateReply(await debates.start(requestOf(asked)));
        } catch (thrown) {
          throw inReadersWords(thrown, messages);
        }
      },
      async cancel(id) {
        const debate = await debates.cancel(id);
        return debate === null ? null : asDebateReply(debate);
      },
      async read(id) {
        const debate = await store.debates.read(id);
        return debate === null ? null : asDebateReply(debate);
      },
      async list(query) {
        const { debates: listed, next } = await store.debates.list(query);
        return { items: listed.map(asDebateSummary), nextCursor: next, total: null };
      },
    },
  };
}

function requestOf(asked: Parameters<DebateControl['start']>[0]): DebateRequest {
  const { topic, agents, rounds, max_cost_usd: maxCostUsd = null, max_tokens: maxTokens = null } = asked;
  const chosen = agents?.map((agent) => ({ ...agent, provider: agent.provider ?? null }));
  return { topic, rounds, maxCostUsd, maxTokens, ...(chosen === undefined ? {} : { agents: chosen }) };
}

function inReadersWords(thrown: unknown, { server }: Messages): unknown {
  const { debates: say } = server.reasons;
  if (thrown instanceof DebateFault) {
    const { fault, names, about } = thrown;
    const remedy = fault === 'no_price' ? { remedy: say.bounded } : {};
    return new GuardianError('payload_invalid', { key: about.key ?? '', reason: say[fault](names), ...remedy });
  }
  if (thrown instanceof GuardianError && thrown.code === 'rate_limited') {
    return new GuardianError('rate_limited', { reason: say.atOnce });
  }
  return thrown;
}
