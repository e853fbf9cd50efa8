import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { EventDetail } from '../../../contracts/api/events.ts';
import { eventQuery } from '../../api/queries/events.ts';
import { SeverityText } from '../../components/badges.tsx';
import { Button, buttonClass } from '../../components/button.tsx';
import { Pre } from '../../components/code.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Breadcrumbs } from '../../components/event/breadcrumbs.tsx';
import { Exceptions } from '../../components/event/exceptions.tsx';
import { ObjectFacts } from '../../components/facts.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { TraceLink } from '../../components/trace-link.tsx';
import { useShortcuts } from '../../keyboard/shortcuts.ts';
import { useMessages } from '../../language.tsx';
import { EventFields } from './event-fields.tsx';

interface EventDrawerProps {
  id: string;
  /** The list beside which it stands. */
  ids: readonly string[];
  onShow: (id: string) => void;
  onClose: () => void;
  /** A term to search by, such as `service:api`. */
  onFilter: (term: string) => void;
}

/** One event with every field; `j` and `k` go through the list. */
export function EventDrawer({ id, ids, onShow, onClose, onFilter }: EventDrawerProps) {
  const { events: t } = useMessages();
  const event = useQuery(eventQuery(id));
  const index = ids.indexOf(id);
  const next = index === -1 ? undefined : ids[index + 1];
  const previous = index === -1 ? undefined : ids[index - 1];
  const go = (target: string | undefined) => target !== undefined && onShow(target);
  useShortcuts({ j: () => go(next), k: () => go(previous) }, { isInDialog: true });
  return (
    <Dialog
      isDrawer
      title={t.detail}
      onClose={onClose}
      actions={
        <>
          <Button look="bare" aria-label={t.previous} disabled={previous === undefined} onClick={() => go(previous)}>
            ↑
          </Button>
          <Button look="bare" aria-label={t.next} disabled={next === undefined} onClick={() => go(next)}>
            ↓
          </Button>
        </>
      }
    >
      <Loaded query={event}>{(data) => <Event event={data} onFilter={onFilter} />}</Loaded>
    </Dialog>
  );
}

function Event({ event, onFilter }: { event: EventDetail; onFilter: (term: string) => void }) {
  const { events: t, issue } = useMessages();
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-2">
        <SeverityText severity={event.severity} />
        <span className="grow" />
        {event.issueId !== null && (
          <Link to="/issues/$id" params={{ id: event.issueId }} search={{ event: event.id }} className={buttonClass()}>
            {t.toIssue}
          </Link>
        )}
        <TraceLink traceId={event.traceId} />
        <CopyButton text={JSON.stringify(event, null, 2)} label={t.copyJson} />
      </div>
      <Pre text={event.body} label={t.detail} />
      {event.isTimeSuspect && <p className="text-sm text-warn">{t.timeSuspect}</p>}
      {event.isCut && <p className="text-sm text-warn">{t.isCut}</p>}
      <EventFields event={event} onFilter={onFilter} />
      {event.exceptions.length > 0 && (
        <Part title={issue.exceptions}>
          <Exceptions exceptions={event.exceptions} />
        </Part>
      )}
      {event.stackText !== null && (
        <Part title={issue.stackText}>
          <Pre text={event.stackText} label={issue.stackText} />
        </Part>
      )}
      {event.request && (
        <Part title={t.request}>
          <ObjectFacts value={event.request} />
        </Part>
      )}
      {event.breadcrumbs.length > 0 && (
        <Part title={t.breadcrumbs}>
          <Breadcrumbs breadcrumbs={event.breadcrumbs} />
        </Part>
      )}
      {event.payload && (
        <Part title={t.payload}>
          <Pre text={JSON.stringify(event.payload, null, 2)} label={t.payload} />
        </Part>
      )}
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1 font-semibold">{title}</h3>
      {children}
    </section>
  );
}
