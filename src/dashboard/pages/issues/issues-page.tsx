import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { IssueSummary } from '../../../contracts/api/issues.ts';
import { type IssueFilters, issuesQuery } from '../../api/queries/issues.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState, PageHead } from '../../components/card.tsx';
import { IssueActions } from '../../components/issue-actions/issue-actions.tsx';
import { IssueRow } from '../../components/issue-row.tsx';
import { LoadedPages } from '../../components/loaded.tsx';
import { SearchBox } from '../../components/search-box.tsx';
import { useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';
import { IssueFilterBar } from './issue-filter-bar.tsx';
import { SavedViews } from './saved-views.tsx';

const route = getRouteApi('/issues');

export function IssuesPage() {
  const { issues: t } = useMessages();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useInfiniteQuery(issuesQuery(search as IssueFilters));
  const { project: _, sort: __, ...narrowing } = search;
  const isFiltered = Object.keys(narrowing).length > 0;
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <PageHead title={t.title}>
        <SavedViews page="issues" />
      </PageHead>
      <div className="mb-3 flex flex-wrap items-end gap-2">
        <SearchBox
          label={t.search}
          hint={t.searchHint}
          value={search.query ?? ''}
          onSearch={(query) => void navigate({ search: (former) => ({ ...former, query: query || undefined }) })}
        />
      </div>
      <IssueFilterBar />
      <LoadedPages
        query={list}
        empty={
          isFiltered ? (
            <EmptyState title={t.emptyFilteredTitle}>
              <p>{t.emptyFilteredText}</p>
              <Button className="mt-3" onClick={() => void navigate({ search: {} })}>
                {t.clearFilters}
              </Button>
            </EmptyState>
          ) : (
            <EmptyState title={t.emptyTitle}>{t.emptyText}</EmptyState>
          )
        }
      >
        {(items) => <IssueList issues={items} />}
      </LoadedPages>
    </>
  );
}

function IssueList({ issues }: { issues: readonly IssueSummary[] }) {
  const { issues: t } = useMessages();
  const mayAct = useMay('write');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const selected = issues.filter(({ id }) => chosen.has(id));
  const areAll = selected.length === issues.length;
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const nameOf = (id: string) => issues.find((issue) => issue.id === id)?.shortId ?? id;
  return (
    <div className="rounded-lg border border-line bg-card">
      {mayAct && (
        <div className="sticky top-12 z-10 flex flex-wrap items-center gap-3 rounded-t-lg border-b border-line bg-card px-3 py-2 lg:top-0">
          <input
            type="checkbox"
            aria-label={t.selectAll}
            checked={areAll}
            onChange={() => setChosen(areAll ? new Set() : new Set(issues.map(({ id }) => id)))}
            className="size-4 accent-info"
          />
          <span role="status" className="text-sm text-muted">
            {t.selected(selected.length)}
          </span>
          {selected.length > 0 && (
            <>
              <IssueActions
                ids={selected.map(({ id }) => id)}
                nameOf={nameOf}
                isReopenOffered={selected.some(({ state }) => state !== 'open')}
                onDone={() => setChosen(new Set())}
              />
              <Button look="bare" onClick={() => setChosen(new Set())}>
                {t.clearSelection}
              </Button>
            </>
          )}
        </div>
      )}
      <ul>
        {issues.map((issue) => (
          <IssueRow
            key={issue.id}
            issue={issue}
            before={
              mayAct && (
                <input
                  type="checkbox"
                  aria-label={t.selectOne(issue.shortId)}
                  checked={chosen.has(issue.id)}
                  onChange={() => toggle(issue.id)}
                  className="mt-1 size-4 shrink-0 accent-info"
                />
              )
            }
          />
        ))}
      </ul>
    </div>
  );
}
