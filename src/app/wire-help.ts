import { createPushVerifier } from '../adapters/sources/cloud-logging/push-verifier.ts';
import { elasticError } from '../adapters/sources/elastic-bulk/elastic-reply.ts';
import { elasticSetUpReply } from '../adapters/sources/elastic-bulk/set-up.ts';
import { encodingOf, statusReply } from '../adapters/sources/otlp/status-reply.ts';
import { readEnvelopeDsn } from '../adapters/sources/sentry/envelope-dsn.ts';
import type { Configuration } from '../config/index.ts';
import type { ServerOptions, TokenCheck } from '../server/index.ts';

/** What the thread that serves has to know of wire formats before it hands a body over. */
export function wireHelp({ sources }: Configuration, clusterUuid: string): ServerOptions['wire'] {
  const { pushAudience: audience, pushServiceAccount: serviceAccount } = sources;
  return {
    readEnvelopeDsn,
    elasticSetUpReply: (request) => elasticSetUpReply({ ...request, clusterUuid }),
    elasticError,
    otlpStatus: ({ contentType, ...error }) => statusReply({ ...error, encoding: encodingOf(contentType) ?? 'json' }),
    verifyPush: audience && serviceAccount ? tokenCheck(createPushVerifier({ audience, serviceAccount })) : null,
  };
}

/** Cloud Scheduler signs as Pub/Sub does. */
export function triggerCheck({ reports, sources }: Configuration): ServerOptions['trigger'] {
  const { triggerToken: token, triggerAudience: audience } = reports;
  const serviceAccount = sources.pushServiceAccount;
  const verify = audience && serviceAccount ? tokenCheck(createPushVerifier({ audience, serviceAccount })) : null;
  return { token, verify };
}

function tokenCheck(verify: ReturnType<typeof createPushVerifier>): TokenCheck {
  return async (token) => (await verify(`Bearer ${token}`)).verdict;
}
