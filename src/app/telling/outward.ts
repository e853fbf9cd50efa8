import type { Configuration } from '../../config/index.ts';
import { type Channel, type ChannelKind, type Outage, renderOutage } from '../../core/notify/index.ts';
import { type Clock, GuardianError } from '../../core/shared/index.ts';
import { BUILT_IN_NAMESPACE, type TemplateRenderer } from '../../core/templates/index.ts';

/** Says to an outside address that all parts turn; null: none is configured. */
export function outwardPing({ notify, channels }: Configuration): (() => Promise<void>) | null {
  const { deadManUrl } = notify;
  if (deadManUrl === null) return null;
  return async () => {
    const response = await fetch(deadManUrl, { signal: AbortSignal.timeout(channels.timeoutMs), redirect: 'follow' });
    await response.body?.cancel();
    if (!response.ok)
      throw new GuardianError('delivery_unreachable', { path: 'notify.deadManUrl', reason: `HTTP ${response.status}` });
  };
}

/** Tells the one address that needs no store; null: none is configured. */
export function tellEmergency(
  { notify, language, mail, server, templates: own }: Configuration,
  {
    channels,
    clock,
    templates,
  }: { channels: ReadonlyMap<ChannelKind, Channel>; clock: Clock; templates: TemplateRenderer },
): ((outage: Outage) => Promise<void>) | null {
  const { emergency } = notify;
  const channel = emergency && channels.get(emergency.over);
  if (!emergency || !channel) return null;
  return async (outage) => {
    const message = renderOutage(outage, {
      ...{ language, tag: mail.tag, publicUrl: server.publicUrl, at: clock.now(), templates },
      hasOwnMessage: own.message !== `${BUILT_IN_NAMESPACE}/message`,
    });
    const { kind, since } = outage;
    const id = `emergency-${since}-${kind}`;
    await channel.send(message, emergency.to, { id, number: 1, signal: AbortSignal.timeout(60_000) });
  };
}
