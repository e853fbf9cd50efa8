import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { IssueIncident } from '../../../contracts/api/issues.ts';
import { incidentsQuery } from '../../api/queries/issues.ts';
import { Tag } from '../../components/badges.tsx';
import { Card, Section } from '../../components/card.tsx';
import { LoadedPages } from '../../components/loaded.tsx';
import { Ago, Exact } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine, shortRevision } from '../../visible-text.ts';

export function Incidents({ issueId }: { issueId: string }) {
  const { issue: t } = useMessages();
  const incidents = useInfiniteQuery(incidentsQuery(issueId));
  return (
    <Section title={t.incidents} id="incidents">
      <Card>
        <LoadedPages query={incidents} empty={<p className="text-muted">{t.noIncidents}</p>}>
          {(items) => (
            <ul>
              {items.map((incident) => (
                <Incident key={incident.id} incident={incident} />
              ))}
            </ul>
          )}
        </LoadedPages>
      </Card>
    </Section>
  );
}

/** One failure, with each record that was folded into it and why. */
function Incident({ incident }: { incident: IssueIncident }) {
  const { issue: t, overview } = useMessages();
  const formats = useFormats();
  return (
    <li className="border-b border-line py-2 text-sm last:border-b-0">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <Link to="/events" search={{ event: incident.eventId }} className="font-semibold text-info hover:underline">
          <Exact at={incident.from} />
        </Link>
        <span className="text-xs text-muted">
          <Ago at={incident.from} />
        </span>
        <Tag kind="endpoint" text={incident.endpoint} />
        {incident.revision !== null && (
          <span className="text-xs text-muted wrap-anywhere">
            {overview.revision} {shortRevision(incident.revision)}
          </span>
        )}
      </div>
      {incident.members.length > 1 ? (
        <details>
          <summary className="cursor-pointer text-xs text-muted">{t.entries(incident.entries)}</summary>
          <ul className="mt-1 border-l-2 border-line pl-3">
            {incident.members.map((member) => (
              <li key={member.eventId} className="py-1">
                <Link
                  to="/events"
                  search={{ event: member.eventId }}
                  className="font-mono text-xs wrap-anywhere hover:underline"
                >
                  {formats.precise(Date.parse(member.at))} {oneLine(member.body)}
                </Link>
                <p className="text-xs text-muted">
                  {t.foldedBy} {t.foldReason[member.foldedBy] ?? oneLine(member.foldedBy)}
                </p>
              </li>
            ))}
          </ul>
        </details>
      ) : (
        <p className="text-xs text-muted">{t.entries(incident.entries)}</p>
      )}
    </li>
  );
}
