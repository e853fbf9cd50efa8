import { z } from 'zod';
import { instant } from './shared.ts';

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
