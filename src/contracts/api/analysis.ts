import { z } from 'zod';
import { instant, pageQuery } from './shared.ts';

/** Names on this part of the wire are those of the programs it replaces: snake case, and `session_id` for the conversation. */

/** Characters of one message, and messages of one conversation: bounds of the request, beside its 1 MiB. */
const MESSAGE_CHARACTERS = 200_000;
const MESSAGES = 2_000;

const conversationMessage = z.strictObject({
  id: z.string().max(200).optional(),
  role: z.enum(['user', 'assistant', 'system', 'tool']).default('user'),
  /** Who speaks, where a role does not say it. */
  author: z.string().max(200).optional(),
  content: z.string().max(MESSAGE_CHARACTERS),
  created_at: instant.optional(),
});
export type ConversationMessage = z.infer<typeof conversationMessage>;

export const sessionId = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\w.:@-]+$/u);

export const messagesPost = z.strictObject({
  messages: z.array(conversationMessage).min(1).max(MESSAGES),
  /** Whose conversation: recall looks among the earlier ones of the same user. Kept as a pseudonym. */
  user_id: z.string().max(200).optional(),
});
export const messagesPosted = z.object({
  session_id: z.string(),
  /** Newly stored; a message whose id is known is not stored again. */
  stored: z.int(),
  total: z.int(),
});

export const analyzeRequest = z.strictObject({
  session_id: sessionId,
  /** Asks anew, and renews both caches. */
  force: z.boolean().default(false),
  /** Posted along: they are the conversation, nothing is stored but the analysis. */
  messages: z.array(conversationMessage).max(MESSAGES).optional(),
});

const ERROR_TYPES = [
  'timeout',
  'network',
  'rate_limited',
  'auth',
  'not_found',
  'bad_request',
  'server_error',
  'refused',
  'invalid_output',
  'too_long',
] as const;
const analysisErrorType = z.enum(ERROR_TYPES);

const attempt = z.object({
  provider: z.string(),
  model: z.string(),
  /** `skipped`: its breaker is open, nothing was sent. */
  outcome: z.enum(['success', 'failure', 'skipped']),
  error_type: analysisErrorType.nullable(),
  status: z.int().nullable(),
  duration_ms: z.number(),
});

export type Attempt = z.infer<typeof attempt>;

const analysisContent = z.object({
  /** Two or three sentences. */
  summary: z.string(),
  /** Three to five. */
  concepts: z.array(z.string()),
  entities: z.array(z.object({ text: z.string(), type: z.string() })),
});
export type AnalysisContent = z.infer<typeof analysisContent>;

const analysisMetadata = z.object({
  provider: z.string(),
  model: z.string().nullable(),
  attempts: z.array(attempt),
  cache: z.enum(['none', 'memory', 'database']),
  language: z.string(),
  /** True: made of the text's own sentences, without a model. */
  extractive: z.boolean(),
  tokens: z.object({ prompt: z.int(), completion: z.int() }),
  cost_usd: z.number().nullable(),
  prompt_version: z.string(),
  schema_version: z.string(),
  analyzed_at: instant,
});
export type AnalysisMetadata = z.infer<typeof analysisMetadata>;

const analysisCompleted = z.object({
  status: z.literal('completed'),
  session_id: z.string(),
  force: z.boolean(),
  analysis: analysisContent,
  metadata: analysisMetadata,
});
const analysisSkipped = z.object({
  status: z.literal('skipped'),
  reason: z.enum(['already_analyzed', 'no_history', 'no_changes']),
  session_id: z.string(),
  /** With the analysis there is, where there is one. */
  metadata: analysisMetadata.extend({ analysis: analysisContent }).partial(),
});
export const analyzeReply = z.discriminatedUnion('status', [analysisCompleted, analysisSkipped]);
export type AnalyzeReply = z.infer<typeof analyzeReply>;

/** Told to whoever listens (server-sent events, WebSocket), cached outcomes too. */
export const analysisStatus = z.object({
  session_id: z.string(),
  status: z.enum(['skipped', 'completed', 'failed']),
  reason: z.string().nullable(),
  error: z.string().nullable(),
  /** Seconds. */
  retry_after: z.int().nullable(),
});

export const conversationSummary = z.object({
  session_id: z.string(),
  messages: z.int(),
  updated_at: instant,
  analyzed_at: instant.nullable(),
  analysis: analysisContent.nullable(),
  metadata: analysisMetadata.nullable(),
});
export type ConversationSummary = z.infer<typeof conversationSummary>;
export type ConversationDetail = z.infer<typeof conversationDetail>;
export const conversationQuery = z.strictObject({
  user_id: z.string().min(1).max(200).optional(),
  /** Longer than others: it holds the id of a conversation. */
  cursor: z.string().max(400).optional(),
  limit: pageQuery.shape.limit,
});
export const conversationDetail = conversationSummary.extend({ history: z.array(conversationMessage) });

// Providers: how each does, and what it costs.

const providerView = z.object({
  /** Name of the entry. */
  name: z.string(),
  vendor: z.enum(['openai', 'anthropic', 'google', 'compatible', 'builtin']),
  model: z.string().nullable(),
  breaker: z.object({
    state: z.enum(['closed', 'open', 'half-open']),
    failuresInARow: z.int(),
    openUntil: instant.nullable(),
  }),
  lastError: z.object({ type: analysisErrorType, message: z.string(), at: instant }).nullable(),
  /** Of the last 24 hours on this node. */
  calls: z.int(),
  failures: z.int(),
  p95Ms: z.number().nullable(),
  promptTokens: z.int(),
  completionTokens: z.int(),
  costUsd: z.number().nullable(),
  /** USD per one million tokens; null: not known, costs are not told. */
  price: z
    .object({
      promptUsdPerMillion: z.number(),
      completionUsdPerMillion: z.number(),
      source: z.string(),
      date: z.string(),
    })
    .nullable(),
});
export const providersReply = z.object({
  providers: z.array(providerView),
  /** False: where no model answers, nobody does. */
  builtin: z.boolean(),
  cache: z.object({ entries: z.int(), limit: z.int(), hits: z.int(), misses: z.int() }),
});
export type ProvidersReply = z.infer<typeof providersReply>;

// An issue explained.

const claim = z.object({
  text: z.string(),
  /** Ids of evidence that exists: `frame:0`, `suspect:abc1234`, `incident:…`, `deployment:…`. */
  evidence: z.array(z.string()),
});
export const issueExplanation = z.object({
  issue: z.string(),
  /** Always a hypothesis, whoever wrote it. */
  label: z.literal('hypothesis'),
  rootCause: claim.nullable(),
  claims: z.array(claim),
  /** 0 to 1. */
  confidence: z.number(),
  nextLook: z.array(claim),
  /** Claims that named no existing evidence: left out, and counted. */
  droppedClaims: z.int(),
  evidence: z.array(z.object({ id: z.string(), kind: z.string(), label: z.string() })),
  metadata: analysisMetadata,
});
export type IssueExplanation = z.infer<typeof issueExplanation>;
export const explainRequest = z.strictObject({ force: z.boolean().default(false) });

// Debates.

export const debateRequest = z.strictObject({
  topic: z.string().min(1).max(20_000),
  agents: z
    .array(
      z.strictObject({
        name: z
          .string()
          .min(1)
          .max(60)
          .regex(/^[\w-]+$/u),
        role: z.enum(['attacker', 'challenger', 'mediator', 'participant']),
        /** Entry of the configuration; left out: the first that answers. */
        provider: z.string().max(60).optional(),
      }),
    )
    .min(1)
    .max(8)
    .optional(),
  rounds: z.int().min(1).max(5).default(2),
  max_cost_usd: z.number().positive().max(100).optional(),
  max_tokens: z.int().positive().max(1_000_000).optional(),
});

const debateTurn = z.object({
  round: z.int(),
  agent: z.string(),
  text: z.string(),
  meta: z.object({
    role: z.string(),
    provider: z.string().nullable(),
    model: z.string().nullable(),
    /** True: not by its own model. */
    fallback: z.boolean(),
    cost: z.number().nullable(),
    error: z.object({ type: z.string(), message: z.string().max(200) }).nullable(),
  }),
});
export type DebateTurn = z.infer<typeof debateTurn>;

export const debate = z.object({
  id: z.string(),
  topic: z.string(),
  state: z.enum(['running', 'ended', 'cancelled', 'failed']),
  startedAt: instant,
  endedAt: instant.nullable(),
  /** Why it ended: all rounds, agreement, its budget, its cancellation, one voice left. */
  endedBecause: z.string().nullable(),
  turns: z.array(debateTurn),
  synthesis: z
    .object({
      text: z.string(),
      extractive: z.boolean(),
      claims: z.array(z.object({ text: z.string(), share: z.number() })),
    })
    .nullable(),
  /** 0 to 1; null before the second voice. */
  agreement: z.number().nullable(),
  /** One voice only was left. */
  isOneVoice: z.boolean(),
  config: z.object({
    agents: z.array(z.object({ name: z.string(), role: z.string(), provider: z.string().nullable() })),
    rounds: z.int(),
    max_cost_usd: z.number().nullable(),
    max_tokens: z.int().nullable(),
  }),
  cost: z.object({
    total_usd: z.number().nullable(),
    tokens: z.int(),
    by_agent: z.record(z.string(), z.object({ usd: z.number().nullable(), tokens: z.int() })),
  }),
});
export type Debate = z.infer<typeof debate>;
export const debateSummary = debate.omit({ turns: true, synthesis: true });
export type DebateSummary = z.infer<typeof debateSummary>;

// Concept recall.

export const recall = z.object({
  id: z.string(),
  concept: z.string(),
  first_mention: instant,
  last_mention: instant,
  mention_count: z.int(),
  conversations: z.array(z.string()),
  similarity: z.number(),
});
export type Recall = z.infer<typeof recall>;
export const recallQuery = z.strictObject({
  user_id: z.string().min(1).max(200),
  min_similarity: z.coerce.number().min(0.6).max(1).default(0.6),
  cursor: pageQuery.shape.cursor,
  limit: pageQuery.shape.limit,
});
export const recallInteraction = z.strictObject({ action: z.enum(['view_history', 'dismiss', 'auto_hide']) });
export type RecallAction = z.infer<typeof recallInteraction>['action'];

/** Told live: what one message recalled. */
export const conceptRecall = z.object({
  session_id: z.string(),
  /** The sender's id of the message; null: it gave none. */
  message_id: z.string().nullable(),
  recalls: z.array(recall),
});
/** `recalls`: what was recalled and the index of concepts; the conversations stay. `everything`: conversations and analyses too. */
export const memoryErase = z.strictObject({
  user_id: z.string().min(1).max(200),
  what: z.enum(['recalls', 'everything']).default('everything'),
});
export const memoryErased = z.object({ conversations: z.int(), mentions: z.int(), recalls: z.int() });
export type MemoryErased = z.infer<typeof memoryErased>;
