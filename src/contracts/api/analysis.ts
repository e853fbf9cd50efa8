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
