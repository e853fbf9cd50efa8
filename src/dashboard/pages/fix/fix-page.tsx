import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { FixDetail } from '../../../contracts/api/fixes.ts';
import { fixQuery } from '../../api/queries/fixes.ts';
import { Card } from '../../components/card.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';
import { FixStateBadge } from '../fixes/fix-state.tsx';
import { AgentRun } from './agent-run.tsx';
import { Fixability, FixFacts } from './fix-facts.tsx';
import { FixHistory } from './fix-history.tsx';
import { ReplyActions } from './reply-actions.tsx';
import { Verification } from './verification.tsx';

const route = getRouteApi('/fixes/$id');

export function FixPage() {
  const { id } = route.useParams();
  const { fixes: t } = useMessages();
  const fix = useQuery(fixQuery(id));
  return (
    <>
      <Link to="/fixes" search={{}} className="text-sm text-info hover:underline">
        ← {t.back}
      </Link>
      <Loaded query={fix}>{(data) => <Fix fix={data} />}</Loaded>
    </>
  );
}

/** Whether it holds first, then what the agent did, then who has it and why so much was asked of it. */
function Fix({ fix }: { fix: FixDetail }) {
  const { fixes: t } = useMessages();
  return (
    <>
      <title>{`${t.title} ${fix.issue.shortId} · Guardian`}</title>
      <div className="mt-1 flex flex-wrap items-center gap-2 text-sm">
        <span className="text-muted">{fix.issue.shortId}</span>
        <FixStateBadge state={fix.state} />
        <span className="text-muted">
          {t.to(oneLine(fix.agent))} {t.way[fix.way]}
        </span>
      </div>
      <h1 className="mt-1 mb-3 text-xl font-semibold wrap-anywhere">{oneLine(fix.issue.title)}</h1>
      {fix.problem !== null && (
        <Card edge="warn" tint="warn" className="mb-3">
          {visibleText(fix.problem)}
        </Card>
      )}
      <ReplyActions fix={fix} />
      <div className="mt-4 grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="min-w-0">
          <Verification fix={fix} />
          {fix.run !== null && <AgentRun run={fix.run} />}
          <FixHistory history={fix.history} />
        </div>
        <div className="min-w-0">
          <FixFacts fix={fix} />
          <Fixability fix={fix} />
        </div>
      </div>
    </>
  );
}
