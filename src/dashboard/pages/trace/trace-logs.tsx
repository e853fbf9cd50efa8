import { Link } from '@tanstack/react-router';
import type { Trace } from '../../../contracts/api/traces.ts';
import { type Severity, SeverityText } from '../../components/badges.tsx';
import { buttonClass } from '../../components/button.tsx';
import { Section } from '../../components/card.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

/** Every log entry that carries the trace id, over all services, in the order of time. */
export function TraceLogs({ trace }: { trace: Trace }) {
  const { traces: t } = useMessages();
  const formats = useFormats();
  const spans = new Map(trace.spans.map(({ id, name }) => [id, name]));
  return (
    <Section
      title={t.logs}
      id="logs"
      aside={
        <Link to="/events" search={{ query: `trace:${trace.id}`, range: '30d' }} className={buttonClass()}>
          {t.allLogs}
        </Link>
      }
    >
      {trace.events.length === 0 && <p className="text-muted">{t.noLogs}</p>}
      {trace.events.length > 0 && (
        <ul className="overflow-hidden rounded-lg border border-line bg-card">
          {trace.events.map((event) => (
            <li
              key={event.id}
              data-row
              className="border-b border-line text-sm last:border-b-0 focus-within:bg-raised hover:bg-raised"
            >
              <Link
                data-row-link
                to="/events"
                search={{ query: `trace:${trace.id}`, range: '30d', event: event.id }}
                className="flex flex-wrap items-baseline gap-x-3 px-3 py-1.5"
              >
                <time dateTime={event.at} title={event.at} className="w-24 shrink-0 font-mono text-xs text-muted">
                  {event.offsetMs < 0 ? '−' : '+'}
                  {formats.duration(Math.abs(event.offsetMs))}
                </time>
                <span className="w-20 shrink-0 text-xs">
                  <SeverityText severity={event.level as Severity} />
                </span>
                <span className="shrink-0 text-xs text-muted wrap-anywhere">
                  {oneLine(event.service)}
                  {event.spanId !== null && spans.has(event.spanId) && ` · ${oneLine(spans.get(event.spanId) ?? '')}`}
                </span>
                <span className="line-clamp-2 min-w-0 grow basis-72 font-mono text-xs wrap-anywhere">
                  {oneLine(event.message)}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
