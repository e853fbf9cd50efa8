import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { IssueDetail } from '../../../contracts/api/issues.ts';
import { eventQuery } from '../../api/queries/events.ts';
import { issueQuery } from '../../api/queries/issues.ts';
import { getText } from '../../api/request.ts';
import { Badge, StateBadge } from '../../components/badges.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { IssueActions } from '../../components/issue-actions/issue-actions.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useShortcuts } from '../../keyboard/shortcuts.ts';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';
import { EventEvidence } from './event-evidence.tsx';
import { Evidence } from './evidence.tsx';
import { Explanation } from './explanation.tsx';
import { Feedback } from './feedback.tsx';
import { FixesOfIssue } from './fixes-of-issue.tsx';
import { HandToAgent } from './hand-to-agent.tsx';
import { History } from './history.tsx';
import { Incidents } from './incidents.tsx';
import { IssueFacts } from './issue-facts.tsx';
import { OverTime } from './over-time.tsx';
import { Similar } from './similar.tsx';
import { Why } from './why.tsx';

const route = getRouteApi('/issues/$id');
const COPY_ID = 'copy-markdown';

export function IssuePage() {
  const { id } = route.useParams();
  const { issue: t } = useMessages();
  const issue = useQuery(issueQuery(id));
  return (
    <>
      <Link to="/issues" search={{}} className="text-sm text-info hover:underline">
        ← {t.back}
      </Link>
      <Loaded query={issue}>{(data) => <Issue issue={data} />}</Loaded>
    </>
  );
}

/** What it is and what can be done, then where to look, then everything that is known. */
function Issue({ issue }: { issue: IssueDetail }) {
  const { event: chosen } = route.useSearch();
  const event = useQuery(eventQuery(chosen ?? issue.latestEventId));
  return (
    <>
      <Head issue={issue} />
      <div className="mt-4 grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem] xl:grid-rows-[auto_1fr]">
        <IssueFacts issue={issue} trust={event.data?.trust ?? null} />
        <div className="min-w-0 xl:col-start-1 xl:row-span-2 xl:row-start-1">
          <Explanation issueId={issue.id} />
          <Evidence issueId={issue.id} />
          <Loaded query={event}>{(data) => <EventEvidence event={data} />}</Loaded>
          <Feedback issueId={issue.id} />
          <OverTime issue={issue} />
          <Incidents issueId={issue.id} />
        </div>
        <div className="min-w-0">
          <FixesOfIssue issueId={issue.id} />
          <History issueId={issue.id} />
          <Similar issue={issue} />
        </div>
      </div>
      <div className="mt-6">
        <Why issue={issue} />
      </div>
    </>
  );
}

function Head({ issue }: { issue: IssueDetail }) {
  const { issue: t, issues } = useMessages();
  useShortcuts({ c: () => document.getElementById(COPY_ID)?.click() });
  const handOff = () =>
    getText(`/api/issues/${encodeURIComponent(issue.id)}/hand-off?format=markdown`, 'text/markdown');
  return (
    <>
      <title>{`${issue.shortId} · Guardian`}</title>
      <div className="mt-1 flex flex-wrap items-center gap-2 text-sm">
        <span className="text-muted">{issue.shortId}</span>
        <StateBadge state={issue.state} />
        {issue.isNew && <Badge tone="bad">{issues.isNew}</Badge>}
        {issue.signal && <Badge tone="bad">{issue.signal}</Badge>}
      </div>
      <h1 className="mt-1 mb-3 text-xl font-semibold wrap-anywhere">{oneLine(issue.title)}</h1>
      <div className="flex flex-wrap gap-2">
        <IssueActions ids={[issue.id]} nameOf={() => issue.shortId} isReopenOffered={issue.state !== 'open'} />
        <CopyButton id={COPY_ID} look="main" text={handOff} label={t.copyMarkdown} title={t.copyMarkdownHint} />
        <HandToAgent issue={issue} />
      </div>
      {issue.mergedInto !== null && (
        <p className="mt-2 text-sm">
          <Link to="/issues/$id" params={{ id: issue.mergedInto }} search={{}} className="text-info underline">
            {t.mergedInto}
          </Link>
        </p>
      )}
    </>
  );
}
