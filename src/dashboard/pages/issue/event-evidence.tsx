import type { EventDetail } from '../../../contracts/api/events.ts';
import { Card, Section } from '../../components/card.tsx';
import { Pre } from '../../components/code.tsx';
import { Breadcrumbs } from '../../components/event/breadcrumbs.tsx';
import { Exceptions } from '../../components/event/exceptions.tsx';
import { ObjectFacts } from '../../components/facts.tsx';
import { TraceLink } from '../../components/trace-link.tsx';
import { useMessages } from '../../language.tsx';

/** What the newest telling event of the issue says. */
export function EventEvidence({ event }: { event: EventDetail }) {
  const { issue: t, events } = useMessages();
  return (
    <>
      <Section title={t.exceptions} id="exceptions" aside={<TraceLink traceId={event.traceId} />}>
        {event.isCut && <p className="mb-2 text-sm text-warn">{events.isCut}</p>}
        {event.exceptions.length > 0 ? (
          <Exceptions exceptions={event.exceptions} />
        ) : (
          <Card>
            <p className="text-sm text-muted">{t.noExceptions}</p>
            <Pre text={event.body} label={events.detail} />
          </Card>
        )}
        {event.stackText !== null && (
          <details className="mt-2">
            <summary className="cursor-pointer text-sm text-muted">{t.stackText}</summary>
            <Pre text={event.stackText} label={t.stackText} />
          </details>
        )}
      </Section>
      {event.breadcrumbs.length > 0 && (
        <Section title={t.breadcrumbs} id="breadcrumbs">
          <Card>
            <Breadcrumbs breadcrumbs={event.breadcrumbs} />
          </Card>
        </Section>
      )}
      {event.request && (
        <Section title={t.request} id="request">
          <Card>
            <ObjectFacts value={event.request} />
          </Card>
        </Section>
      )}
    </>
  );
}
