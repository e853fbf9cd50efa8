import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { DeliverySummary } from '../../../contracts/api/notifications.ts';
import { deliveriesQuery } from '../../api/queries/notifications.ts';
import { Badge } from '../../components/badges.tsx';
import { Button } from '../../components/button.tsx';
import { Card, EmptyState, PageHead } from '../../components/card.tsx';
import { DeliveryBadge, useChannelName, useDeliveryReason, useOccasionName } from '../../components/delivery-badge.tsx';
import { LoadedPages } from '../../components/loaded.tsx';
import { Ago, Exact } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';
import { DeliveryFilterBar } from './delivery-filter-bar.tsx';

const route = getRouteApi('/deliveries');

export function DeliveriesPage() {
  const { deliveries: t } = useMessages();
  const { project: _, ...filters } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useInfiniteQuery(deliveriesQuery(filters));
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <PageHead title={t.title} />
      <p className="mb-3 text-sm text-muted">{t.intro}</p>
      <DeliveryFilterBar />
      <LoadedPages
        query={list}
        empty={
          isFiltered ? (
            <EmptyState title={t.emptyFiltered}>
              <Button className="mt-3" onClick={() => void navigate({ search: {} })}>
                {t.clear}
              </Button>
            </EmptyState>
          ) : (
            <EmptyState title={t.emptyTitle}>{t.emptyText}</EmptyState>
          )
        }
      >
        {(items) => <DeliveryList deliveries={items} />}
      </LoadedPages>
    </>
  );
}

function DeliveryList({ deliveries }: { deliveries: readonly DeliverySummary[] }) {
  const { deliveries: t } = useMessages();
  const stored = deliveries.filter(({ state }) => state === 'stored').length;
  const simulated = deliveries.filter(({ state }) => state === 'simulated').length;
  const dead = deliveries.filter(({ state }) => state === 'dead').length;
  return (
    <>
      {dead > 0 && (
        <Card edge="bad" tint="bad" className="mb-3">
          <p className="text-sm">{t.deadNote(dead)}</p>
        </Card>
      )}
      {stored > 0 && (
        <Card edge="warn" tint="warn" className="mb-3">
          <p className="text-sm">{t.storedNote(stored)}</p>
        </Card>
      )}
      {simulated > 0 && (
        <Card edge="warn" tint="warn" className="mb-3">
          <p className="text-sm">{t.simulatedNote(simulated)}</p>
        </Card>
      )}
      <ul className="overflow-hidden rounded-lg border border-line bg-card">
        {deliveries.map((delivery) => (
          <DeliveryRow key={delivery.id} delivery={delivery} />
        ))}
      </ul>
    </>
  );
}

function DeliveryRow({ delivery }: { delivery: DeliverySummary }) {
  const { deliveries: t } = useMessages();
  const channelName = useChannelName();
  const occasionName = useOccasionName();
  const reasonOf = useDeliveryReason();
  return (
    <li
      data-row
      className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-3 py-2.5 last:border-b-0 focus-within:bg-raised hover:bg-raised sm:grid sm:grid-cols-[7.5rem_minmax(0,1fr)_minmax(0,15rem)]"
    >
      <span className="w-full sm:w-auto">
        <DeliveryBadge state={delivery.state} />
      </span>
      <span className="min-w-40 grow basis-60">
        <Link
          data-row-link
          to="/deliveries/$id"
          params={{ id: delivery.id }}
          search={{}}
          className="font-semibold wrap-anywhere hover:underline"
        >
          {oneLine(delivery.subject)}
        </Link>
        <span className="block text-xs text-muted wrap-anywhere">
          {occasionName(delivery.occasion)} · {channelName(delivery.channel)} {t.to} {oneLine(delivery.recipient)}{' '}
          {delivery.isUnrouted && <Badge tone="warn">{t.unrouted}</Badge>}
        </span>
        {delivery.reason !== null && (
          <span className="block text-xs text-muted wrap-anywhere">{reasonOf(delivery.reason)}</span>
        )}
        {delivery.lastError !== null && (
          <span className="line-clamp-3 text-xs text-bad wrap-anywhere">{visibleText(delivery.lastError)}</span>
        )}
      </span>
      <span className="text-xs text-muted">
        {t.created} <Ago at={delivery.createdAt} />
        <span className="block">
          {t.attempts(delivery.attempts)}
          {delivery.nextAttemptAt !== null && (
            <>
              , {t.nextAttempt} <Ago at={delivery.nextAttemptAt} />
            </>
          )}
        </span>
        {delivery.releaseAt !== null && delivery.state === 'held' && (
          <span className="block">
            {t.release} <Exact at={delivery.releaseAt} />
          </span>
        )}
      </span>
    </li>
  );
}
