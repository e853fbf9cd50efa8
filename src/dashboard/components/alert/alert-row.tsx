import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AlertSummary } from '../../../contracts/api/alerts.ts';
import { useMessages } from '../../language.tsx';
import { usePerson } from '../../person.ts';
import { oneLine } from '../../visible-text.ts';
import { Badge } from '../badges.tsx';
import { Ago } from '../time.tsx';
import { AlertSeverityBadge } from './alert-badges.tsx';

/** One alert in a list: what, where, how bad, since when, and when somebody hears of it next. */
export function AlertRow({ alert, before }: { alert: AlertSummary; before?: ReactNode }) {
  const { alerts: t, shared } = useMessages();
  const person = usePerson();
  return (
    <li
      data-row
      className="flex items-start gap-3 border-b border-line px-3 py-2.5 last:border-b-0 focus-within:bg-raised hover:bg-raised"
    >
      {before}
      <div className="min-w-0 grow">
        <div className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
          <AlertSeverityBadge severity={alert.severity} />
          <Link
            data-row-link
            to="/alerts/$id"
            params={{ id: alert.id }}
            search={{}}
            className="line-clamp-2 min-w-0 font-semibold wrap-anywhere hover:underline"
          >
            {oneLine(alert.description)}
          </Link>
          {alert.isArchived && <Badge tone="none">{t.archived}</Badge>}
        </div>
        <div className="mt-0.5 flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-muted">
          <span>{t.number(alert.number)}</span>
          <span className="font-mono wrap-anywhere">{oneLine(alert.type)}</span>
          <span className="wrap-anywhere">{oneLine(alert.subject.name)}</span>
          {alert.project !== null && <span className="wrap-anywhere">{oneLine(alert.project)}</span>}
          {alert.valueText !== null && (
            <span className="text-ink">
              {oneLine(alert.valueText)}
              {alert.threshold !== null && ` (${t.limit(oneLine(alert.threshold))})`}
            </span>
          )}
        </div>
        <div className="mt-0.5 flex flex-wrap gap-x-3 text-xs text-muted">
          {alert.resolvedAt === null ? (
            <span>
              {t.firingSince} <Ago at={alert.firingSince} />
            </span>
          ) : (
            <span>
              {t.resolvedAgo} <Ago at={alert.resolvedAt} />
              {alert.resolvedBy !== null && ` ${t.by(person(alert.resolvedBy))}`}
            </span>
          )}
          {alert.acknowledgedBy !== null && alert.state === 'acknowledged' && (
            <span>
              {t.state.acknowledged} {t.by(person(alert.acknowledgedBy))}
            </span>
          )}
          {alert.nextSend !== null && (
            <span className="wrap-anywhere">
              {t.nextSend}
              {shared.colon} {oneLine(alert.nextSend)}
            </span>
          )}
        </div>
      </div>
    </li>
  );
}
