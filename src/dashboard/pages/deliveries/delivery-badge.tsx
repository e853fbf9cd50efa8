import type { DeliverySummary } from '../../../contracts/api/reports.ts';
import { Badge } from '../../components/badges.tsx';
import type { Tone } from '../../components/card.tsx';
import { useMessages } from '../../language.tsx';

const TONES: Record<DeliverySummary['state'], Tone> = {
  pending: 'info',
  sending: 'info',
  sent: 'ok',
  stored: 'warn',
  failed: 'bad',
};

export function DeliveryBadge({ state }: { state: DeliverySummary['state'] }) {
  const { deliveries: t } = useMessages();
  return <Badge tone={TONES[state]}>{t.stateShort[state]}</Badge>;
}
