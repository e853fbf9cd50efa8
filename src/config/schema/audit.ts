import { z } from 'zod';
import { span } from './pieces.ts';
import { shapes } from './reasons.ts';

const httpUrl = z.url({ protocol: /^https?$/ });

/** Where checkpoints of the audit trail are kept besides the database: what is nowhere else can be rewritten whole. */
export const audit = z
  .strictObject({
    anchorFile: z
      .string()
      .nullable()
      .default(null)
      .describe('file outside the data folder, best append-only or on another disk; gets a JSON line per checkpoint'),
    webhook: httpUrl.nullable().default(null).describe('gets each checkpoint by POST, as JSON'),
    guardianUrl: httpUrl.nullable().default(null).describe('another Guardian that keeps the checkpoints'),
    guardianKey: z.string().nullable().default(null).describe('ingest key of a project there; in the environment'),
    tellEvery: span
      .nullable()
      .prefault('24h')
      .describe('so often at most administrators are told the newest; null: never'),
    timeoutMs: z.int().positive().default(10_000).describe('ms for one checkpoint to be taken'),
  })
  .refine(({ guardianUrl, guardianKey }) => (guardianUrl === null) === (guardianKey === null), {
    error: shapes.auditGuardian,
  });
