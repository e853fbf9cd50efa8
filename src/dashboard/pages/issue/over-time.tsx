import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { IssueDetail } from '../../../contracts/api/issues.ts';
import { countsQuery, type IssueCounts } from '../../api/queries/issues.ts';
import { Button } from '../../components/button.tsx';
import { Card, Section } from '../../components/card.tsx';
import { LazyTimeSeries } from '../../components/lazy-time-series.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useMessages } from '../../language.tsx';
import { shortRevision } from '../../visible-text.ts';

const STEP_MS = { hour: 3_600_000, day: 86_400_000 } as const;

export function OverTime({ issue }: { issue: IssueDetail }) {
  const { issue: t } = useMessages();
  const [step, setStep] = useState<'hour' | 'day'>('hour');
  const counts = useQuery(countsQuery(issue.id, step));
  return (
    <Section
      title={t.overTime}
      id="over-time"
      aside={
        <div className="flex gap-1">
          {(['hour', 'day'] as const).map((one) => (
            <Button
              key={one}
              look={one === step ? 'plain' : 'bare'}
              aria-pressed={one === step}
              onClick={() => setStep(one)}
            >
              {t.step[one]}
            </Button>
          ))}
        </div>
      }
    >
      <Card>
        <Loaded query={counts}>{(data) => <Chart counts={data} issue={issue} />}</Loaded>
      </Card>
    </Section>
  );
}

function Chart({ counts, issue }: { counts: IssueCounts; issue: Pick<IssueDetail, 'revisions' | 'service'> }) {
  const { issue: t } = useMessages();
  const { revisions, service } = issue;
  const times = useMemo(() => counts.points.map(({ at }) => Date.parse(at)), [counts]);
  const series = useMemo(
    () => [{ label: t.incidents, color: 'bad', counts: counts.points.map(({ count }) => count) }],
    [counts, t],
  );
  const seen = useMemo(
    () => revisions.map(({ revision, firstSeen }) => ({ at: Date.parse(firstSeen), label: shortRevision(revision) })),
    [revisions],
  );
  if (!counts.points.some(({ count }) => count > 0)) return <p className="text-muted">{t.noCounts}</p>;
  return (
    <LazyTimeSeries
      label={t.overTime}
      times={times}
      stepMs={STEP_MS[counts.step]}
      series={series}
      seen={seen}
      service={service}
    />
  );
}
