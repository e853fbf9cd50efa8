import { type Role, randomSecret } from '../../core/access/index.ts';
import type { AuditRecorder } from '../../core/audit/index.ts';
import type { Clock } from '../../core/shared/index.ts';
import type { ServerOptions } from '../server-options.ts';
import { createUsers, type KnownUser } from './users.ts';

export interface UserAdministrationOptions {
  authDatabase: ServerOptions['authDatabase'];
  audit: AuditRecorder;
  clock: Clock;
}

/** Accounts without a server: for the terminal of the machine itself, where whoever may read the database may do this too. */
export async function createUserAdministration({ authDatabase, audit, clock }: UserAdministrationOptions) {
  const { createBetterAuth } = await import('./better-auth.ts');
  const library = createBetterAuth({ authDatabase, publicUrl: null, secret: randomSecret(), logger: null });
  const users = createUsers(async () => library);

  return {
    /** Makes a user (when no role is named, the first is an administrator, others are members); gives one that exists a new password, the role that is named, and lets them in again. */
    async set(asked: {
      email: string;
      name: string;
      password: string;
      role: Role | null;
    }): Promise<KnownUser & { isNew: boolean }> {
      const address = asked.email.toLowerCase();
      const present = await users.list();
      const known = present.find(({ email }) => email === address);
      const role = asked.role ?? (present.length === 0 ? 'admin' : 'member');
      const user = known ?? (await users.create({ ...asked, role }));
      if (known) {
        const { password, role } = asked;
        await users.change(known.id, { password, isDisabled: false, ...(role === null ? {} : { role }) });
      }
      const action = known ? 'user changed' : 'user created';
      const fields = { email: address, role: asked.role, password: 'set' };
      const done = { action, object: user.id, outcome: 'success' as const, fields };
      await audit.record({ ...done, at: clock.now(), actor: 'terminal', address: null });
      return { ...((await users.get(user.id)) ?? user), isNew: !known };
    },
  };
}
