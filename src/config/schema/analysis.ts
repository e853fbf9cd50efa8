import { z } from 'zod';
import type { Saying } from '../../core/shared/index.ts';
import { keyOf } from '../derive-analysis.ts';
import { name, positive, span } from './pieces.ts';
import { custom, say, shapes } from './reasons.ts';

const price = z.strictObject({
  // A price for one thousand tokens is far below it; one for a million tokens was never so high.
  promptUsdPerMillion: z.number().nonnegative().max(10_000).describe('USD per 1M tokens of what is sent'),
  completionUsdPerMillion: z.number().nonnegative().max(10_000).describe('USD per 1M tokens of what comes back'),
  source: z.string().min(1).describe('where the price was read'),
  date: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, { error: shapes.date })
    .describe('when it was read'),
});

const provider = z.strictObject({
  name: name.describe('how attempts, figures and screens call it'),
  vendor: z
    .enum(['openai', 'anthropic', 'google', 'compatible'])
    .describe('compatible: any server that speaks OpenAI’s chat completions'),
  model: z.string().min(1).max(200).describe('as the vendor names it'),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null)
    .describe('null: the vendor’s own address; needed for compatible'),
  apiKey: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('null: that of analysis.keys; for compatible, none. In the environment, not in a file that git tracks'),
  price: price.nullable().default(null).describe('null: not known, costs are not told'),
});
type Provider = z.output<typeof provider>;

const keys = z.strictObject({
  openai: z.string().nullable().default(null).describe('for entries of openai without a key of their own'),
  anthropic: z.string().nullable().default(null).describe('for entries of anthropic'),
  google: z.string().nullable().default(null).describe('for entries of google'),
});

const breaker = z.strictObject({
  failuresInARow: positive.default(3).describe('failures in a row after which an entry is left alone'),
  failedShare: z.number().min(0).max(1).default(0.5).describe('or more than this share of the calls of a minute'),
  calls: positive.default(10).describe('calls of a minute below which a share says nothing'),
  window: span.prefault('60s').describe('the minute'),
  open: span.prefault('30s').describe('how long at first; doubled with each probe that fails'),
  longestOpen: span.prefault('5m').describe('doubling ends here'),
  longestRetryAfter: span.prefault('24h').describe('the longest wait that a vendor may ask for'),
});

const recall = z.strictObject({
  threshold: z.number().min(0.5).max(1).default(0.75).describe('least similarity (0 to 1) that is told of'),
  perMessage: z.int().min(0).max(10).default(3).describe('recalls told of per message; 0: none'),
  historyThreshold: z.number().min(0.5).max(1).default(0.6).describe('least similarity that the history keeps'),
});

/** Models that say what conversations and issues are about; without one the built-in analyser answers. */
export const analysis = z
  .strictObject({
    providers: z
      .array(provider)
      .max(20)
      .default([])
      .describe('asked in this order until one answers; none: the built-in analyser'),
    keys: keys.prefault({}),
    builtin: z.boolean().default(true).describe('false: where no provider answers, nobody does'),
    attempt: span.prefault('30s').describe('for one provider, with the repair of its answer'),
    total: span.prefault('60s').describe('for all of them'),
    outputTokens: positive.default(4_000).describe('tokens of one answer, hidden reasoning included'),
    answerBytes: positive.default(1024 * 1024).describe('bytes of one answer; the rest is not read'),
    breaker: breaker.prefault({}),
    cacheEntries: positive.default(100).describe('analyses in memory; the least recently used leaves first'),
    cacheTtl: span.prefault('1h').describe('how long they are good; in the database until the content changes'),
    standIn: span.prefault('5m').describe('how long the built-in analyser stands in for providers that failed'),
    recall: recall.prefault({}),
    debatesAtOnce: positive.default(4).describe('debates that one process holds at a time'),
    debateDays: positive.default(400).describe('days that a debate is kept after its end'),
    conversationMessages: positive.default(2_000).describe('messages of one conversation'),
    conversationBytes: positive.default(1024 * 1024).describe('bytes of their contents'),
    conversationDays: positive.default(400).describe('days that a conversation is kept after its last message'),
  })
  .superRefine(({ providers, keys: given }, context) => {
    for (const [index, entry] of providers.entries()) {
      const refuse = (key: string, said: Saying) => context.addIssue(custom(said, ['providers', index, key]));
      const before = providers.slice(0, index);
      if (entry.name === 'builtin') refuse('name', say.shapes.builtInAnalyser);
      if (before.some((other) => other.name === entry.name)) refuse('name', say.models.twice(entry.name));
      const twin = before.find((other) => isSameModel(other, entry));
      if (twin) refuse('model', say.models.twin(twin.name));
      if (entry.vendor === 'compatible' && entry.baseUrl === null) refuse('baseUrl', say.shapes.baseUrl);
      if (entry.vendor !== 'compatible' && keyOf(entry, given) === null) {
        refuse('apiKey', say.models.noKey(KEY_NAMES[entry.vendor]));
      }
    }
  });

/** Environment names of the vendors' keys, as their own packages have them. */
const KEY_NAMES = {
  openai: 'OPENAI_API_KEY',
  anthropic: 'ANTHROPIC_API_KEY',
  google: 'GOOGLE_GENERATIVE_AI_API_KEY',
} as const;

/** A compatible server is a vendor of its own: the same model there and elsewhere does not fail together. */
function isSameModel(a: Provider, b: Provider): boolean {
  const vendorOf = ({ vendor, baseUrl }: Provider) =>
    vendor === 'compatible' ? `compatible ${baseUrl?.replace(/\/+$/, '')}` : vendor;
  return vendorOf(a) === vendorOf(b) && a.model === b.model;
}
