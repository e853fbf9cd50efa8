import type { JobDetail } from '../../../contracts/api/jobs.ts';
import { Card, Section } from '../../components/card.tsx';
import { Figure, Figures } from '../../components/figures.tsx';
import { useFormats, useMessages } from '../../language.tsx';

export function Statistics({ statistics }: { statistics: JobDetail['statistics'] }) {
  const { jobs: t, runs, shared } = useMessages();
  const formats = useFormats();
  const { byStatus, successRate, meanMs, p50Ms, p90Ms, p99Ms } = statistics;
  const span = (ms: number | null) => (ms === null ? shared.unknown : formats.duration(ms));
  const ended = Object.entries(byStatus).filter(([, count]) => count > 0) as [keyof typeof byStatus, number][];
  const isEmpty = successRate === null && meanMs === null;
  return (
    <Section title={t.statistics} id="statistics">
      <Card>
        {isEmpty && <p className="text-muted">{t.durationsEmpty}</p>}
        <Figures>
          {!isEmpty && (
            <>
              <Figure name={t.successRate}>
                {successRate === null ? shared.unknown : formats.percent(successRate)}
              </Figure>
              <Figure name={t.mean}>{span(meanMs)}</Figure>
              <Figure name="p50">{span(p50Ms)}</Figure>
              <Figure name="p90">{span(p90Ms)}</Figure>
              <Figure name="p99">{span(p99Ms)}</Figure>
            </>
          )}
          {ended.map(([status, count]) => (
            <Figure key={status} name={runs.status[status]}>
              {formats.count(count)}
            </Figure>
          ))}
        </Figures>
      </Card>
    </Section>
  );
}
