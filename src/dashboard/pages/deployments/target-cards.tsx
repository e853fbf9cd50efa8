import { useQuery } from '@tanstack/react-query';
import type { DeploymentTarget } from '../../../contracts/api/deployments.ts';
import { deployTargetsQuery } from '../../api/queries/deployments.ts';
import { Card, Section } from '../../components/card.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine, shortRevision, visibleText } from '../../visible-text.ts';
import { TrafficBar } from './traffic-bar.tsx';

/** What serves now, target by target. */
export function TargetCards() {
  const { deployments: t } = useMessages();
  const targets = useQuery(deployTargetsQuery);
  return (
    <Section title={t.targets} id="targets">
      <Loaded query={targets}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-sm text-muted">{t.noTargets}</p>
          ) : (
            <ul className="grid gap-3 md:grid-cols-2">
              {items.map((target) => (
                <li key={target.name} className="min-w-0">
                  <TargetCard target={target} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  );
}

function TargetCard({ target }: { target: DeploymentTarget }) {
  const { deployments: t } = useMessages();
  const { name, kind, service, traffic, pinnedTo, lastGood, problem } = target;
  return (
    <Card edge={problem !== null ? 'bad' : pinnedTo === null ? 'none' : 'warn'} className="h-full">
      <h3 className="flex flex-wrap items-baseline gap-x-2 font-semibold">
        {oneLine(name)} <span className="text-xs font-normal text-muted">{t.kind[kind]}</span>
      </h3>
      <p className="mb-2 text-xs text-muted">{oneLine(service)}</p>
      {problem !== null && <p className="mb-2 text-sm text-bad">{visibleText(problem)}</p>}
      {traffic.length === 0 ? (
        <p className="text-sm text-muted">{t.noSplit}</p>
      ) : (
        <TrafficBar label={t.split} shares={traffic} />
      )}
      {pinnedTo !== null && <p className="mt-2 text-sm text-warn">⚑ {t.pinned(shortRevision(pinnedTo))}</p>}
      <p className="mt-2 text-xs text-muted">
        {lastGood === null ? t.noLastGood : t.lastGood(shortRevision(lastGood))}
      </p>
    </Card>
  );
}
