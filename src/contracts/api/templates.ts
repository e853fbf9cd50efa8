import { z } from 'zod';
import { instant } from './shared.ts';

const templateKind = z.enum(['notification', 'report', 'agent']);

const templateVersion = z.object({
  version: z.string(),
  /** SHA-256 of the content. */
  hash: z.string(),
  createdAt: instant,
  /** Since it exists. */
  renders: z.int(),
  failures: z.int(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  lastUsedAt: instant.nullable(),
});

const templateSummary = z.object({
  namespace: z.string(),
  name: z.string(),
  kind: templateKind,
  extends: z.string().nullable(),
  /** Whether it is built in, or read from a file. */
  origin: z.enum(['built-in', 'file']),
  file: z.string().nullable(),
  current: z.string(),
  versions: z.array(templateVersion),
  /** The newest file does not hold: the version before stays in use. */
  problem: z.string().nullable(),
});
export type TemplateSummary = z.infer<typeof templateSummary>;
export const templateList = z.object({
  items: z.array(templateSummary),
  /** Files that do not hold, also those that never did, and a folder that is not there. */
  problems: z.array(z.object({ file: z.string(), template: z.string().nullable(), message: z.string() })),
});

export const templateDetail = templateSummary.extend({ version: z.string(), content: z.string() });
export type TemplateDetail = z.infer<typeof templateDetail>;

export const templatePreviewRequest = z.strictObject({
  /** Left out: the stored content of `version`. */
  content: z.string().max(100_000).optional(),
  version: z.string().max(50).optional(),
  format: z.enum(['text', 'html', 'markdown', 'slack']).default('html'),
  language: z.enum(['en', 'fr']).default('en'),
});
export const templatePreview = z.object({
  subject: z.string().nullable(),
  output: z.string(),
  problems: z.array(z.object({ path: z.string(), message: z.string() })),
});
export type TemplatePreview = z.infer<typeof templatePreview>;

export const templateCheckRequest = z.strictObject({
  namespace: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  /** Whole files. */
  contents: z.array(z.string().max(600_000)).min(1).max(100),
});
/** In the order they were given; a file may extend another of the same request. */
export const templateCheck = z.object({
  items: z.array(
    z.object({
      template: z.string().nullable(),
      problems: z.array(z.object({ path: z.string(), message: z.string() })),
    }),
  ),
});

/** Settings of one agent's logger. */
export const agentTemplate = z.object({
  /** `namespace/name@1.2.0`. */
  template: z.string(),
  /** Which agents it is for: `DOMAIN.ROLE.NAME`, each a word or `*`. */
  agents: z.string(),
  level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).nullable(),
  fields: z.record(z.string(), z.string()),
});
