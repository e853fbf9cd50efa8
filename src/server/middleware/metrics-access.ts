import { hash, timingSafeEqual } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import { GuardianError } from '../../core/shared/index.ts';
import type { AppContext, AppEnv } from '../app-env.ts';
import { createAddressList } from '../named-proxies.ts';
import { needs } from './caller.ts';

const BEARER = /^Bearer +(\S+)$/i;

/**
 * Lets on who has the token of the figures, who comes from an allowed network, and whoever may read otherwise, by a key or a session; else 401.
 */
export const metricsAccess = () => {
  const lists = new WeakMap<readonly string[], (address: string | null) => boolean>();
  const others = needs('read');
  return createMiddleware<AppEnv>(async (context, next) => {
    const { token, networks } = context.var.services.knobs.metrics;
    let isAllowed = lists.get(networks);
    if (!isAllowed) {
      isAllowed = createAddressList(networks);
      lists.set(networks, isAllowed);
    }
    const given = BEARER.exec(context.req.header('authorization') ?? '')?.[1];
    if (token !== null && given !== undefined && isSame(given, token)) return next();
    if (given === undefined && isAllowed(addressOf(context))) return next();
    // A server without users is open to its own machine; its figures are where their networks say so.
    const isAnonymous = given === undefined && context.req.header('cookie') === undefined;
    if (isAnonymous && context.var.origin.clientAddress !== null) throw new GuardianError('unauthorized');
    return others(context, next);
  });
};

/** Where the request comes from; null where a proxy passed it on that is not believed: then it may come from anywhere, whatever address the proxy has. */
function addressOf(context: AppContext): string | null {
  const { clientAddress, isForwarded } = context.var.origin;
  const isProxys = clientAddress === context.env?.incoming?.socket?.remoteAddress;
  return isForwarded && isProxys ? null : clientAddress;
}

function isSame(given: string, token: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', token, 'buffer'));
}
