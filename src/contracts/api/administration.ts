import { z } from 'zod';
import { instant } from './shared.ts';

export const project = z.object({
  id: z.int(),
  slug: z.string(),
  name: z.string(),
  createdAt: instant,
  services: z.array(z.string()),
  lastEventAt: instant.nullable(),
  eventsLastDay: z.int(),
});
export type Project = z.infer<typeof project>;

export const projectRequest = z.object({
  name: z.string().trim().min(1).max(100),
  slug: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,48}$/)
    .optional(),
});

/** `page`: for web pages, where everybody can read it: events, logs, spans, sessions and feedback, and nothing else. */
const ingestKeyKind = z.enum(['service', 'page']);
export type IngestKeyKind = z.infer<typeof ingestKeyKind>;

export const ingestKey = z.object({
  key: z.string(),
  label: z.string(),
  kind: ingestKeyKind,
  createdAt: instant,
  revokedAt: instant.nullable(),
  ratePerMinute: z.int().nullable(),
  /** `http://KEY@host:port/1` */
  dsn: z.string(),
});
export type IngestKey = z.infer<typeof ingestKey>;

export const ingestKeyRequest = z.object({
  label: z.string().trim().min(1).max(100),
  kind: ingestKeyKind.default('service'),
  ratePerMinute: z.int().positive().nullable().default(null),
});

export const apiKey = z.object({
  id: z.string(),
  label: z.string(),
  scope: z.enum(['read', 'write', 'admin']),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
  expiresAt: instant.nullable(),
  revokedAt: instant.nullable(),
});
export type ApiKey = z.infer<typeof apiKey>;

export const apiKeyRequest = z.object({
  label: z.string().trim().min(1).max(100),
  scope: z.enum(['read', 'write', 'admin']),
  expiresAt: instant.nullable().default(null),
});
/** The only time the key itself is shown. */
export const newApiKey = apiKey.extend({ key: z.string() });

const USER_ROLES = ['viewer', 'member', 'admin'] as const;
export const user = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(USER_ROLES),
  createdAt: instant,
  isDisabled: z.boolean(),
});
export type User = z.infer<typeof user>;

export const userRequest = z.object({
  email: z.email(),
  name: z.string().trim().min(1).max(100),
  role: z.enum(USER_ROLES),
  password: z.string().min(12).max(200),
});
export const userChange = z.object({
  role: z.enum(USER_ROLES).optional(),
  isDisabled: z.boolean().optional(),
  password: z.string().min(12).max(200).optional(),
});

/** The first administrator. `token`: of the one-time link; left out at the machine itself while the server is open. */
export const setupRequest = z.object({
  token: z.string().max(200).optional(),
  email: z.email(),
  name: z.string().trim().min(1).max(100),
  password: z.string().min(12).max(200),
});

/** Who is asking. `isOpen`: this server has no users yet and listens on this machine only, so whoever reaches it is its administrator. */
export const me = z.object({
  kind: z.enum(['user', 'key', 'open']),
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  role: z.enum(USER_ROLES),
  language: z.enum(['en', 'fr']).nullable(),
});
export type Me = z.infer<typeof me>;

export const savedView = z.object({ id: z.string(), name: z.string(), page: z.string(), query: z.string() });
export type SavedView = z.infer<typeof savedView>;
export const savedViewRequest = z.object({
  name: z.string().trim().min(1).max(100),
  page: z.string().max(50),
  query: z.string().max(2_000),
});
