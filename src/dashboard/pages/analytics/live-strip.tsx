import { useQuery } from '@tanstack/react-query';
import type { LiveMetrics } from '../../../contracts/api/analytics.ts';
import { liveMetricsQuery } from '../../api/queries/analytics.ts';
import { Card } from '../../components/card.tsx';
import { Figure, Figures } from '../../components/figures.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

/** More than these do not fit into a strip. */
const SHOWN = 8;

/** What comes in at this moment, and whether Guardian keeps up. */
export function LiveStrip() {
  const { analytics: t } = useMessages();
  const metrics = useQuery(liveMetricsQuery);
  return (
    <section aria-label={t.live}>
      <Loaded query={metrics}>{(data) => <Strip metrics={data} />}</Loaded>
    </section>
  );
}

function Strip({ metrics }: { metrics: LiveMetrics }) {
  const { analytics: t } = useMessages();
  const formats = useFormats();
  const { ingest } = metrics;
  const active = metrics.services
    .filter(({ eventsPerSecond, errorsPerSecond }) => eventsPerSecond + errorsPerSecond > 0)
    .toSorted((a, b) => b.errorsPerSecond - a.errorsPerSecond || b.eventsPerSecond - a.eventsPerSecond);
  const perSecond = (value: number) => t.livePerSecond(formats.value(Math.round(value * 10) / 10));
  return (
    <Card>
      <div className="flex flex-wrap items-start gap-x-8 gap-y-3">
        {active.length === 0 ? (
          <p className="text-sm text-muted">{t.liveQuiet}</p>
        ) : (
          <ul className="flex flex-wrap gap-x-6 gap-y-2 text-sm">
            {active.slice(0, SHOWN).map(({ service, eventsPerSecond, errorsPerSecond }) => (
              <li key={service}>
                <span className="block text-xs text-muted wrap-anywhere">{oneLine(service)}</span>
                <span className="font-semibold whitespace-nowrap">{perSecond(eventsPerSecond)}</span>{' '}
                <span className="text-xs text-muted">{t.liveEvents}</span>
                {errorsPerSecond > 0 && (
                  <span className="whitespace-nowrap text-bad">
                    {' '}
                    {perSecond(errorsPerSecond)} <span className="text-xs">{t.liveErrors}</span>
                  </span>
                )}
              </li>
            ))}
          </ul>
        )}
        <div className="sm:ml-auto" title={t.liveMeans}>
          <Figures>
            <Figure name={t.liveAccepted}>{formats.count(ingest.accepted)}</Figure>
            <Figure name={t.liveDuplicates}>{formats.count(ingest.duplicates)}</Figure>
            <Figure name={t.liveRefused}>
              <span className={ingest.refused > 0 ? 'text-warn' : ''}>{formats.count(ingest.refused)}</span>
            </Figure>
            <Figure name={t.liveWaiting}>{formats.count(ingest.waiting)}</Figure>
          </Figures>
        </div>
      </div>
    </Card>
  );
}
