import { asAnalyzeReply, asAttempt, type ConversationQuery } from '../../core/analysis/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import type { AnalysisControl, AnalysisFailed } from '../../server/index.ts';
import { openUsageNames } from '../usage/names.ts';
import { asConversation, asExplanation, asMessage, asProviders, asRecall, readMessage } from './analysis-view.ts';
import type { OpenAnalysisOptions, OpenedAnalysis } from './open-analysis.ts';
import { pseudonymOf } from './pseudonym-of.ts';

interface AnalysisControlOptions extends OpenAnalysisOptions {
  open(): Promise<OpenedAnalysis>;
}

/** What people and programs do with conversations, explanations and recalls; users come as they are called, and are kept as pseudonyms. */
export async function createAnalysisControl(options: AnalysisControlOptions): Promise<AnalysisControl> {
  const { store, configuration, metrics, clock, open } = options;
  const names = await openUsageNames(options);
  return {
    async analyse({ sessionId, messages, force, signal }) {
      const { analyser } = await open();
      const outcome = await analyser.analyse({
        sessionId,
        force,
        signal,
        ...(messages === undefined ? {} : { messages: messages.map(readMessage) }),
      });
      return outcome.status === 'failed' ? failed(outcome) : asAnalyzeReply(outcome);
    },

    async addMessages({ sessionId, user, messages }) {
      const { conversations, recall } = await open();
      const userId = user === null ? null : pseudonymOf(names, user);
      const added = await conversations.add({ sessionId, userId, messages: messages.map(readMessage) });
      recall.look(sessionId);
      return added;
    },

    async conversations({ user, cursor, limit }) {
      const query: ConversationQuery = { limit: limit + 1 };
      if (user !== null) query.userId = pseudonymOf(names, user);
      if (cursor !== null) query.before = readCursor(cursor);
      const found = await store.conversations.list(query);
      const shown = found.slice(0, limit);
      const last = found.length > limit ? shown.at(-1) : undefined;
      return { items: shown.map(asConversation), nextCursor: last === undefined ? null : cursorOf(last) };
    },

    async conversation(id) {
      const [conversation, latest] = await Promise.all([store.conversations.read(id), store.analyses.latest(id)]);
      if (conversation === null) return null;
      const { messages, updatedAt } = conversation;
      return {
        ...asConversation({ id, messages: messages.length, updatedAt, latest }),
        history: messages.map(asMessage),
      };
    },

    async providers() {
      const { chain, analyser } = await open();
      const { builtin: hasBuiltin } = configuration.analysis;
      return asProviders(chain.states(), { cache: analyser.cache(), hasBuiltin, clock });
    },

    async explanation(issueId, language) {
      const known = await store.explanations.find(issueId, language);
      return known && asExplanation(issueId, known.explanation);
    },

    async explain({ issueId, language, force }) {
      const { explainer } = await open();
      const outcome = await explainer.explain({ issueId, language, force });
      return outcome.status === 'failed' ? failed(outcome) : asExplanation(issueId, outcome.explanation);
    },

    async recalls({ user, minSimilarity, cursor, limit }) {
      const userId = pseudonymOf(names, user);
      const { items, nextCursor } = await store.concepts.history({ userId, minSimilarity, cursor, limit });
      return { items: items.map(asRecall), nextCursor };
    },

    async interact(id, action) {
      const isNew = action === 'dismiss' ? await store.concepts.dismiss(id, clock.now()) : await store.concepts.has(id);
      if (isNew === null || (action !== 'dismiss' && !isNew)) return false;
      metrics.recall.interaction(action);
      // Said twice, it was wrong once.
      if (action === 'dismiss' && isNew) metrics.recall.falsePositive();
      return true;
    },

    async erase({ user, what }) {
      const all = (await names.namesOf(user)).map((name) => pseudonymOf(names, name));
      const erased = { conversations: 0, mentions: 0, recalls: 0 };
      for (const userId of all) {
        const { mentions, recalls } = await store.concepts.eraseUser(userId);
        erased.mentions += mentions;
        erased.recalls += recalls;
        if (what === 'everything') erased.conversations += await store.conversations.eraseUser(userId);
      }
      return erased;
    },

    referenceOf: async (user) => `user ${names.hashOf(user).slice(0, 22)}`,
  };
}

function failed({
  attempts,
  error,
  retryAfterMs,
}: {
  attempts: Parameters<typeof asAttempt>[0][];
  error: string;
  retryAfterMs: number;
}): AnalysisFailed {
  return {
    status: 'failed',
    error,
    retryAfterSeconds: Math.ceil(retryAfterMs / 1_000),
    attempts: attempts.map(asAttempt),
  };
}

function cursorOf({ updatedAt, id }: { updatedAt: number; id: string }): string {
  return Buffer.from(`${updatedAt}\n${id}`).toString('base64url');
}

function readCursor(cursor: string): { updatedAt: number; id: string } {
  const [at = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split('\n');
  if (!/^\d{1,15}$/.test(at) || id === '') {
    throw new GuardianError('payload_invalid', { key: 'cursor', reason: (m) => m.server.validation.cursor });
  }
  return { updatedAt: Number(at), id };
}
