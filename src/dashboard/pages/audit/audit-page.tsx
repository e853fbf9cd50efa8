import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { auditQuery } from '../../api/queries/audit.ts';
import { AdminsOnly } from '../../components/admins-only.tsx';
import { EmptyState, PageHead } from '../../components/card.tsx';
import { LoadedPages } from '../../components/loaded.tsx';
import { useMessages } from '../../language.tsx';
import { AuditFilterBar } from './audit-filter-bar.tsx';
import { auditFiltersOf, OWN_TRAIL } from './audit-filters.ts';
import { AuditRow } from './audit-row.tsx';
import { Trails } from './trails.tsx';

const route = getRouteApi('/audit');

export function AuditPage() {
  const { audit: t } = useMessages();
  return (
    <AdminsOnly title={t.title}>
      <PageHead title={t.title} />
      <p className="mb-3 max-w-prose text-sm text-muted">{t.intro}</p>
      <Trails />
      <Entries />
    </AdminsOnly>
  );
}

function Entries() {
  const { audit: t } = useMessages();
  const search = route.useSearch();
  const { trail = OWN_TRAIL, ...narrowing } = auditFiltersOf(search);
  const entries = useInfiniteQuery(auditQuery({ ...narrowing, trail }));
  const isFiltered = Object.keys(narrowing).length > 0;
  return (
    <div className="mt-6">
      <AuditFilterBar />
      <LoadedPages
        query={entries}
        empty={
          isFiltered ? (
            <EmptyState title={t.emptyFiltered} />
          ) : (
            <EmptyState title={t.emptyTitle}>{trail === OWN_TRAIL ? t.emptyText : t.emptyOfTrail}</EmptyState>
          )
        }
      >
        {(items) => (
          <ul className="overflow-hidden rounded-lg border border-line bg-card">
            {items.map((entry) => (
              <AuditRow key={entry.sequence} entry={entry} />
            ))}
          </ul>
        )}
      </LoadedPages>
    </div>
  );
}
