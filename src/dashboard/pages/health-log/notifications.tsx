import { Link } from '@tanstack/react-router';
import type { LogStats } from '../../api/queries/logs.ts';
import { Card } from '../../components/card.tsx';
import { DeliveryBadge, isDeliveryState, useChannelName, useOccasionName } from '../../components/delivery-badge.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

const BARS: Record<string, string> = {
  sent: 'bg-ok',
  dead: 'bg-alarm',
  failed: 'bg-warn',
  stored: 'bg-warn',
  simulated: 'bg-warn',
};

/** A bar for each type, channel and state; only what the other side accepted is called sent. */
export function Notifications({ notifications }: Pick<LogStats, 'notifications'>) {
  const { healthLog: t, deliveries } = useMessages();
  const formats = useFormats();
  const channelName = useChannelName();
  const occasionName = useOccasionName();
  const most = Math.max(1, ...notifications.map(({ count }) => count));
  const sorted = notifications.toSorted((a, b) => b.count - a.count);
  return (
    <Card>
      <h3 className="mb-2 text-sm font-semibold">{t.notifications}</h3>
      {sorted.length === 0 && <p className="text-sm text-muted">{t.noNotifications}</p>}
      <ul className="flex flex-col gap-2 text-sm">
        {sorted.map(({ type, channel, status, count }) => (
          <li key={`${type} ${channel} ${status}`}>
            <div className="flex flex-wrap items-center gap-x-2">
              <Link
                to="/deliveries"
                search={{ occasion: type, channel, state: status }}
                className="wrap-anywhere hover:underline"
              >
                {occasionName(type)} {deliveries.over(channelName(channel))}
              </Link>
              {isDeliveryState(status) ? <DeliveryBadge state={status} /> : <span>{oneLine(status)}</span>}
              <span className="grow text-right font-semibold">{formats.count(count)}</span>
            </div>
            <div aria-hidden="true" className="mt-0.5 h-1.5 rounded bg-raised">
              <div
                className={`h-full rounded ${BARS[status] ?? 'bg-info'}`}
                style={{ width: `${Math.max(1, (count / most) * 100)}%` }}
              />
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
