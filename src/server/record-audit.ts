import type { AuditAction } from '../core/audit/index.ts';
import type { AppContext } from './app-env.ts';

/** Notes an administrative change in the audit trail: who, from where, what. Never a secret. Durable when it resolves. */
export async function recordAudit(
  { var: { services, origin, caller } }: AppContext,
  action: string,
  object: string,
  fields: Record<string, unknown> | null = null,
  outcome: AuditAction['outcome'] = 'success',
): Promise<void> {
  const at = services.clock.now();
  const address = origin.clientAddress;
  await services.audit.record({ at, actor: caller.actor, action, object, outcome, address, fields });
}
