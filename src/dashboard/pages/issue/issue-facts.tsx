import { Link } from '@tanstack/react-router';
import type { EventDetail } from '../../../contracts/api/events.ts';
import type { IssueDetail } from '../../../contracts/api/issues.ts';
import { SeverityText, Tag } from '../../components/badges.tsx';
import { Card } from '../../components/card.tsx';
import { Facts } from '../../components/facts.tsx';
import { placeOf } from '../../components/issue-row.tsx';
import { Ago, Exact } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';

export function IssueFacts({ issue, trust }: { issue: IssueDetail; trust: EventDetail['trust'] | null }) {
  const { issue: t, issues } = useMessages();
  const formats = useFormats();
  return (
    <Card>
      <h2 className="mb-2 font-semibold">{t.facts}</h2>
      <Facts
        rows={[
          [t.fact.state, <StateWords key="state" issue={issue} />],
          [t.fact.severity, <SeverityText key="severity" severity={issue.severity} />],
          [t.fact.signal, issue.signal],
          [
            t.fact.service,
            <Link
              key="service"
              to="/issues"
              search={{ project: issue.project, service: issue.service }}
              className="text-info hover:underline"
            >
              {issue.project} / {issue.service}
            </Link>,
          ],
          [t.fact.endpoint, issue.endpoint && <Tag key="endpoint" kind="endpoint" text={issue.endpoint} />],
          [t.fact.location, <Tag key="location" kind="file" text={placeOf(issue)} />],
          [
            t.fact.firstSeen,
            <span key="first">
              <Ago at={issue.firstSeen} />
              <span className="block text-xs text-muted">
                <Exact at={issue.firstSeen} />
              </span>
            </span>,
          ],
          [
            t.fact.lastSeen,
            <span key="last">
              <Ago at={issue.lastSeen} />
              <span className="block text-xs text-muted">
                <Exact at={issue.lastSeen} />
              </span>
            </span>,
          ],
          [t.fact.firstRevision, issue.firstRevision],
          [t.fact.lastRevision, issue.lastRevision],
          [t.fact.incidents, formats.count(issue.incidents)],
          [t.fact.events, formats.count(issue.events)],
          [t.fact.users, issue.users === 0 ? t.noUsers : formats.count(issue.users)],
          [t.fact.assignee, issue.assignee ?? issues.unassigned],
          [t.fact.trust, trust && t.trust[trust]],
        ]}
      />
    </Card>
  );
}

/** The state with what it means: until when it is ignored, in which revision it is resolved. */
function StateWords({ issue }: { issue: IssueDetail }) {
  const { issue: t, shared } = useMessages();
  const detail = issue.stateDetail;
  if (issue.state === 'resolved' && detail?.isNextRevision) return <>{t.resolvedInNext}</>;
  if (issue.state === 'resolved' && detail?.revision) return <>{t.resolvedIn(detail.revision)}</>;
  if (issue.state !== 'ignored' || !detail?.until) return <>{shared.issueState[issue.state]}</>;
  if (detail.until === 'count') return <>{t.ignoredUntil.count(detail.untilCount ?? 0)}</>;
  if (detail.until === 'until') {
    return (
      <>
        {t.ignoredUntil.until} <Exact at={detail.untilTime ?? null} />
      </>
    );
  }
  return <>{t.ignoredUntil[detail.until]}</>;
}
