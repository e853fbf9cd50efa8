import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type LogKind, logQueryOf } from '../../api/queries/logs.ts';
import { Badge } from '../../components/badges.tsx';
import { EmptyState, Section } from '../../components/card.tsx';
import { LoadedPages } from '../../components/loaded.tsx';
import { Ago } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { FILTER_NAMES, logFiltersOf } from './log-filters.ts';
import { LogRow } from './log-row.tsx';

const route = getRouteApi('/health-log');
const PAGE: Record<LogKind, number> = { tasks: 30, syncs: 20 };

export function LogList({ kind }: { kind: LogKind }) {
  const { healthLog: t } = useMessages();
  const search = route.useSearch();
  const log = useInfiniteQuery(logQueryOf(kind, logFiltersOf(search), PAGE[kind]));
  const isFiltered = FILTER_NAMES.some((name) => search[name] !== undefined);
  const lastSuccess = log.data?.pages[0]?.lastSuccess ?? null;
  return (
    <Section
      id="rows"
      title={t.rows}
      aside={
        lastSuccess !== null && (
          <span className="text-sm text-muted">
            <Badge tone="ok">{t.lastSuccess}</Badge> <Ago at={lastSuccess.startedAt ?? lastSuccess.createdAt} />
          </span>
        )
      }
    >
      <LoadedPages
        query={log}
        empty={
          isFiltered ? (
            <EmptyState title={t.emptyFiltered} />
          ) : (
            <EmptyState title={t.emptyTitle}>{kind === 'tasks' ? t.emptyText : t.emptySyncs}</EmptyState>
          )
        }
      >
        {(rows) => (
          <ul className="overflow-hidden rounded-lg border border-line bg-card">
            {rows.map((row) => (
              <LogRow key={row.id} row={row} />
            ))}
          </ul>
        )}
      </LoadedPages>
    </Section>
  );
}
