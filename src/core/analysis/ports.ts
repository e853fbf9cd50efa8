import type {
  Analysis,
  AnalysisMetadata,
  AnalysisOutcome,
  ConversationMessage,
  Entity,
  ErrorType,
  Tokens,
} from './analysis.ts';

export type Vendor = 'openai' | 'anthropic' | 'google' | 'compatible';

export interface ModelPrice {
  /** USD per one million tokens. */
  promptUsdPerMillion: number;
  completionUsdPerMillion: number;
  /** Where the price was read, and when (`2025-11-01`). */
  source: string;
  date: string;
}

/** One named entry of the configuration; entries are asked in their order. */
export interface ModelEntry {
  name: string;
  vendor: Vendor;
  model: string;
  /** Null: the vendor's own address. */
  baseUrl: string | null;
  /** Null: a server that wants none. */
  apiKey: string | null;
  /** Null: not known, costs are not told. */
  price: ModelPrice | null;
}

export interface ModelTurn {
  role: 'user' | 'assistant';
  text: string;
}

export interface ModelCall {
  entry: ModelEntry;
  /** Guardian's own words; nothing of a conversation stands here. */
  system: string;
  turns: readonly ModelTurn[];
  /** The form of the answer, asked for in the vendor's own way. JSON Schema; every object closed, every property required. */
  schema: { name: string; json: Readonly<Record<string, unknown>> };
  maxOutputTokens: number;
  signal: AbortSignal;
}

export interface ModelReply {
  /** As it came: never believed before it is validated. */
  text: string;
  tokens: Tokens;
}

/** Why a call brought nothing. The message is the vendor's, without keys, at most 500 characters. */
export class ModelError extends Error {
  readonly type: ErrorType;
  readonly status: number | null;
  /** What the vendor asked for, in ms; null: it did not. */
  readonly retryAfterMs: number | null;
  /** What the call cost in spite of it. */
  readonly tokens: Tokens | null;

  constructor(
    type: ErrorType,
    message: string,
    about: { status?: number | null; retryAfterMs?: number | null; tokens?: Tokens | null; cause?: unknown } = {},
  ) {
    super(message, about.cause === undefined ? undefined : { cause: about.cause });
    this.name = 'ModelError';
    this.type = type;
    this.status = about.status ?? null;
    this.retryAfterMs = about.retryAfterMs ?? null;
    this.tokens = about.tokens ?? null;
  }
}

/** The vendors' side: exactly one HTTP request, never repeated. */
export interface ModelPort {
  /** Throws `ModelError`; when `signal` is aborted, its reason. */
  ask(call: ModelCall): Promise<ModelReply>;
}

/** The only way the analysis waits: injected with the clock, so that tests decide when it is over. */
export interface Timer {
  /** Calls once, `ms` from now; what it gives takes that back. */
  after(ms: number, call: () => void): () => void;
}

export interface StoredConversation {
  id: string;
  /** Pseudonym; null: nobody said whose it is. */
  userId: string | null;
  /** Oldest first. */
  messages: ConversationMessage[];
  createdAt: number;
  updatedAt: number;
}

/** What is listed of a conversation. */
export interface ConversationEntry {
  id: string;
  userId: string | null;
  messages: number;
  createdAt: number;
  updatedAt: number;
  latest: KnownAnalysis | null;
}

export interface ConversationStore {
  /** Adds what is not there yet, in the order given, one call after the other; bounds are kept: `too_large`. */
  append(messages: NewMessages): Promise<{ stored: number; total: number }>;
  read(id: string): Promise<StoredConversation | null>;
  /** Newest first by `updatedAt`; `before`: only older ones than that entry. */
  list(query: ConversationQuery): Promise<ConversationEntry[]>;
  /** Forgets conversations, messages and analyses of the user; gives how many conversations. */
  eraseUser(userId: string): Promise<number>;
  /** Forgets what was touched last before that instant, at most `limit`; gives how many conversations. */
  forgetBefore(instant: number, limit: number): Promise<number>;
}

export interface ConversationQuery {
  userId?: string;
  before?: { updatedAt: number; id: string };
  limit: number;
}

export interface NewMessages {
  conversationId: string;
  /** Kept from the first call that names it. */
  userId: string | null;
  messages: readonly ConversationMessage[];
  at: number;
  /** Bounds of the whole conversation. */
  limits: { messages: number; bytes: number };
}

/** The last analysis of a conversation, and of what it was made. */
export interface KnownAnalysis {
  analysis: Analysis;
  metadata: AnalysisMetadata;
  /** Of the messages that have text. */
  contentHash: string;
  /** Messages there were, those without text too. */
  messages: number;
  /** A stand-in for failures is good until then; null: until the content changes. */
  validUntil: number | null;
}

export interface AnalysisStore {
  /** What was made of equal content by the same providers, prompt and schema. */
  find(key: string): Promise<KnownAnalysis | null>;
  /** The last one of this conversation, of whatever content. */
  latest(sessionId: string): Promise<KnownAnalysis | null>;
  /** Keeps it as the conversation's last one and under its key; the one before, if no other conversation has it, is forgotten. */
  keep(made: KeptAnalysis): Promise<void>;
}

export interface KeptAnalysis extends KnownAnalysis {
  key: string;
  sessionId: string;
  at: number;
}

/** The built-in analyser: deterministic, without network, never throwing. A promise where it works in another thread. */
export type ExtractiveAnalyser = (input: {
  messages: readonly { role: string; text: string; author?: string }[];
  language?: 'en' | 'fr' | 'other';
}) => ExtractedAnalysis | Promise<ExtractedAnalysis>;

export interface ExtractedAnalysis {
  summary: string;
  concepts: readonly string[];
  entities: readonly Readonly<Entity>[];
  /** `other`: neither English nor French. */
  language: string;
}

/** A wrong key, a wrong model, a request the vendor does not take: nothing that waiting mends. */
export interface ModelAlerts {
  misconfigured(problem: {
    provider: string;
    model: string;
    errorType: 'auth' | 'not_found' | 'bad_request';
    status: number | null;
    message: string;
  }): void;
  /** It answers again. Called at most once for each time it was misconfigured. */
  recovered(provider: string): void;
}

/** Each outcome, cached ones too, to whoever listens live. */
export interface AnalysisFeed {
  told(outcome: AnalysisOutcome): void;
}
