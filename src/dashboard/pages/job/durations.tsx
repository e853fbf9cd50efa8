import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { RunStatusView, RunSummary } from '../../../contracts/api/jobs.ts';
import { jobRunsQuery } from '../../api/queries/jobs.ts';
import { Card, Section } from '../../components/card.tsx';
import { LazyValueChart } from '../../components/lazy-time-series.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { RUN_COLORS } from '../../components/run/status-mark.tsx';
import { DURATION_STEPS } from '../../duration.ts';
import { useFormats, useMessages } from '../../language.tsx';

/** More bars than these are too thin to be told apart. */
const SHOWN = 60;
const WORKED = ['success', 'warning', 'error', 'timed_out', 'cancelled'] as const satisfies readonly RunStatusView[];

/** How long the last runs took, each in the colour of how it ended. */
export function Durations({ job }: { job: string }) {
  const { jobs: t } = useMessages();
  const runs = useInfiniteQuery(jobRunsQuery(job, { status: WORKED.join(','), limit: SHOWN }));
  return (
    <Section title={t.durations} id="durations">
      <Card>
        <Loaded query={runs}>{({ pages }) => <Chart runs={pages[0]?.items ?? []} />}</Loaded>
      </Card>
    </Section>
  );
}

function Chart({ runs }: { runs: readonly RunSummary[] }) {
  const { jobs: t, runs: words } = useMessages();
  const formats = useFormats();
  const shown = useMemo(() => runs.filter(({ durationMs }) => durationMs !== null).toReversed(), [runs]);
  const times = useMemo(() => shown.map(({ startedAt, createdAt }) => Date.parse(startedAt ?? createdAt)), [shown]);
  const lines = useMemo(
    () =>
      WORKED.filter((status) => shown.some((run) => run.status === status)).map((status) => ({
        label: words.status[status],
        color: RUN_COLORS[status],
        shape: 'bars' as const,
        values: shown.map((run) => (run.status === status ? run.durationMs : null)),
      })),
    [shown, words],
  );
  if (shown.length === 0) return <p className="text-muted">{t.durationsEmpty}</p>;
  return (
    <LazyValueChart
      label={t.durations}
      times={times}
      lines={lines}
      nameValue={formats.duration}
      steps={DURATION_STEPS}
      isOrdinal
    />
  );
}
