import { createPushVerifier } from '../adapters/sources/cloud-logging/push-verifier.ts';
import { elasticSetUpReply } from '../adapters/sources/elastic-bulk/set-up.ts';
import { readEnvelopeDsn } from '../adapters/sources/sentry/envelope-dsn.ts';
import type { Configuration } from '../config/index.ts';
import type { ServerOptions } from '../server/index.ts';

/** What the thread that serves has to know of wire formats before it hands a body over. */
export function wireHelp({ sources }: Configuration, clusterUuid: string): ServerOptions['wire'] {
  const { pushAudience: audience, pushServiceAccount: serviceAccount } = sources;
  return {
    readEnvelopeDsn: (body, encoding) => readEnvelopeDsn(body, encoding)?.dsn ?? null,
    elasticSetUpReply: (request) => elasticSetUpReply({ ...request, clusterUuid }),
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

function tokenCheck(verify: ReturnType<typeof createPushVerifier>): (token: string) => Promise<boolean> {
  return async (token) => (await verify(`Bearer ${token}`)).verdict === 'accepted';
}
