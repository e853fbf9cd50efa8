import type { AppContext } from './app-env.ts';

/** Notes an administrative change: who, from where, what. Never a secret. */
export async function recordAudit(
  { var: { services, origin, caller } }: AppContext,
  action: string,
  target: string,
  detail: Record<string, unknown> | null = null,
): Promise<void> {
  const at = services.clock.now();
  await services.store.audit.add({ at, actor: caller.actor, action, target, detail, address: origin.clientAddress });
}
