import type { Configuration } from '../../config/index.ts';
import type { Channel, ChannelKind, Message, Outage } from '../../core/notify/index.ts';
import { type Clock, GuardianError, messagesFor, toInstant } from '../../core/shared/index.ts';

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
  { notify, language, mail, server }: Configuration,
  { channels, clock }: { channels: ReadonlyMap<ChannelKind, Channel>; clock: Clock },
): ((outage: Outage) => Promise<void>) | null {
  const { emergency } = notify;
  const channel = emergency && channels.get(emergency.over);
  if (!emergency || !channel) return null;
  const say = messagesFor(language).notify.outage;
  return async ({ kind, since, reason }) => {
    const text = kind === 'began' ? say.began(toInstant(since), reason) : say.over(toInstant(since));
    const title = kind === 'began' ? say.title : say.titleOver;
    const message: Message = {
      subject: `[${mail.tag}] ${title}`,
      text: `${text}\n`,
      html: `<p>${text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`)}</p>`,
      short: text,
      attachments: [],
      date: clock.now(),
      language,
      severity: kind === 'began' ? 'critical' : 'info',
      action: kind === 'began' ? 'trigger' : 'resolve',
      dedupeKey: `guardian store ${since}`,
      url: server.publicUrl,
      acknowledgeUrl: null,
      notifications: [],
    };
    const id = `emergency-${since}-${kind}`;
    await channel.send(message, emergency.to, { id, number: 1, signal: AbortSignal.timeout(60_000) });
  };
}
