import { createMiddleware } from 'hono/factory';
import { GuardianError } from '../../core/shared/index.ts';
import type { AppEnv, Services } from '../app-env.ts';
import { problemResponse } from '../problem.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host.toLowerCase());
}

/**
 * A server that listens on this machine only answers to its own names: a page on the internet whose name was made to point at
 * 127.0.0.1 (DNS rebinding) gets nothing from it.
 */
export const hostCheck = ({ knobs }: Services) => {
  const names = new Set([...LOOPBACK, knobs.host.toLowerCase()]);
  if (knobs.publicUrl) names.add(new URL(knobs.publicUrl).hostname.toLowerCase());
  const isChecked = isLoopback(knobs.host);
  return createMiddleware<AppEnv>(async (context, next) => {
    const { origin, messages } = context.var;
    if (isChecked && !names.has(origin.host.replace(/:\d{1,5}$/, ''))) {
      const { host, hostRemedy } = messages.server.reasons;
      return problemResponse(new GuardianError('forbidden', { reason: host, remedy: hostRemedy }), messages);
    }
    return next();
  });
};
