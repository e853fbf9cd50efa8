import type { z } from 'zod';
import type { setupRequest } from '../../contracts/api/administration.ts';
import { randomSecret } from '../../core/access/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { isOpen, refuseOtherSites } from '../middleware/caller.ts';
import { TryLater } from '../problem.ts';
import { recordAudit } from '../record-audit.ts';
import { passOn } from './pass-on.ts';
import type { KnownUser } from './users.ts';

const LEASE = 'first-administrator';
const LEASE_MS = 30_000;

/** Only while there is no user: by the link of the terminal, or, where the server is open, by whoever sits at its machine. Once. */
export async function makeFirstAdministrator(
  context: AppContext,
  { token, email, name, password }: z.output<typeof setupRequest>,
): Promise<KnownUser> {
  const { services, messages } = context.var;
  const { auth, setupLink, store, clock } = services;
  const { reasons } = messages.server;
  const done = () => new GuardianError('conflict', { reason: reasons.setUpDone, remedy: reasons.setUpDoneRemedy });
  if (await auth.hasUsers()) throw done();
  refuseOtherSites(context, { isProofNeeded: false });
  const isAllowed = token === undefined ? await isOpen(context) : await setupLink.isValid(token);
  if (!isAllowed)
    throw new GuardianError('forbidden', { reason: reasons.setUpToken, remedy: reasons.setUpTokenRemedy });
  const holder = randomSecret();
  if (!(await store.leases.take(LEASE, holder, clock.now(), LEASE_MS))) throw new TryLater('rate_limited', 30);
  try {
    if (await auth.hasUsers()) throw done();
    const user = await auth.users.create({ email, name, password, role: 'admin' });
    await setupLink.forget();
    context.set('caller', { ...user, kind: 'user', actor: `user:${user.id}` });
    await recordAudit(context, 'first administrator created', user.id, { email: user.email });
    const signedIn = await auth.handle(passOn(context, '/api/auth/sign-in/email', { email, password }));
    for (const cookie of signedIn.headers.getSetCookie()) context.header('set-cookie', cookie, { append: true });
    return user;
  } finally {
    await store.leases.release(LEASE, holder);
  }
}
