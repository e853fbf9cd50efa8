import { useMemo } from 'react';
import type { AlertDetail } from '../../../contracts/api/alerts.ts';
import { Card, Section } from '../../components/card.tsx';
import { LazyValueChart } from '../../components/lazy-time-series.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

/** The measurements of its subject; what is unknown is a gap, never 0. */
export function AlertSeries({ alert }: { alert: AlertDetail }) {
  const { alerts: t } = useMessages();
  const formats = useFormats();
  const points = useMemo(() => alert.series.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)), [alert.series]);
  const times = useMemo(() => points.map(({ at }) => Date.parse(at)), [points]);
  const unit = alert.unit === null ? '' : `\u00a0${oneLine(alert.unit)}`;
  const nameValue = useMemo(() => (value: number) => `${formats.value(value)}${unit}`, [formats, unit]);
  const lines = useMemo(
    () => [{ label: t.fact.value, color: 'info', shape: 'line' as const, values: points.map(({ value }) => value) }],
    [points, t],
  );
  if (points.length === 0) return null;
  const unknown = points.filter(({ value }) => value === null).length;
  return (
    <Section title={t.series} id="series">
      <Card>
        <LazyValueChart label={t.series} times={times} lines={lines} nameValue={nameValue} />
        {unknown > 0 && <p className="mt-1 text-sm text-warn">{t.seriesUnknown(unknown)}</p>}
      </Card>
    </Section>
  );
}
