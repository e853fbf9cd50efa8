import { Link } from '@tanstack/react-router';
import type { EventDetail } from '../../../contracts/api/events.ts';
import type { IssueDetail } from '../../../contracts/api/issues.ts';
import { SeverityText, Tag } from '../../components/badges.tsx';
import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { placeOf } from '../../components/issue-row.tsx';
import { Ago, Exact } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine, shortRevision } from '../../visible-text.ts';

export function IssueFacts({ issue, trust }: { issue: IssueDetail; trust: EventDetail['trust'] | null }) {
  const { issue: t, issues } = useMessages();
  const formats = useFormats();
  const place = placeOf(issue);
  return (
    <Card>
      <h2 className="mb-2 font-semibold">{t.facts}</h2>
      <Facts>
        <Fact name={t.fact.state}>
          <StateWords issue={issue} />
        </Fact>
        <Fact name={t.fact.severity}>
          <SeverityText severity={issue.severity} />
        </Fact>
        <Fact name={t.fact.signal}>{issue.signal}</Fact>
        <Fact name={t.fact.service}>
          <Link
            to="/issues"
            search={{ project: issue.project, service: issue.service }}
            className="text-info hover:underline"
          >
            {oneLine(issue.project)} / {oneLine(issue.service)}
          </Link>
        </Fact>
        <Fact name={t.fact.endpoint}>{issue.endpoint && <Tag kind="endpoint" text={issue.endpoint} />}</Fact>
        <Fact name={t.fact.location}>{place && <Tag kind="file" text={place} />}</Fact>
        <Fact name={t.fact.firstSeen}>
          <Seen at={issue.firstSeen} />
        </Fact>
        <Fact name={t.fact.lastSeen}>
          <Seen at={issue.lastSeen} />
          {issue.quietDays !== null && <span className="block text-xs text-muted">{t.quiet(issue.quietDays)}</span>}
        </Fact>
        <Fact name={t.fact.firstRevision}>{issue.firstRevision && shortRevision(issue.firstRevision)}</Fact>
        <Fact name={t.fact.lastRevision}>{issue.lastRevision && shortRevision(issue.lastRevision)}</Fact>
        <Fact name={t.fact.incidents}>{formats.count(issue.incidents)}</Fact>
        <Fact name={t.fact.events}>{formats.count(issue.events)}</Fact>
        <Fact name={t.fact.users}>{issue.users === 0 ? t.noUsers : formats.count(issue.users)}</Fact>
        <Fact name={t.fact.assignee}>{issue.assignee ?? issues.unassigned}</Fact>
        <Fact name={t.fact.trust}>{trust && t.trust[trust]}</Fact>
      </Facts>
    </Card>
  );
}

function Seen({ at }: { at: string }) {
  return (
    <>
      <Ago at={at} />
      <span className="block text-xs text-muted">
        <Exact at={at} />
      </span>
    </>
  );
}

/** The state with what it means: until when it is ignored, in which revision it is resolved. */
function StateWords({ issue }: { issue: IssueDetail }) {
  const { issue: t, shared } = useMessages();
  const detail = issue.stateDetail;
  if (issue.state === 'resolved' && detail?.isNextRevision) return t.resolvedInNext;
  if (issue.state === 'resolved' && detail?.revision) return t.resolvedIn(oneLine(detail.revision));
  if (issue.state !== 'ignored' || !detail?.until) return shared.issueState[issue.state];
  if (detail.until === 'count') return t.ignoredUntil.count(detail.untilCount ?? 0);
  if (detail.until !== 'until') return t.ignoredUntil[detail.until];
  return (
    <>
      {t.ignoredUntil.until} <Exact at={detail.untilTime ?? null} />
    </>
  );
}
