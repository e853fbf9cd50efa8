import type { z } from 'zod';
import type { userChange, userRequest } from '../../contracts/api/administration.ts';
import { GuardianError } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { recordAudit } from '../record-audit.ts';
import type { KnownUser } from './users.ts';

/** The first account closes the open door: it must be one that may still administer. Throws `name_taken`. */
export async function createUser(context: AppContext, asked: z.output<typeof userRequest>): Promise<KnownUser> {
  const { services, messages } = context.var;
  if (asked.role !== 'admin' && !(await services.auth.hasUsers()))
    throw new GuardianError('conflict', { reason: messages.server.reasons.noAdministrator });
  const created = await services.auth.users.create(asked);
  await recordAudit(context, 'user created', created.id, { email: created.email, role: created.role });
  return created;
}

/** There is always an administrator left, and nobody locks themselves out. */
export async function changeUser(
  context: AppContext,
  id: string,
  change: z.output<typeof userChange>,
): Promise<KnownUser> {
  const { services, caller, messages } = context.var;
  const { users } = services.auth;
  const { reasons, things } = messages.server;
  const user = await users.get(id);
  if (!user) throw new GuardianError('not_found', { path: things.user(id) });
  const losesPower = change.isDisabled === true || (change.role !== undefined && change.role !== 'admin');
  if (losesPower && caller.kind === 'user' && caller.id === id)
    throw new GuardianError('conflict', { reason: reasons.oneself });
  if (losesPower && user.role === 'admin') {
    const others = (await users.list()).filter((one) => one.role === 'admin' && !one.isDisabled && one.id !== id);
    if (others.length === 0)
      throw new GuardianError('conflict', {
        reason: reasons.lastAdministrator,
        remedy: reasons.lastAdministratorRemedy,
      });
  }
  await users.change(id, change);
  const { password, ...told } = change;
  await recordAudit(context, 'user changed', id, { ...told, ...(password === undefined ? {} : { password: 'set' }) });
  return (await users.get(id)) ?? user;
}
