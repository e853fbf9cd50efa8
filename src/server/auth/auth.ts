import { type Role, toRole } from '../../core/access/index.ts';
import type { AppContext, Caller } from '../app-env.ts';
import type { ServerOptions } from '../server-options.ts';
import { authSecret } from './auth-secret.ts';
import type { BetterAuth } from './better-auth.ts';
import { createUsers, type Users } from './users.ts';

/** Users and sessions. The library behind it is loaded when somebody first signs in: a server nobody signs in to does without. */
export interface Auth {
  /** Whether there is any user; asked of the database until there is one. */
  hasUsers(): Promise<boolean>;
  /** Whose session the cookies name; null: nobody's. Sets the cookie anew when the session was prolonged. */
  userOf(context: AppContext): Promise<Omit<Caller, 'kind' | 'actor'> | null>;
  /** Of the user whose session the cookies name, without prolonging it; null: nobody's. */
  roleOf(headers: Headers): Promise<Role | null>;
  /** The library's own answer to one of its requests. */
  handle(request: Request): Promise<Response>;
  users: Users;
}

export function createAuth(options: ServerOptions): Auth {
  const { authDatabase, logger } = options;
  const { publicUrl } = options.knobs;
  let loading: Promise<BetterAuth> | null = null;
  let isPeopled = false;

  function load(): Promise<BetterAuth> {
    loading ??= Promise.all([import('./better-auth.ts'), authSecret(options)])
      .then(([{ createBetterAuth }, secret]) => createBetterAuth({ authDatabase, publicUrl, secret, logger }))
      .catch((thrown) => {
        loading = null;
        throw thrown;
      });
    return loading;
  }

  return {
    async hasUsers() {
      isPeopled ||=
        (await authDatabase.kysely.selectFrom('user').select('id').limit(1).executeTakeFirst()) !== undefined;
      return isPeopled;
    },

    async userOf(context) {
      if (!(await this.hasUsers())) return null;
      const auth = await load();
      const { headers, response } = await auth.api.getSession({
        headers: context.req.raw.headers,
        returnHeaders: true,
      });
      if (!response || response.user.banned) return null;
      for (const cookie of headers.getSetCookie()) context.header('set-cookie', cookie, { append: true });
      const { id, name, email, role } = response.user;
      return { id, name, email, role: toRole(role) };
    },

    async roleOf(headers) {
      const auth = await load();
      const session = await auth.api.getSession({ headers, query: { disableRefresh: true } });
      return session && !session.user.banned ? toRole(session.user.role) : null;
    },

    handle: async (request) => (await load()).handler(request),

    users: createUsers(load),
  };
}
