import { useMemo } from 'react';
import type { Analytics } from '../../../contracts/api/analytics.ts';
import { Card, Section } from '../../components/card.tsx';
import { LazyTimeSeries } from '../../components/lazy-time-series.tsx';
import { useFormats, useMessages } from '../../language.tsx';

const STEP_MS: Record<Analytics['step'], number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

export function Volume({ analytics, service }: { analytics: Analytics; service: string | undefined }) {
  const { analytics: t } = useMessages();
  const formats = useFormats();
  const { volume, step } = analytics;
  const times = useMemo(() => volume.map(({ at }) => Date.parse(at)), [volume]);
  const series = useMemo(
    () => [
      { label: t.errors, color: 'bad', counts: volume.map(({ errors }) => errors) },
      { label: t.others, color: 'info', counts: volume.map(({ events, errors }) => Math.max(0, events - errors)) },
      { label: t.dropped, color: 'warn', counts: volume.map(({ dropped }) => dropped) },
    ],
    [volume, t],
  );
  const sum = (of: 'events' | 'errors' | 'dropped') => volume.reduce((all, one) => all + one[of], 0);
  const events = sum('events');
  const errors = sum('errors');
  const dropped = sum('dropped');
  return (
    <Section
      title={t.volume}
      id="volume"
      aside={
        <span className="text-sm text-muted">
          {t.total(formats.count(events))}
          {events > 0 && ` · ${t.errorRate} ${formats.percent(errors / events)}`}
        </span>
      }
    >
      <Card>
        <LazyTimeSeries label={t.volumeOver} times={times} stepMs={STEP_MS[step]} series={series} service={service} />
        {dropped > 0 && <p className="mt-1 text-sm text-warn">{t.droppedNote(dropped)}</p>}
      </Card>
    </Section>
  );
}
