import type { ReactNode } from 'react';
import type { EventDetail } from '../../../contracts/api/events.ts';
import { Facts } from '../../components/facts.tsx';
import { Exact } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';
import { term } from './search-terms.ts';

interface EventFieldsProps {
  event: EventDetail;
  onFilter: (term: string) => void;
}

/** Every field; those the search knows can be searched by, or searched without, with one click. */
export function EventFields({ event, onFilter }: EventFieldsProps) {
  const { events: t } = useMessages();
  const field = (name: string, value: string | null): ReactNode =>
    value === null || value === '' ? null : <Field name={name} value={value} onFilter={onFilter} />;
  const attributes = Object.entries(event.attributes).map(([name, value]) => {
    const isSimple = typeof value !== 'object' && /^[\w.@/-]+$/.test(name);
    const shown = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
    const plain = <span className="font-mono text-xs">{visibleText(shown)}</span>;
    return [visibleText(name), isSimple ? field(name, shown) : plain] as const;
  });
  const { source } = event;
  const user = [event.user?.id, event.user?.name].filter(Boolean).join(' · ');
  return (
    <section>
      <h3 className="mb-1 font-semibold">{t.fields}</h3>
      <Facts
        rows={[
          [t.field.time, <Exact key="time" at={event.at} />],
          [t.field.observed, <Exact key="observed" at={event.observedAt} />],
          [t.field.severity, event.severityText],
          [t.field.project, event.project],
          [t.field.service, field('service', event.service)],
          [t.field.environment, field('environment', event.environment)],
          [t.field.revision, field('revision', event.revision)],
          [t.field.instance, field('instance', event.instance)],
          [t.field.trace, field('trace', event.traceId)],
          [t.field.span, event.spanId],
          [t.field.logger, field('logger', event.logger)],
          [t.field.user, user],
          [t.field.source, [source.kind, source.name, source.position].filter((part) => part !== '').join(' · ')],
          [t.field.id, event.sourceId],
        ]}
      />
      {attributes.length > 0 && (
        <>
          <h3 className="mt-3 mb-1 font-semibold">{t.attributes}</h3>
          <Facts rows={attributes} />
        </>
      )}
    </section>
  );
}

interface FieldProps {
  name: string;
  value: string;
  onFilter: (term: string) => void;
}

function Field({ name, value, onFilter }: FieldProps) {
  const { events: t } = useMessages();
  const found = term(name, value);
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2">
      <span className="font-mono text-xs wrap-anywhere">{oneLine(value)}</span>
      <span className="whitespace-nowrap">
        <button
          type="button"
          aria-label={t.filterBy(found)}
          title={t.filterBy(found)}
          onClick={() => onFilter(found)}
          className="cursor-pointer rounded px-1.5 text-info hover:bg-raised"
        >
          +
        </button>
        <button
          type="button"
          aria-label={t.without(found)}
          title={t.without(found)}
          onClick={() => onFilter(`-${found}`)}
          className="cursor-pointer rounded px-1.5 text-info hover:bg-raised"
        >
          −
        </button>
      </span>
    </span>
  );
}
