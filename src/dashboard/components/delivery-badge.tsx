import type { DeliverySummary } from '../../contracts/api/notifications.ts';
import { useMessages } from '../language.tsx';
import { oneLine } from '../visible-text.ts';
import { Badge } from './badges.tsx';
import type { Tone } from './card.tsx';

type State = DeliverySummary['state'];

/** Only what the other side accepted looks well. */
export const DELIVERY_TONES: Record<State, Tone> = {
  pending: 'info',
  held: 'info',
  suppressed: 'none',
  sending: 'info',
  sent: 'ok',
  failed: 'warn',
  dead: 'bad',
  stored: 'warn',
  simulated: 'warn',
};

export function isDeliveryState(state: string): state is State {
  return Object.hasOwn(DELIVERY_TONES, state);
}

export function DeliveryBadge({ state }: { state: State }) {
  const { deliveries: t } = useMessages();
  return <Badge tone={DELIVERY_TONES[state]}>{t.stateShort[state]}</Badge>;
}

export function useChannelName(): (channel: string) => string {
  const { deliveries: t } = useMessages();
  const names: Record<string, string> = t.channel;
  return (channel) => names[channel] ?? oneLine(channel);
}

/** Why a message is held or suppressed, in words. */
export function useDeliveryReason(): (reason: string) => string {
  const { deliveries: t } = useMessages();
  return (reason) => t.reason[reason] ?? oneLine(reason);
}

export function useOccasionName(): (occasion: string) => string {
  const { deliveries: t } = useMessages();
  const names: Record<string, string> = t.occasion;
  return (occasion) => names[occasion] ?? oneLine(occasion);
}
