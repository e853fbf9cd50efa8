import type { LinkPage } from '../../core/notify/index.ts';
import type { AppContext } from '../app-env.ts';

/** Notes who acknowledged by a link: nobody was signed in. */
export async function recordLinkUse(
  { var: { services, origin } }: AppContext,
  { recipientId, alerts }: Extract<LinkPage, { kind: 'page' }>,
): Promise<void> {
  await services.audit.record({
    at: services.clock.now(),
    actor: `link:${recipientId}`,
    action: 'alert acknowledged by link',
    object: alerts
      .map(({ alert }) => alert.id)
      .join(' ')
      .slice(0, 500),
    outcome: 'success',
    fields: null,
    address: origin.clientAddress,
  });
}
