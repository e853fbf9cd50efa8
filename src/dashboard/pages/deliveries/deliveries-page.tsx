import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { DeliverySummary } from '../../../contracts/api/reports.ts';
import { deliveriesQuery } from '../../api/queries/reports.ts';
import { Card, EmptyState, PageHead } from '../../components/card.tsx';
import { LoadedPages } from '../../components/loaded.tsx';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';
import { DeliveryBadge } from './delivery-badge.tsx';
import { occasionOf } from './occasion-of.ts';

export function DeliveriesPage() {
  const { deliveries: t } = useMessages();
  const list = useInfiniteQuery(deliveriesQuery);
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <PageHead title={t.title} />
      <p className="mb-3 text-sm text-muted">{t.intro}</p>
      <LoadedPages query={list} empty={<EmptyState title={t.emptyTitle}>{t.emptyText}</EmptyState>}>
        {(items) => <DeliveryList deliveries={items} />}
      </LoadedPages>
    </>
  );
}

function DeliveryList({ deliveries }: { deliveries: readonly DeliverySummary[] }) {
  const { deliveries: t } = useMessages();
  const formats = useFormats();
  const stored = deliveries.filter(({ state }) => state === 'stored').length;
  return (
    <>
      {stored > 0 && (
        <Card edge="warn" tint="warn" className="mb-3">
          <p className="text-sm">{t.storedNote(formats.count(stored))}</p>
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
  return (
    <li
      data-row
      className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-3 py-2.5 last:border-b-0 focus-within:bg-raised hover:bg-raised"
    >
      <span className="w-28 shrink-0">
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
          {t.occasion[occasionOf(delivery).kind] ?? oneLine(delivery.occasion)} ·{' '}
          {t.channel[delivery.channel] ?? oneLine(delivery.channel)} {t.to} {oneLine(delivery.recipient)}
        </span>
        {delivery.lastError !== null && (
          <span className="block text-xs text-bad wrap-anywhere">{visibleText(delivery.lastError)}</span>
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
      </span>
    </li>
  );
}
