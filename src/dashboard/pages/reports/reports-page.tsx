import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReportSummary } from '../../../contracts/api/reports.ts';
import { overviewQuery } from '../../api/queries/overview.ts';
import { reportsQuery } from '../../api/queries/reports.ts';
import { sendJson } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState, PageHead } from '../../components/card.tsx';
import { AskDialog } from '../../components/dialog.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { SelectField } from '../../components/fields.tsx';
import { LoadedPages } from '../../components/loaded.tsx';
import { ReportRow } from '../../components/report-row.tsx';
import { useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';

const route = getRouteApi('/reports');
const STATUSES = ['CRITICAL', 'DEGRADED', 'OK', 'could not look'] as const satisfies readonly ReportSummary['status'][];
const FRESHNESSES = ['1h', '6h', '24h', '7d'] as const;

export function ReportsPage() {
  const { reports: t, shared } = useMessages();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useInfiniteQuery(reportsQuery(search));
  const services = useServices(search.project, search.service);
  const [isAsking, setAsking] = useState(false);
  const mayMake = useMay('write');
  const isFiltered = search.service !== undefined || search.status !== undefined;
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <PageHead title={t.title}>
        {mayMake && (
          <Button look="main" onClick={() => setAsking(true)}>
            {t.make}
          </Button>
        )}
      </PageHead>
      <div className="mb-3 grid grid-cols-2 gap-2 sm:max-w-md">
        <SelectField
          label={shared.service}
          value={search.service ?? ''}
          onChoose={(service) => void navigate({ search: (former) => ({ ...former, service: service || undefined }) })}
          options={[['', shared.any], ...services.map((one) => [one, one] as const)]}
        />
        <SelectField
          label={t.status}
          value={search.status ?? ''}
          onChoose={(status) => void navigate({ search: (former) => ({ ...former, status: status || undefined }) })}
          options={[['', shared.any], ...STATUSES.map((one) => [one, shared.status[one]] as const)]}
        />
      </div>
      <LoadedPages
        query={list}
        empty={
          isFiltered ? (
            <EmptyState title={t.emptyFiltered} />
          ) : (
            <EmptyState title={t.emptyTitle}>{mayMake ? t.emptyText : t.emptyTextViewer}</EmptyState>
          )
        }
      >
        {(items) => (
          <ul className="overflow-hidden rounded-lg border border-line bg-card">
            {items.map((report) => (
              <ReportRow key={report.id} report={report} />
            ))}
          </ul>
        )}
      </LoadedPages>
      {isAsking && <MakeReport services={services} onClose={() => setAsking(false)} />}
    </>
  );
}

function useServices(project: string | undefined, chosen: string | undefined): string[] {
  const { data: overview } = useQuery({ ...overviewQuery, refetchInterval: false });
  const names = new Set(
    (overview?.services ?? [])
      .filter((one) => project === undefined || one.project === project)
      .map((one) => one.service),
  );
  if (chosen !== undefined) names.add(chosen);
  return [...names].sort();
}

function MakeReport({ services, onClose }: { services: readonly string[]; onClose: () => void }) {
  const { reports: t, shared } = useMessages();
  const { project } = route.useSearch();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [service, setService] = useState('');
  const [freshness, setFreshness] = useState<string>('1h');
  const make = useMutation({
    mutationFn: () =>
      sendJson<ReportSummary>('/api/reports', {
        method: 'POST',
        body: { project, service: service || undefined, freshness },
      }),
    onSuccess: async (report) => {
      await client.invalidateQueries({ queryKey: ['reports'] });
      await navigate({ to: '/reports/$id', params: { id: report.id }, search: {} });
    },
  });
  return (
    <AskDialog
      title={t.make}
      action={make.isPending ? t.making : t.make}
      isBusy={make.isPending}
      onSubmit={() => make.mutate()}
      onClose={onClose}
    >
      <SelectField
        label={shared.service}
        value={service}
        onChoose={setService}
        options={[['', t.allServices], ...services.map((one) => [one, one] as const)]}
      />
      <SelectField
        label={t.freshness}
        value={freshness}
        onChoose={setFreshness}
        options={FRESHNESSES.map((one) => [one, t.freshnesses[one]] as const)}
      />
      <FailedLine error={make.error} />
    </AskDialog>
  );
}
