import { backupStore, migrateStore, openStore, restoreStore } from '../adapters/store/sql/index.ts';
import * as settings from '../config/index.ts';
import { type Clock, GuardianError, messagesFor } from '../core/shared/index.ts';
import { createUserAdministration } from '../server/index.ts';
import { openAudit } from './audit/open-audit.ts';
import { authDatabaseOf } from './auth-database.ts';

export interface AdministrationOptions {
  configuration: settings.Configuration;
  folder: string;
  clock: Clock;
}

/** What an administrator does on the terminal of the machine itself. */
export function openAdministration({ configuration, folder, clock }: AdministrationOptions) {
  const location = settings.storeLocationOf(configuration, folder);
  return {
    /** Names of the migrations that were (or, on a dry run, would be) carried out; and the newest one. */
    migrate: (isDryRun: boolean) => migrateStore(location, { isDryRun }),

    /** Of a database that is in use, too. */
    backup: (target: string) => backupStore(sqliteOnly(), target),

    restore: (file: string) => restoreStore(sqliteOnly(), file, { clock }),

    /** Makes a user; gives one that exists a new password (and role, when one is named). */
    async setUser(user: { email: string; name: string; password: string; role: 'viewer' | 'member' | 'admin' | null }) {
      const store = await openStore({ dialect: location, role: 'shared', clock });
      // The entry is kept whether or not it can be signed now: the server signs it at its next checkpoint.
      const audit = openAudit({ configuration, folder, store: store.audit, clock, onFailure: () => {} });
      try {
        const users = await createUserAdministration({
          authDatabase: authDatabaseOf(store),
          audit,
          clock,
        });
        const made = await users.set(user);
        await audit.checkpoint();
        return made;
      } finally {
        await store.close();
      }
    },
  };

  function sqliteOnly() {
    if (location.kind === 'sqlite') return location;
    throw new GuardianError('usage_invalid', { reason: messagesFor(configuration.language).cli.backup.notSqlite });
  }
}
