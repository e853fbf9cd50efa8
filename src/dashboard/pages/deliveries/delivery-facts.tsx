import { Link } from '@tanstack/react-router';
import type { DeliveryDetail } from '../../../contracts/api/notifications.ts';
import { useChannelName, useDeliveryReason, useOccasionName } from '../../components/delivery-badge.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Exact } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

/** The whole way of the message: what for → route → recipient → channel → what the other side said. */
export function DeliveryFacts({ delivery }: { delivery: DeliveryDetail }) {
  const { deliveries: t } = useMessages();
  const { fact } = t;
  const formats = useFormats();
  const channelName = useChannelName();
  const occasionName = useOccasionName();
  const reasonOf = useDeliveryReason();
  const at = (instant: string | null) => instant !== null && <Exact at={instant} />;
  return (
    <Facts>
      <Fact name={fact.occasion}>{occasionName(delivery.occasion)}</Fact>
      <Fact name={fact.about}>{delivery.about !== null && <About about={delivery.about} />}</Fact>
      <Fact name={fact.rule}>{delivery.isUnrouted ? t.unroutedFull : delivery.route}</Fact>
      <Fact name={fact.to}>{delivery.recipient}</Fact>
      <Fact name={fact.channel}>{channelName(delivery.channel)}</Fact>
      <Fact name={fact.address}>{delivery.address}</Fact>
      <Fact name={fact.fallback}>
        {delivery.fallbackOf !== null && (
          <Link to="/deliveries/$id" params={{ id: delivery.fallbackOf }} search={{}} className="text-info underline">
            {t.toFallback}
          </Link>
        )}
      </Fact>
      <Fact name={fact.reason}>{delivery.reason !== null && reasonOf(delivery.reason)}</Fact>
      <Fact name={fact.created}>{at(delivery.createdAt)}</Fact>
      <Fact name={fact.release}>{at(delivery.releaseAt)}</Fact>
      <Fact name={fact.attempts}>{formats.count(delivery.attempts)}</Fact>
      <Fact name={fact.nextAttempt}>{at(delivery.nextAttemptAt)}</Fact>
      <Fact name={fact.sent}>{at(delivery.sentAt)}</Fact>
      <Fact name={fact.latency}>{delivery.latencyMs !== null && formats.duration(delivery.latencyMs)}</Fact>
      <Fact name={fact.lastError}>{delivery.lastError}</Fact>
      <Fact name={fact.receipt}>{delivery.receipt}</Fact>
      <Fact name={fact.provider}>{delivery.providerId}</Fact>
    </Facts>
  );
}

const CLASS = 'text-info underline';

/** The way to the row that the message tells of. */
function About({ about: { kind, id } }: { about: NonNullable<DeliveryDetail['about']> }) {
  const { deliveries: t } = useMessages();
  const name = t.about[kind] ?? `${oneLine(kind)} ${oneLine(id)}`;
  switch (kind) {
    case 'alert':
      return (
        <Link to="/alerts/$id" params={{ id }} search={{}} className={CLASS}>
          {name}
        </Link>
      );
    case 'run':
      return (
        <Link to="/runs/$run" params={{ run: id }} search={{}} className={CLASS}>
          {name}
        </Link>
      );
    case 'chain':
      return (
        <Link to="/chains/$id" params={{ id }} search={{}} className={CLASS}>
          {name}
        </Link>
      );
    case 'issue':
      return (
        <Link to="/issues/$id" params={{ id }} search={{}} className={CLASS}>
          {name}
        </Link>
      );
    case 'report':
      return (
        <Link to="/reports/$id" params={{ id }} search={{}} className={CLASS}>
          {name}
        </Link>
      );
    default:
      return <span>{name}</span>;
  }
}
