import type { EventDetail } from '../../../contracts/api/events.ts';
import { Fact, Facts } from '../../components/facts.tsx';
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
  const field = (name: string, value: string | null) =>
    value === null || value === '' ? null : <Field name={name} value={value} onFilter={onFilter} />;
  const { source } = event;
  const attributes = Object.entries(event.attributes);
  return (
    <section>
      <h3 className="mb-1 font-semibold">{t.fields}</h3>
      <Facts>
        <Fact name={t.field.time}>
          <Exact at={event.at} />
        </Fact>
        <Fact name={t.field.observed}>
          <Exact at={event.observedAt} />
        </Fact>
        <Fact name={t.field.severity}>{event.severityText}</Fact>
        <Fact name={t.field.project}>{event.project}</Fact>
        <Fact name={t.field.service}>{field('service', event.service)}</Fact>
        <Fact name={t.field.environment}>{field('environment', event.environment)}</Fact>
        <Fact name={t.field.revision}>{field('revision', event.revision)}</Fact>
        <Fact name={t.field.instance}>{field('instance', event.instance)}</Fact>
        <Fact name={t.field.trace}>{field('trace', event.traceId)}</Fact>
        <Fact name={t.field.span}>{event.spanId}</Fact>
        <Fact name={t.field.logger}>{field('logger', event.logger)}</Fact>
        <Fact name={t.field.user}>{[event.user?.id, event.user?.name].filter(Boolean).join(' · ')}</Fact>
        <Fact name={t.field.source}>
          {[source.kind, source.name, source.position].filter((part) => part !== '').join(' · ')}
        </Fact>
        <Fact name={t.field.id}>{event.sourceId}</Fact>
      </Facts>
      {attributes.length > 0 && (
        <>
          <h3 className="mt-3 mb-1 font-semibold">{t.attributes}</h3>
          <Facts>
            {attributes.map(([name, value]) => (
              <Fact key={name} name={name}>
                {isSearchable(name, value) ? (
                  field(name, String(value))
                ) : (
                  <span className="font-mono text-xs">{visibleText(JSON.stringify(value))}</span>
                )}
              </Fact>
            ))}
          </Facts>
        </>
      )}
    </section>
  );
}

/** The search language names attributes by plain words, and compares short values only. */
function isSearchable(name: string, value: unknown): boolean {
  return value !== null && typeof value !== 'object' && String(value).length <= 200 && /^[\w.@/-]+$/.test(name);
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
