import { useMemo } from 'react';
import type { Overview } from '../../../contracts/api/overview.ts';
import { Card, Section } from '../../components/card.tsx';
import { LazyTimeSeries } from '../../components/lazy-time-series.tsx';
import { WhenNear } from '../../components/when-near.tsx';
import { useMessages } from '../../language.tsx';

const HOUR_MS = 3_600_000;

interface LastDayProps {
  services: Overview['services'];
  /** When the counts were made, epoch ms: the last of them is of the hour that this is in. */
  at: number;
}

/** Errors of all services by the hour, with what went live meanwhile. Takes no room when there were none. */
export function LastDay({ services, at }: LastDayProps) {
  const { markers: t } = useMessages();
  const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
  const counts = useMemo(() => {
    const hours = Math.max(0, ...services.map(({ lastDay }) => lastDay.length));
    return Array.from({ length: hours }, (_, index) =>
      services.reduce((sum, { lastDay }) => sum + (lastDay.at(index - hours) ?? 0), 0),
    );
  }, [services]);
  const times = useMemo(() => counts.map((_, index) => hour - (counts.length - 1 - index) * HOUR_MS), [counts, hour]);
  const series = useMemo(() => [{ label: t.errors, color: 'bad', counts }], [counts, t]);
  if (!counts.some((count) => count > 0)) return null;
  const [only] = services;
  return (
    <Section title={t.lastDay} id="last-day">
      <Card>
        {/* The chart library is as heavy as all the rest of the page. */}
        <WhenNear placeholder={<div className="h-52" />}>
          <LazyTimeSeries
            label={t.lastDay}
            times={times}
            stepMs={HOUR_MS}
            series={series}
            service={services.length === 1 ? only?.service : undefined}
          />
        </WhenNear>
      </Card>
    </Section>
  );
}
