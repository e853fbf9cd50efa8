import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { AlertSummary } from '../../../contracts/api/alerts.ts';
import { type AlertFilters, type AlertState, alertsQuery } from '../../api/queries/alerts.ts';
import { AlertActions } from '../../components/alert/alert-actions.tsx';
import { AlertRow } from '../../components/alert/alert-row.tsx';
import { Button } from '../../components/button.tsx';
import { EmptyState, PageHead, Section } from '../../components/card.tsx';
import { Failed } from '../../components/failed.tsx';
import { LoadedPages, Loading } from '../../components/loaded.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';
import { AlertFilterBar } from './alert-filter-bar.tsx';
import { Rules } from './rules.tsx';

const route = getRouteApi('/alerts');

const SHOWN: Record<string, readonly AlertState[]> = {
  open: ['firing', 'acknowledged'],
  firing: ['firing'],
  acknowledged: ['acknowledged'],
  resolved: ['resolved'],
  all: ['firing', 'acknowledged', 'resolved'],
};

export function AlertsPage() {
  const { alerts: t } = useMessages();
  const { state = 'open', ...rest } = route.useSearch();
  const navigate = route.useNavigate();
  const states = SHOWN[state] ?? SHOWN.open!;
  const filters: AlertFilters = { ...rest, archived: rest.archived === 'true' ? 'true' : 'false' } as AlertFilters;
  const { project: _, ...narrowing } = rest;
  const isFiltered = state !== 'open' || Object.keys(narrowing).length > 0;
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <PageHead title={t.title} />
      <AlertFilterBar />
      <AlertLists
        // What is chosen belongs to what is shown.
        key={JSON.stringify([states, filters])}
        states={states}
        filters={filters}
        empty={
          isFiltered ? (
            <EmptyState title={t.emptyFiltered}>
              <Button className="mt-3" onClick={() => void navigate({ search: {} })}>
                {t.clear}
              </Button>
            </EmptyState>
          ) : (
            <EmptyState title={t.quietTitle}>{t.quietText}</EmptyState>
          )
        }
      />
      <Rules />
    </>
  );
}

interface AlertListsProps {
  states: readonly AlertState[];
  filters: AlertFilters;
  empty: ReactNode;
}

/** One list for each state, those that fire first; what is chosen may be of several. */
function AlertLists({ states, filters, empty }: AlertListsProps) {
  const { alerts: t } = useMessages();
  const mayAct = useMay('write');
  const [chosen, setChosen] = useState<ReadonlyMap<string, AlertSummary>>(new Map());
  const first = useInfiniteQuery(alertsQuery({ ...filters, state: states[0]! }));
  const counts = first.data?.pages[0]?.counts;
  if (!counts) return first.isError ? <Failed error={first.error} retry={() => void first.refetch()} /> : <Loading />;
  const shown = states.filter((state) => counts[state] > 0);
  return (
    <>
      {mayAct && (
        <div className="sticky top-12 z-10 mb-2 flex flex-wrap items-center gap-3 bg-page py-1 empty:hidden lg:top-0">
          {chosen.size > 0 && (
            <>
              <span className="text-sm text-muted">{t.selected(chosen.size)}</span>
              <Button look="bare" onClick={() => setChosen(new Map())}>
                {t.clearSelection}
              </Button>
            </>
          )}
          <AlertActions alerts={[...chosen.values()]} onDone={() => setChosen(new Map())} />
        </div>
      )}
      {shown.length === 0 && empty}
      {shown.map((state) => (
        <AlertList
          key={state}
          state={state}
          count={counts[state]}
          filters={filters}
          chosen={mayAct ? chosen : null}
          onChoose={setChosen}
        />
      ))}
    </>
  );
}

interface AlertListProps {
  state: AlertState;
  count: number;
  filters: AlertFilters;
  /** Null: nothing may be chosen. */
  chosen: ReadonlyMap<string, AlertSummary> | null;
  onChoose: (chosen: ReadonlyMap<string, AlertSummary>) => void;
}

function AlertList({ state, count, filters, chosen, onChoose }: AlertListProps) {
  const { alerts: t } = useMessages();
  const formats = useFormats();
  const list = useInfiniteQuery(alertsQuery({ ...filters, state }));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const areAll = items.length > 0 && items.every(({ id }) => chosen?.has(id));
  const change = (some: readonly AlertSummary[], isChosen: boolean) => {
    const next = new Map(chosen);
    for (const alert of some) {
      if (isChosen) next.set(alert.id, alert);
      else next.delete(alert.id);
    }
    onChoose(next);
  };
  return (
    <Section
      id={state}
      title={t.sections[state](formats.count(count))}
      aside={
        chosen && (
          <label className="flex items-center gap-2 text-sm text-muted">
            <input
              type="checkbox"
              checked={areAll}
              onChange={() => change(items, !areAll)}
              className="size-4 accent-info"
            />
            {t.selectAll}
          </label>
        )
      }
    >
      <LoadedPages query={list} empty={<p className="text-muted">{t.emptyFiltered}</p>}>
        {(alerts) => (
          <ul className="overflow-hidden rounded-lg border border-line bg-card">
            {alerts.map((alert) => (
              <AlertRow
                key={alert.id}
                alert={alert}
                before={
                  chosen && (
                    <input
                      type="checkbox"
                      aria-label={t.selectOne(t.number(alert.number))}
                      checked={chosen.has(alert.id)}
                      onChange={() => change([alert], !chosen.has(alert.id))}
                      className="mt-1 size-4 shrink-0 accent-info"
                    />
                  )
                }
              />
            ))}
          </ul>
        )}
      </LoadedPages>
    </Section>
  );
}
