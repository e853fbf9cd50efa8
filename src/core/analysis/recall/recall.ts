import { setImmediate } from 'node:timers/promises';
import {
  type Clock,
  type GuardianError,
  type RecallMetrics,
  shortHash,
  steadyNow,
  toGuardianError,
} from '../../shared/index.ts';
import {
  type ConceptMention,
  type ConceptRecall,
  findRecalls,
  MOST_RECALLS,
  RECALL_THRESHOLD,
  SHARE_OF_STEMS,
} from '../concepts/index.ts';
import type { ConceptStore, ConceptWork, StoredRecall } from './concept-store.ts';
import { conceptsOf, type LookedMessage, type MessageConcept, mentionsOf, stemsOf } from './look-at-messages.ts';

export interface RecallLimits {
  /** Lowest cosine that is told of. */
  threshold: number;
  /** Recalls told of per message. */
  perMessage: number;
  /** Lowest cosine that the history keeps. */
  historyThreshold: number;
}

const RECALL_LIMITS: RecallLimits = {
  threshold: RECALL_THRESHOLD,
  perMessage: MOST_RECALLS,
  historyThreshold: 0.6,
};

/** What a message recalled, for whoever listens. */
export interface ToldRecalls {
  conversationId: string;
  messageId: string | null;
  /** Nearest first. */
  recalls: readonly StoredRecall[];
}

export interface RecallOptions {
  store: ConceptStore;
  metrics: RecallMetrics;
  feed: { told(recalled: ToldRecalls): void };
  clock: Clock;
  limits?: Partial<RecallLimits>;
  /** What could not be looked at now is looked at by the next `catchUp`. */
  onFailure(error: GuardianError): void;
}

export interface Recall {
  /** Looks at the new messages of a conversation soon; returns at once. */
  look(conversationId: string): void;
  /** Looks at everything that nobody has looked at: after a failure, or what came while nothing ran. Gives how many conversations. */
  catchUp(signal: AbortSignal): Promise<number>;
  /** Until everything that was asked for is looked at. */
  idle(): Promise<void>;
}

/** Messages that are looked at in one transaction. */
const MESSAGES_AT_ONCE = 50;
/** Conversations that wait in memory; what comes beyond waits in the database for `catchUp`. */
const MOST_WAITING = 1_000;
const CAUGHT_UP_AT_ONCE = 50;
/** Mentions that are compared with one concept. */
const MOST_CANDIDATES = 200;
/** Recalls of one message that are kept, told or not. */
const MOST_KEPT = 10;
/** Lowest cosine that counts as found. */
const LEAST_SIMILARITY = 0.5;
/** The trigrams of two concepts bring no more than the rest of the cosine: what is nearer than the lowest shares that much of its stems. */
const LEAST_OF_STEMS = LEAST_SIMILARITY - (1 - SHARE_OF_STEMS);

/**
 * Concepts that earlier conversations of the same user already had. Messages are looked at after they are stored, one conversation
 * after the other; how far was looked is kept with what was found, so that each message is looked at once, whatever dies between.
 */
export function createRecall({ store, metrics, feed, clock, limits: given, onFailure }: RecallOptions): Recall {
  const limits = { ...RECALL_LIMITS, ...given };
  const waiting = new Map<string, number>();
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    for (const [id, since] of waiting) {
      waiting.delete(id);
      await lookAt(id, since).catch((thrown: unknown) => onFailure(toGuardianError(thrown)));
    }
    running = null;
  }

  async function lookAt(conversationId: string, since: number): Promise<void> {
    for (;;) {
      const work = await store.next(conversationId, MESSAGES_AT_ONCE);
      if (work === null) return;
      await lookAtSome(work);
      metrics.latency((steadyNow(clock) - since) / 1_000);
      // Other requests have their turn.
      await setImmediate();
    }
  }

  async function lookAtSome(work: ConceptWork): Promise<void> {
    const looked = await conceptsOf(work.messages);
    const candidates = await candidatesOf(work, looked);
    const found = looked.map((one) => ({ message: one.message, recalls: recallsOf(work, one, candidates) }));
    const fresh = await store.keep({
      work,
      mentions: mentionsOf(looked),
      recalls: bestOf(found.flatMap(({ recalls }) => recalls)),
    });
    if (fresh === null) return;
    for (const { message, recalls } of found) {
      // Once, by the first message that says it.
      const told = recalls.filter(({ id, isTold }) => isTold && fresh.delete(id));
      if (told.length === 0) continue;
      for (const _ of told) metrics.emitted();
      feed.told({ conversationId: work.conversationId, messageId: message.id, recalls: told });
    }
  }

  /** Per subject, each searched once however often it is mentioned. */
  async function candidatesOf(work: ConceptWork, looked: readonly LookedMessage[]) {
    const subjects = new Map<string, MessageConcept>();
    for (const { concepts } of looked) for (const one of concepts) subjects.set(one.key, one);
    const found = new Map<string, ConceptMention[]>();
    for (const [key, { vector }] of subjects) {
      const since = steadyNow(clock);
      const { userId, conversationId, beganAt } = work;
      const query = { userId, conversationId, beganAt, stems: stemsOf(vector), least: LEAST_OF_STEMS };
      found.set(key, await store.search({ ...query, limit: MOST_CANDIDATES }));
      metrics.search((steadyNow(clock) - since) / 1_000);
    }
    return found;
  }

  function recallsOf(
    work: ConceptWork,
    { message, concepts }: LookedMessage,
    candidates: ReadonlyMap<string, ConceptMention[]>,
  ): StoredRecall[] {
    const near = new Map(concepts.flatMap(({ key }) => candidates.get(key) ?? []).map((one) => [mentionId(one), one]));
    const recalls = findRecalls({
      concepts,
      candidates: [...near.values()],
      threshold: LEAST_SIMILARITY,
      most: MOST_KEPT,
    });
    for (const { similarity } of recalls) metrics.detection(similarity);
    return recalls
      .filter(({ similarity }) => similarity >= limits.historyThreshold)
      .map((recall, rank) => storedRecall({ recall, work, message, limits, rank, at: clock.now() }));
  }

  return {
    look(conversationId) {
      if (waiting.size >= MOST_WAITING) return;
      if (!waiting.has(conversationId)) waiting.set(conversationId, steadyNow(clock));
      running ??= run();
    },
    async catchUp(signal) {
      let count = 0;
      for (;;) {
        const ids = await store.behind(CAUGHT_UP_AT_ONCE);
        let failed = 0;
        for (const id of ids) {
          if (signal.aborted) return count;
          // One that cannot be looked at keeps nobody else from it.
          await lookAt(id, steadyNow(clock)).catch((thrown: unknown) => {
            failed++;
            onFailure(toGuardianError(thrown));
          });
          count++;
        }
        if (ids.length < CAUGHT_UP_AT_ONCE || failed === ids.length) return count - failed;
      }
    },
    async idle() {
      while (running !== null) await running;
    },
  };
}

/** One row of each: told if any message tells of it. */
function bestOf(recalls: readonly StoredRecall[]): StoredRecall[] {
  const best = new Map<string, StoredRecall>();
  for (const recall of recalls) {
    const known = best.get(recall.id);
    if (known === undefined || (recall.isTold && !known.isTold)) best.set(recall.id, recall);
  }
  return [...best.values()];
}

function mentionId({ conversationId, concept }: ConceptMention): string {
  return `${conversationId}\n${concept}`;
}

function storedRecall({
  recall,
  work: { conversationId },
  message,
  limits,
  rank,
  at,
}: {
  recall: ConceptRecall;
  work: ConceptWork;
  message: { id: string | null };
  limits: RecallLimits;
  rank: number;
  at: number;
}): StoredRecall {
  const { concept, recalled, similarity, firstMentionAt, lastMentionAt, mentionCount, conversations } = recall;
  return {
    // Of the conversation and the subject it recalled: found again, it is the same.
    id: `recall-${shortHash(`${conversationId}\n${recalled.toLowerCase()}`, 20)}`,
    ...{ conversationId, messageId: message.id, concept, recalled, similarity },
    ...{ firstMentionAt, lastMentionAt, mentionCount, conversations, at },
    isTold: similarity >= limits.threshold && rank < limits.perMessage,
  };
}
