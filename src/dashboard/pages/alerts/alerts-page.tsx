import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { AlertSummary } from '../../../contracts/api/alerts.ts';
import { type AlertFilters, type AlertPage, type AlertState, alertsQuery } from '../../api/queries/alerts.ts';
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
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const lists = useAlertLists(states, filters);
  const first = lists[states[0]!];
  const counts = first.data?.pages[0]?.counts;
  if (!counts) return first.isError ? <Failed error={first.error} retry={() => void first.refetch()} /> : <Loading />;
  const shown = states.filter((state) => counts[state] > 0);
  // As they are now: what was resolved elsewhere and is shown no more is not acted on unseen.
  const selected = shown.flatMap((state) => rowsOf(lists[state])).filter(({ id }) => chosen.has(id));
  return (
    <>
      {mayAct && (
        <div className="sticky top-12 z-10 mb-2 flex flex-wrap items-center gap-3 bg-page py-1 empty:hidden lg:top-0">
          {selected.length > 0 && (
            <>
              <span className="text-sm text-muted">{t.selected(selected.length)}</span>
              <Button look="bare" onClick={() => setChosen(new Set())}>
                {t.clearSelection}
              </Button>
            </>
          )}
          <AlertActions alerts={selected} onDone={() => setChosen(new Set())} />
        </div>
      )}
      {shown.length === 0 && empty}
      {shown.map((state) => (
        <AlertList
          key={state}
          state={state}
          count={counts[state]}
          list={lists[state]}
          chosen={mayAct ? chosen : null}
          onChoose={setChosen}
        />
      ))}
    </>
  );
}

type AlertPages = UseInfiniteQueryResult<InfiniteData<AlertPage>>;

/** Of each state that is looked at; the others are not asked for. */
function useAlertLists(states: readonly AlertState[], filters: AlertFilters): Record<AlertState, AlertPages> {
  const of = (state: AlertState) => ({ ...alertsQuery({ ...filters, state }), enabled: states.includes(state) });
  return {
    firing: useInfiniteQuery(of('firing')),
    acknowledged: useInfiniteQuery(of('acknowledged')),
    resolved: useInfiniteQuery(of('resolved')),
  };
}

function rowsOf({ data }: AlertPages): AlertSummary[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}

interface AlertListProps {
  state: AlertState;
  count: number;
  list: AlertPages;
  /** Ids; null: nothing may be chosen. */
  chosen: ReadonlySet<string> | null;
  onChoose: (chosen: ReadonlySet<string>) => void;
}

function AlertList({ state, count, list, chosen, onChoose }: AlertListProps) {
  const { alerts: t } = useMessages();
  const formats = useFormats();
  const items = rowsOf(list);
  const areAll = items.length > 0 && items.every(({ id }) => chosen?.has(id));
  const change = (some: readonly AlertSummary[], isChosen: boolean) => {
    const next = new Set(chosen);
    for (const { id } of some) {
      if (isChosen) next.add(id);
      else next.delete(id);
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
