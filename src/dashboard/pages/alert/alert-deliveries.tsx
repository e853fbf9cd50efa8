import { Link } from '@tanstack/react-router';
import type { AlertDetail } from '../../../contracts/api/alerts.ts';
import { Section } from '../../components/card.tsx';
import { DeliveryBadge, isDeliveryState, useChannelName } from '../../components/delivery-badge.tsx';
import { Ago } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

export function AlertDeliveries({ alert }: { alert: AlertDetail }) {
  const { alerts: t, deliveries: words } = useMessages();
  const channelName = useChannelName();
  return (
    <Section
      title={t.deliveries}
      id="deliveries"
      aside={
        alert.deliveries.length > 0 && (
          <Link to="/deliveries" search={{ alert: alert.id }} className="text-sm text-info underline">
            {t.allDeliveries}
          </Link>
        )
      }
    >
      {alert.deliveries.length === 0 ? (
        <p className="text-sm text-muted">{t.noDeliveries}</p>
      ) : (
        <ul className="overflow-hidden rounded-lg border border-line bg-card">
          {alert.deliveries.map(({ id, recipient, channel, state, at }) => (
            <li
              key={id}
              className="flex flex-wrap items-center gap-x-3 border-b border-line px-3 py-2 text-sm last:border-b-0"
            >
              {isDeliveryState(state) ? <DeliveryBadge state={state} /> : <span>{oneLine(state)}</span>}
              <Link
                to="/deliveries/$id"
                params={{ id }}
                search={{}}
                className="grow font-semibold wrap-anywhere hover:underline"
              >
                {oneLine(recipient)} <span className="font-normal text-muted">{words.over(channelName(channel))}</span>
              </Link>
              <span className="text-xs text-muted">
                <Ago at={at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
