import { GuardianError } from '../../../core/shared/index.ts';
import { loadGoogleAuth, OVER_FETCH } from '../../google/load-google-auth.ts';

export interface PushVerifierOptions {
  /** What the push subscription was given as audience; by default of Pub/Sub, the endpoint's URL. */
  audience: string;
  /** E-mail address of the service account that the subscription signs with. */
  serviceAccount: string;
  /** Public keys or certificates (PEM) by key id. Default: Google's own, fetched and kept as long as their reply allows. */
  certificates?: () => Promise<Record<string, string>>;
}

/**
 * What became of a token: `refused` is for good (answer 401 or 403); `unavailable` means that Google's keys could not be had (answer 503, Pub/Sub
 * delivers again). `reason` is safe to log: it never holds the token.
 */
export type PushVerdict = { verdict: 'accepted' } | { verdict: 'refused' | 'unavailable'; reason: string };

/** Takes the value of the header `Authorization`. Never throws. */
export type PushVerifier = (authorization: string | undefined) => Promise<PushVerdict>;

const ISSUERS = ['accounts.google.com', 'https://accounts.google.com'];
/** Google's tokens have about 1,000 characters. */
const LONGEST_TOKEN = 8_192;

/**
 * Verifies the OpenID Connect token of an authenticated push subscription: signature, issuer, times, audience, and that it is the subscription's own
 * service account, since anybody can have a Google token for any audience (https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions).
 * Throws `configuration_invalid` when audience or account is empty: an empty one would be no check.
 */
export function createPushVerifier(options: PushVerifierOptions): PushVerifier {
  requireText(options.audience, 'audience');
  requireText(options.serviceAccount, 'serviceAccount');
  const client = loadOnce();
  const certificates =
    options.certificates ?? (async () => (await (await client()).getFederatedSignonCertsAsync()).certs);
  return async (authorization) => {
    const token = bearerOf(authorization);
    if (token === null) return { verdict: 'refused', reason: 'no bearer token' };
    let keys: Awaited<ReturnType<typeof certificates>>;
    try {
      keys = await certificates();
    } catch (error) {
      return { verdict: 'unavailable', reason: reasonOf(error, token) };
    }
    try {
      const ticket = await (await client()).verifySignedJwtWithCertsAsync(token, keys, options.audience, ISSUERS);
      return judge(ticket.getPayload(), options.serviceAccount);
    } catch (error) {
      return { verdict: 'refused', reason: reasonOf(error, token) };
    }
  };
}

function judge(payload: { email?: string; email_verified?: boolean } | undefined, serviceAccount: string): PushVerdict {
  if (payload?.email !== serviceAccount) return { verdict: 'refused', reason: 'another service account' };
  if (payload.email_verified !== true) return { verdict: 'refused', reason: 'the address is not verified' };
  return { verdict: 'accepted' };
}

function requireText(value: string, key: string): void {
  if (value.trim() === '') throw new GuardianError('configuration_invalid', { key, reason: `${key} is empty` });
}

/** The library is loaded at the first token. */
function loadOnce() {
  let client: Promise<import('google-auth-library').OAuth2Client> | null = null;
  return () => {
    client ??= loadGoogleAuth().then(({ OAuth2Client }) => new OAuth2Client(OVER_FETCH));
    return client;
  };
}

function bearerOf(authorization: string | undefined): string | null {
  if (authorization === undefined || authorization.length > LONGEST_TOKEN) return null;
  return /^bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1] ?? null;
}

/** The library's messages quote the token and what is in it. */
function reasonOf(error: unknown, token: string): string {
  const message = error instanceof Error ? error.message : 'unknown';
  const [head = ''] = message.split(/[:{]/, 1);
  return head.includes(token) ? 'not verifiable' : head.slice(0, 80);
}
