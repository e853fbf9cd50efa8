import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { DeploymentDetail } from '../../../contracts/api/deployments.ts';
import { deploymentQuery } from '../../api/queries/deployments.ts';
import { Badge } from '../../components/badges.tsx';
import { Card, Section } from '../../components/card.tsx';
import { Pre } from '../../components/code.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Exact } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { usePerson } from '../../person.ts';
import { oneLine, shortRevision, visibleText } from '../../visible-text.ts';
import { DeploymentStateBadge, STATE_TONES } from '../deployments/deployment-state.tsx';
import { TrafficBar } from '../deployments/traffic-bar.tsx';
import { Commits, Difference } from './changes.tsx';
import { Checks } from './checks.tsx';
import { DeploymentActions } from './deployment-actions.tsx';
import { Steps } from './steps.tsx';
import { FixesInIt, Log, NewIssues } from './what-came.tsx';

const route = getRouteApi('/deployments/$id');
const UNDER_WAY: readonly DeploymentDetail['state'][] = ['running', 'holding', 'watching', 'rolling back'];

export function DeploymentPage() {
  const { id } = route.useParams();
  const { deployments: t } = useMessages();
  const deployment = useQuery(deploymentQuery(id));
  return (
    <>
      <Link to="/deployments" search={{}} className="text-sm text-info hover:underline">
        ← {t.back}
      </Link>
      <Loaded query={deployment}>{(data) => <Deployment deployment={data} />}</Loaded>
    </>
  );
}

/** How it stands and what can be done, then the numbers it was judged by, then what it brought. */
function Deployment({ deployment }: { deployment: DeploymentDetail }) {
  return (
    <>
      <Head deployment={deployment} />
      <div className="mt-4 grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="min-w-0">
          <Steps steps={deployment.steps} />
          <Checks checks={deployment.checks} />
          <NewIssues issues={deployment.newIssues} />
          <Difference difference={deployment.difference} />
          <Log log={deployment.log} />
        </div>
        <div className="min-w-0">
          <DeploymentFacts deployment={deployment} />
          <ByHand command={deployment.rollbackCommand} />
          <FixesInIt fixes={deployment.fixes} />
          <Commits deployment={deployment} />
        </div>
      </div>
    </>
  );
}

function Head({ deployment }: { deployment: DeploymentDetail }) {
  const { deployments: t } = useMessages();
  const { service, revision, previousRevision, state, traffic, reason } = deployment;
  // Once it is over, whatever came later may have the rest.
  const rest = UNDER_WAY.includes(state) && previousRevision !== null ? previousRevision : t.others;
  const shares = [
    { revision, percent: traffic },
    { revision: rest, percent: 100 - traffic },
  ];
  return (
    <>
      <title>{`${shortRevision(revision)} · Guardian`}</title>
      <div className="mt-1 flex flex-wrap items-center gap-2 text-sm">
        <DeploymentStateBadge state={state} />
        {deployment.isIrreversible && <Badge tone="warn">{t.irreversible}</Badge>}
        {state === 'watching' && deployment.watchedUntil !== null && (
          <span className="text-muted">
            {t.watchedUntil} <Exact at={deployment.watchedUntil} />
          </span>
        )}
      </div>
      <h1 className="mt-1 mb-2 text-xl font-semibold wrap-anywhere">
        {oneLine(service)} <span className="font-mono">{shortRevision(revision)}</span>
      </h1>
      <div className="mb-3 max-w-2xl">
        <TrafficBar label={t.split} shares={shares} />
      </div>
      {reason !== null && (
        <Card edge={STATE_TONES[state]} tint={STATE_TONES[state]} className="mb-3">
          {visibleText(reason)}
        </Card>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <DeploymentActions deployment={deployment} />
      </div>
    </>
  );
}

function ByHand({ command }: { command: string }) {
  const { deployments: t } = useMessages();
  return (
    <Section title={t.command} id="command" aside={<CopyButton text={command} />}>
      <p className="text-sm text-muted">{t.commandHint}</p>
      <Pre text={command} label={t.command} />
    </Section>
  );
}

function DeploymentFacts({ deployment }: { deployment: DeploymentDetail }) {
  const { deployments: t } = useMessages();
  const formats = useFormats();
  const person = usePerson();
  const { previousRevision, image, digest, endedAt, watchedUntil } = deployment;
  return (
    <Card>
      <h2 className="mb-2 font-semibold">{t.facts}</h2>
      <Facts>
        <Fact name={t.fact.service}>{oneLine(deployment.service)}</Fact>
        <Fact name={t.fact.target}>{oneLine(deployment.target)}</Fact>
        <Fact name={t.fact.revision}>{deployment.revision}</Fact>
        <Fact name={t.fact.previous}>{previousRevision ?? t.first}</Fact>
        <Fact name={t.fact.traffic}>{formats.percent(deployment.traffic / 100)}</Fact>
        <Fact name={t.fact.build}>{String(deployment.buildId)}</Fact>
        <Fact name={t.fact.image}>{image}</Fact>
        <Fact name={t.fact.digest}>{digest && <code className="text-xs">{oneLine(digest)}</code>}</Fact>
        <Fact name={t.fact.started}>
          <Exact at={deployment.startedAt} />
        </Fact>
        <Fact name={t.fact.ended}>{endedAt && <Exact at={endedAt} />}</Fact>
        <Fact name={t.fact.watched}>{watchedUntil && <Exact at={watchedUntil} />}</Fact>
        <Fact name={t.fact.by}>{person(deployment.by)}</Fact>
      </Facts>
    </Card>
  );
}
