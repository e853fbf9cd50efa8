import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { RunStatusView, RunSummary } from '../../../contracts/api/jobs.ts';
import { jobRunsQuery } from '../../api/queries/jobs.ts';
import { Button } from '../../components/button.tsx';
import { Section } from '../../components/card.tsx';
import { SelectField } from '../../components/fields.tsx';
import { LoadedPages } from '../../components/loaded.tsx';
import { CancelDialog } from '../../components/run/cancel-dialog.tsx';
import { RunRow } from '../../components/run/run-row.tsx';
import { useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';

const route = getRouteApi('/jobs/$id');
const PAGE = 20;

export function JobRuns({ job }: { job: string }) {
  const { jobs: t, runs: words, shared } = useMessages();
  const { status } = route.useSearch();
  const navigate = route.useNavigate();
  const runs = useInfiniteQuery(jobRunsQuery(job, { status, limit: PAGE }));
  const statuses = Object.keys(words.status) as RunStatusView[];
  return (
    <Section
      title={t.runs}
      id="runs"
      aside={
        <SelectField
          label={shared.state}
          isLabelHidden
          value={status ?? ''}
          options={[['', shared.all], ...statuses.map((one) => [one, words.status[one]] as const)]}
          onChoose={(value) => void navigate({ search: (former) => ({ ...former, status: value || undefined }) })}
        />
      }
    >
      <LoadedPages
        query={runs}
        empty={<p className="text-muted">{status === undefined ? words.empty : words.emptyFiltered}</p>}
      >
        {(items) => <Rows runs={items} />}
      </LoadedPages>
    </Section>
  );
}

function Rows({ runs }: { runs: readonly RunSummary[] }) {
  const { runs: words } = useMessages();
  const mayAct = useMay('write');
  const [cancelling, setCancelling] = useState<string | null>(null);
  return (
    <>
      <ul className="overflow-hidden rounded-lg border border-line bg-card">
        {runs.map((run) => (
          <RunRow
            key={run.id}
            run={run}
            aside={
              mayAct && run.finishedAt === null && <Button onClick={() => setCancelling(run.id)}>{words.cancel}</Button>
            }
          />
        ))}
      </ul>
      {cancelling !== null && <CancelDialog run={cancelling} onClose={() => setCancelling(null)} />}
    </>
  );
}
