import { z } from 'zod';
import { instant, pageOf, pageQuery } from './shared.ts';

/** One entry of the audit trail, chained by hash to the one before it. */
const auditEntry = z.object({
  sequence: z.int(),
  at: instant,
  actor: z.string(),
  action: z.string(),
  object: z.string(),
  outcome: z.enum(['success', 'failure', 'denied']),
  address: z.string().nullable(),
  fields: z.record(z.string(), z.unknown()).nullable(),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** `trail`: `guardian` is its own; an application's is named `<service>/<epoch>`. */
export const auditQuery = z.strictObject({
  ...pageQuery.shape,
  trail: z.string().max(300).default('guardian'),
  actor: z.string().max(200).optional(),
  action: z.string().max(200).optional(),
  object: z.string().max(300).optional(),
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
});
export const auditPage = pageOf(auditEntry);

const auditTrail = z.object({
  name: z.string(),
  entries: z.int(),
  lastAt: instant.nullable(),
  lastCheckpoint: z.object({ sequence: z.int(), at: instant, isAnchored: z.boolean() }).nullable(),
});
export type AuditTrail = z.infer<typeof auditTrail>;
export const auditTrails = z.object({ items: z.array(auditTrail) });

/** Kept elsewhere, a JSON line each, they are what `guardian audit verify --checkpoint FILE` takes. */
export const auditCheckpoints = z.object({
  items: z.array(
    z.object({
      checkpoint: z.object({
        version: z.literal(1),
        trail: z.string(),
        epoch: z.string(),
        count: z.int(),
        head: z.string(),
        at: instant,
        keyId: z.string(),
        signature: z.string(),
      }),
      publicKey: z.string(),
    }),
  ),
});
export const auditCheckpointsQuery = z.strictObject({ trail: z.string().max(300).default('guardian') });

export const auditVerifyRequest = z.strictObject({ trail: z.string().max(300).default('guardian') });

/** What recomputing the chain from the entries found. */
export const auditVerdict = z.object({
  trail: z.string(),
  isIntact: z.boolean(),
  entries: z.int(),
  checkpoints: z.int(),
  /** `edited`, `deleted`, `inserted`, `reordered`, `truncated`, `rechained`, `forged-checkpoint`; null: intact. */
  finding: z.string().nullable(),
  firstBadSequence: z.int().nullable(),
  /** What cannot be excluded, in words: without an anchored checkpoint, a trail rewritten whole. */
  notExcluded: z.array(z.string()),
  checkedAt: instant,
});
export type AuditVerdict = z.infer<typeof auditVerdict>;
