import { z } from 'zod';
import { GuardianError, type Worded } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { refuseOtherSites } from '../middleware/caller.ts';
import { FieldsInvalid, fieldErrors, TryLater } from '../problem.ts';
import { passOn } from './pass-on.ts';
import { PASSWORD_LENGTH } from './password-length.ts';

const credentials = z.object({ email: z.email().max(320), password: z.string().min(1).max(200) });

/**
 * Failed attempts are counted by address and by account: neither one machine nor many can try passwords fast. An attempt counts from its
 * beginning, and is taken back when it succeeds: many at once are many.
 */
export async function signIn(context: AppContext): Promise<Response> {
  const { services, origin, messages } = context.var;
  const { reasons } = messages.server;
  refuseOtherSites(context, { isProofNeeded: false });
  const asked = credentials.safeParse(await context.req.json().catch(() => null));
  if (!asked.success) throw new FieldsInvalid(fieldErrors(asked.error.issues, messages), messages);
  const perMinute = services.knobs.signInsPerMinute;
  const keys = [`address ${origin.clientAddress}`, `account ${asked.data.email.toLowerCase()}`];
  for (const key of keys) {
    const { isAllowed, retryAfterSeconds } = services.signIns.check(key, perMinute);
    if (!isAllowed) throw new TryLater('rate_limited', retryAfterSeconds, { reason: reasons.failedSignIns });
  }
  const count = (attempts: number) => keys.forEach((key) => void services.signIns.take(key, perMinute, attempts));
  count(1);
  const response = await services.auth.handle(passOn(context, context.req.path, asked.data));
  if (response.ok) {
    count(-1);
    return secured(context, response);
  }
  const isDisabled = response.status === 403;
  throw new GuardianError(isDisabled ? 'forbidden' : 'unauthorized', {
    reason: isDisabled ? reasons.disabled : reasons.wrongPassword,
    ...(isDisabled ? {} : { remedy: reasons.signInRemedy }),
  });
}

export async function answerAuth(context: AppContext): Promise<Response> {
  const body: unknown = context.req.method === 'GET' ? undefined : await context.req.json().catch(() => ({}));
  const response = await context.var.services.auth.handle(passOn(context, context.req.path, body));
  if (response.ok) return secured(context, response);
  const said = (await response.json().catch(() => ({}))) as { code?: string };
  const reason = REASONS[said.code ?? ''];
  throw new GuardianError(response.status === 401 ? 'unauthorized' : 'payload_invalid', reason ? { reason } : {});
}

/** What the library calls them. */
const REASONS: Readonly<Record<string, Worded>> = {
  INVALID_PASSWORD: (m) => m.server.reasons.wrongCurrentPassword,
  PASSWORD_TOO_SHORT: (m) => m.server.reasons.passwordLength(PASSWORD_LENGTH.least, PASSWORD_LENGTH.most),
  PASSWORD_TOO_LONG: (m) => m.server.reasons.passwordLength(PASSWORD_LENGTH.least, PASSWORD_LENGTH.most),
};

/** Over https, a cookie goes over nothing else, also where a proxy ends the encryption. */
function secured({ var: { origin } }: AppContext, response: Response): Response {
  const headers = new Headers(response.headers);
  if (origin.isSecure) {
    const cookies = headers.getSetCookie();
    headers.delete('set-cookie');
    for (const cookie of cookies)
      headers.append('set-cookie', /;\s*secure/i.test(cookie) ? cookie : `${cookie}; Secure`);
  }
  return new Response(response.body, { status: response.status, headers });
}
