import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { EventSummary } from '../../../contracts/api/events.ts';
import { eventsQuery } from '../../api/queries/events.ts';
import { SeverityText } from '../../components/badges.tsx';
import { Button, buttonClass } from '../../components/button.tsx';
import { EmptyState } from '../../components/card.tsx';
import { LoadedPages } from '../../components/loaded.tsx';
import { useShortcuts } from '../../keyboard/shortcuts.ts';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';
import { AnswerOrigin } from './answer-origin.tsx';
import { isMoving, toTimeRange } from './time-range.ts';
import { useArrivals } from './use-arrivals.ts';

const route = getRouteApi('/events');

interface EventListProps {
  onShown: (ids: readonly string[]) => void;
}

/** Newest first. Follows what comes in while it moves with the clock, is not stopped, and shows its first page. */
export function EventList({ onShown }: EventListProps) {
  const { events: t } = useMessages();
  const search = route.useSearch();
  const client = useQueryClient();
  const [isStopped, setStopped] = useState(false);
  const follows = isMoving(search) && !isStopped;
  const query = eventsQuery({ query: search.query, project: search.project, order: 'newest' }, toTimeRange(search));
  const list = useInfiniteQuery({
    ...query,
    // What is stopped must stand still, whatever comes in.
    staleTime: follows ? 0 : 'static',
  });
  const ids = list.data?.pages.flatMap((page) => page.items.map(({ id }) => id)).join(' ') ?? '';
  useEffect(() => onShown(ids === '' ? [] : ids.split(' ')), [ids, onShown]);
  const pageCount = list.data?.pages.length ?? 0;
  useEffect(() => {
    if (pageCount > 1) setStopped(true);
  }, [pageCount]);
  const follow = () => {
    client.setQueryData(query.queryKey, (data) => data && { pages: data.pages.slice(0, 1), pageParams: [null] });
    setStopped(false);
    void list.refetch();
  };
  useShortcuts({ '.': () => (isStopped ? follow() : setStopped(true)) });
  return (
    <>
      {isMoving(search) && <FollowBar isStopped={isStopped} onStop={() => setStopped(true)} onFollow={follow} />}
      <AnswerOrigin page={list.data?.pages[0]} />
      <LoadedPages
        query={list}
        empty={
          <EmptyState title={t.emptyTitle}>
            <p>{t.emptyText}</p>
            <Link to="/sources" search={{}} className={`${buttonClass()} mt-3`}>
              {t.emptySource}
            </Link>
          </EmptyState>
        }
      >
        {(items) => (
          <ul className="overflow-hidden rounded-lg border border-line bg-card">
            {items.map((event) => (
              <EventRow key={event.id} event={event} />
            ))}
          </ul>
        )}
      </LoadedPages>
    </>
  );
}

interface FollowBarProps {
  isStopped: boolean;
  onStop: () => void;
  onFollow: () => void;
}

function FollowBar({ isStopped, onStop, onFollow }: FollowBarProps) {
  const { events: t } = useMessages();
  const formats = useFormats();
  const { project } = route.useSearch();
  const arrived = useArrivals(isStopped, project);
  return (
    <div className="mb-2 flex items-center gap-3 text-sm text-muted">
      <Button onClick={isStopped ? onFollow : onStop}>{isStopped ? t.follow : t.pause}</Button>
      <span role="status">
        {isStopped ? (arrived > 0 ? t.pausedNew(formats.count(arrived)) : t.paused) : t.following}
      </span>
    </div>
  );
}

function EventRow({ event }: { event: EventSummary }) {
  const formats = useFormats();
  return (
    <li data-row className="border-b border-line text-sm last:border-b-0 focus-within:bg-raised hover:bg-raised">
      <Link
        data-row-link
        to="/events"
        search={(former: Record<string, string | undefined>) => ({ ...former, event: event.id })}
        resetScroll={false}
        className="flex flex-wrap items-baseline gap-x-3 px-3 py-1.5"
      >
        <time dateTime={event.at} title={event.at} className="w-36 shrink-0 font-mono text-xs text-muted">
          {formats.precise(Date.parse(event.at))}
        </time>
        <span className="w-24 shrink-0 text-xs">
          <SeverityText severity={event.severity} />
        </span>
        <span className="max-w-40 shrink-0 text-xs text-muted wrap-anywhere">{oneLine(event.service)}</span>
        <span className="line-clamp-2 min-w-0 grow basis-72 font-mono text-xs wrap-anywhere">
          {oneLine(event.body)}
        </span>
      </Link>
    </li>
  );
}
