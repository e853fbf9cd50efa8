import { createMiddleware } from 'hono/factory';
import { type KeyScope, mayDo, type Role, roleOfScope } from '../../core/access/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import type { AppContext, AppEnv, Caller } from '../app-env.ts';
import { isLoopback } from './host-check.ts';

/** `operate`: moves a team's traffic among what was deployed. People who may write do that; a key that may write is an application's, and may not. */
export type Need = KeyScope | 'operate';

/** Lets on who may do what the route needs: 401 for nobody, 403 for somebody who may not, or who was sent by another site. */
export const needs = (need: Need) =>
  createMiddleware<AppEnv>(async (context, next) => {
    const caller = await identify(context);
    const { messages } = context.var;
    const scope = need === 'operate' ? (caller.kind === 'key' ? 'admin' : 'write') : need;
    if (!mayDo(caller.role, scope))
      throw new GuardianError('forbidden', { reason: messages.server.reasons.needs[scope] });
    context.set('caller', caller);
    await next();
  });

/** Key, else session, else this machine. Throws `unauthorized`, or `forbidden` for a request another site's page made. */
export async function identify(context: AppContext): Promise<Caller> {
  const bearer = bearerOf(context);
  if (bearer) return callerOfKey(context, bearer);
  const { services } = context.var;
  const user = context.req.header('cookie') ? await services.auth.userOf(context) : null;
  if (user) {
    refuseOtherSites(context, { isProofNeeded: true });
    return { ...user, kind: 'user', actor: `user:${user.id}` };
  }
  if (!(await isOpen(context))) throw new GuardianError('unauthorized');
  refuseOtherSites(context, { isProofNeeded: false });
  return { kind: 'open', id: 'open', name: 'open', email: null, role: 'admin', actor: 'open' };
}

function bearerOf({ req }: AppContext): string | undefined {
  return /^Bearer +(\S+)$/i.exec(req.header('authorization') ?? '')?.[1];
}

/**
 * Whether who was let on may still do it, for an answer that goes on: the key may be revoked, the account disabled, the session ended since.
 * Prolongs no session.
 */
export function stillMay(context: AppContext, scope: KeyScope): () => Promise<boolean> {
  const { caller, services } = context.var;
  const bearer = bearerOf(context);
  const headers = new Headers(context.req.raw.headers);
  const roles: Record<Caller['kind'], () => Promise<Role | null>> = {
    key: async () => {
      const key = await services.keys.check(bearer ?? '');
      return key && roleOfScope(key.scope);
    },
    user: () => services.auth.roleOf(headers),
    open: async () => ((await isOpen(context)) ? 'admin' : null),
  };
  return async () => {
    const role = await roles[caller.kind]();
    return role !== null && mayDo(role, scope);
  };
}

async function callerOfKey({ var: { services, messages } }: AppContext, bearer: string): Promise<Caller> {
  const key = await services.keys.check(bearer);
  if (!key) throw new GuardianError('unauthorized', { reason: messages.server.reasons.wrongKey });
  const { id, label } = key;
  return { kind: 'key', id, name: label, email: null, role: roleOfScope(key.scope), actor: `key:${id}` };
}

/**
 * Without users, whoever reaches the server on its own machine is its administrator. What a proxy passed on came from elsewhere,
 * whatever address the socket has.
 */
export async function isOpen({ var: { services, origin } }: AppContext): Promise<boolean> {
  const { isOpen: isWanted, host } = services.knobs;
  return isWanted && isLoopback(host) && !origin.isForwarded && !(await services.auth.hasUsers());
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Cookies, and this machine's trust, go along with every request a browser makes: a changing one must have been made by our own pages.
 * `isProofNeeded`: browsers say where they stand; a cookie without that is refused.
 */
export function refuseOtherSites(context: AppContext, { isProofNeeded }: { isProofNeeded: boolean }): void {
  if (!SAFE.has(context.req.method)) refuseForeignPages(context, { isProofNeeded });
}

/** The same whatever the method: a WebSocket is opened by GET, by any page. */
export function refuseForeignPages(context: AppContext, { isProofNeeded }: { isProofNeeded: boolean }): void {
  const site = context.req.header('sec-fetch-site');
  const origin = context.req.header('origin');
  const isOurs =
    site !== undefined
      ? site === 'same-origin' || site === 'none'
      : origin !== undefined
        ? isOwnOrigin(context, origin)
        : !isProofNeeded;
  if (!isOurs) throw new GuardianError('forbidden', { reason: context.var.messages.server.reasons.crossSite });
}

function isOwnOrigin({ var: { origin: own, services } }: AppContext, origin: string): boolean {
  const { publicUrl } = services.knobs;
  if (publicUrl && origin === new URL(publicUrl).origin) return true;
  return origin.toLowerCase() === `${own.isSecure ? 'https' : 'http'}://${own.host}`;
}
