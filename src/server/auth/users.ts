import { type Role, toRole } from '../../core/access/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import type { BetterAuth } from './better-auth.ts';

export interface KnownUser {
  id: string;
  email: string;
  name: string;
  role: Role;
  /** Epoch ms. */
  createdAt: number;
  isDisabled: boolean;
}

export interface Users {
  /** Oldest first. */
  list(): Promise<KnownUser[]>;
  get(id: string): Promise<KnownUser | null>;
  /** Throws `name_taken`. */
  create(user: { email: string; name: string; role: Role; password: string }): Promise<KnownUser>;
  /** A new password and a disabled account end the sessions. */
  change(
    id: string,
    change: { role?: Role | undefined; isDisabled?: boolean | undefined; password?: string | undefined },
  ): Promise<void>;
}

/** More people than one team has. */
const MOST = 1_000;

interface UserRow {
  id: string;
  email: string;
  name: string;
  createdAt: Date | string | number;
  role?: unknown;
  banned?: unknown;
}

export function createUsers(load: () => Promise<BetterAuth>): Users {
  const context = async () => (await load()).$context;

  return {
    async list() {
      const { internalAdapter } = await context();
      const rows = await internalAdapter.listUsers(MOST, 0, { field: 'createdAt', direction: 'asc' });
      return rows.map(known);
    },

    async get(id) {
      const row = await (await context()).internalAdapter.findUserById(id);
      return row ? known(row) : null;
    },

    async create({ email, name, role, password }) {
      const { api } = await load();
      const address = email.toLowerCase();
      // Its type knows the two roles it comes with; its table takes any.
      const body = { email: address, name, password, role: role as 'admin' };
      const { user } = await api.createUser({ body }).catch((thrown: { body?: { code?: string } }) => {
        if (thrown.body?.code?.startsWith('USER_ALREADY_EXISTS'))
          throw new GuardianError('name_taken', { path: address });
        throw thrown;
      });
      return known(user);
    },

    async change(id, { role, isDisabled, password }) {
      const { internalAdapter, password: passwords } = await context();
      const fields = {
        ...(role === undefined ? {} : { role }),
        ...(isDisabled === undefined ? {} : { banned: isDisabled }),
      };
      if (Object.keys(fields).length > 0) await internalAdapter.updateUser(id, fields);
      if (password !== undefined) await internalAdapter.updatePassword(id, await passwords.hash(password));
      if (password !== undefined || isDisabled === true) await internalAdapter.deleteUserSessions(id);
    },
  };
}

function known(row: UserRow): KnownUser {
  const { id, email, name } = row;
  const createdAt = new Date(row.createdAt).getTime();
  return { id, email, name, role: toRole(row.role), createdAt, isDisabled: row.banned === true };
}
