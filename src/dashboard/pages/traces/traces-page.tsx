import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type TraceFilters, tracesQuery } from '../../api/queries/traces.ts';
import { Button, buttonClass } from '../../components/button.tsx';
import { EmptyState, PageHead } from '../../components/card.tsx';
import { LoadedPages } from '../../components/loaded.tsx';
import { useMessages } from '../../language.tsx';
import { lastOf } from '../../period.ts';
import { TraceFilterBar } from './trace-filter-bar.tsx';
import { TraceRow } from './trace-row.tsx';

const route = getRouteApi('/traces');
const MINUTE_MS = 60_000;

export function TracesPage() {
  const { traces: t } = useMessages();
  const search = route.useSearch();
  const { project, service, range, status, minDurationMs } = search;
  const filters = useMemo((): TraceFilters => {
    // To the minute, so that the same question is not a new one each time it is asked.
    const from = Math.floor((Date.now() - lastOf(range)) / MINUTE_MS) * MINUTE_MS;
    const least = Number(minDurationMs);
    return {
      project,
      service,
      from: new Date(from).toISOString(),
      status: status === 'error' ? 'error' : undefined,
      minDurationMs: Number.isFinite(least) && least > 0 ? least : undefined,
    };
  }, [project, service, range, status, minDurationMs]);
  const traces = useInfiniteQuery(tracesQuery(filters));
  const most = Math.max(1, ...(traces.data?.pages ?? []).flatMap(({ items }) => items.map((one) => one.durationMs)));
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <PageHead title={t.title} />
      <TraceFilterBar />
      <LoadedPages
        query={traces}
        empty={<NoTraces isFiltered={[service, status, minDurationMs].some((one) => one !== undefined)} />}
      >
        {(items) => (
          <ul className="overflow-hidden rounded-lg border border-line bg-card">
            {items.map((trace) => (
              <TraceRow key={trace.id} trace={trace} most={most} />
            ))}
          </ul>
        )}
      </LoadedPages>
    </>
  );
}

function NoTraces({ isFiltered }: { isFiltered: boolean }) {
  const { traces: t } = useMessages();
  const navigate = route.useNavigate();
  if (isFiltered)
    return (
      <EmptyState title={t.emptyFiltered}>
        <Button
          className="mt-3"
          onClick={() => void navigate({ search: ({ range, project }) => ({ range, project }) })}
        >
          {t.clear}
        </Button>
      </EmptyState>
    );
  return (
    <EmptyState title={t.emptyTitle}>
      <p>{t.emptyText}</p>
      <Link to="/sources" search={{}} className={`${buttonClass()} mt-3`}>
        {t.emptyAction}
      </Link>
    </EmptyState>
  );
}
