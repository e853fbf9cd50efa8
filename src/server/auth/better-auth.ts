import { betterAuth } from 'better-auth';
import { admin } from 'better-auth/plugins/admin';
import type { Logger } from 'pino';
import type { ServerOptions } from '../server-options.ts';
import { PASSWORD_LENGTH } from './password-length.ts';

const DAY_SECONDS = 24 * 60 * 60;

export interface BetterAuthSettings {
  authDatabase: ServerOptions['authDatabase'];
  publicUrl: string | null;
  /** Signs cookies; passwords do not depend on it. */
  secret: string;
  /** Null: what it says is dropped; it throws all the same. */
  logger: Logger | null;
}

export type BetterAuth = ReturnType<typeof createBetterAuth>;

/**
 * The library as it is used here: e-mail and password, sessions in the database, roles and disabled accounts by its admin plugin.
 * Nobody signs up by themselves; who may reach which of its paths is decided before it (`routes/auth.ts`).
 */
export function createBetterAuth({ authDatabase, publicUrl, secret, logger }: BetterAuthSettings) {
  const { least, most } = PASSWORD_LENGTH;
  return betterAuth({
    appName: 'Guardian',
    secret,
    basePath: '/api/auth',
    ...(publicUrl ? { baseURL: new URL(publicUrl).origin } : {}),
    database: { db: authDatabase.kysely, type: authDatabase.kind, transaction: false },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: least, maxPasswordLength: most },
    session: { expiresIn: 7 * DAY_SECONDS, updateAge: DAY_SECONDS },
    // Sign-ins are limited before the library is asked, and by the account too.
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: 'guardian',
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      useSecureCookies: publicUrl?.startsWith('https:') ?? false,
      ipAddress: { ipAddressHeaders: ['x-guardian-client'] },
    },
    telemetry: { enabled: false },
    logger: { disabled: logger === null, log: (level, message) => logger?.[level]({ part: 'auth' }, message) },
    plugins: [admin({ defaultRole: 'viewer', adminRoles: ['admin'] })],
  });
}
