import { Link } from '@tanstack/react-router';
import type { DeploymentSummary } from '../../../contracts/api/deployments.ts';
import { Badge } from '../../components/badges.tsx';
import { Ago, Exact } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { usePerson } from '../../person.ts';
import { oneLine, shortRevision, visibleText } from '../../visible-text.ts';
import { DeploymentStateBadge, STATE_TONES } from './deployment-state.tsx';

/** Whole class names, for the style sheet is made of the names that stand in the source. */
const DOTS = {
  none: 'border-edge bg-card',
  ok: 'border-ok bg-ok',
  warn: 'border-warn bg-warn',
  bad: 'border-alarm bg-alarm',
  info: 'border-info bg-info',
} as const;

/** One on the line of time: what went where, how far, and why it stopped if it did. */
export function DeploymentRow({ deployment }: { deployment: DeploymentSummary }) {
  const { deployments: t } = useMessages();
  const formats = useFormats();
  const person = usePerson();
  const { id, service, target, revision, previousRevision, state, reason } = deployment;
  return (
    <li data-row className="relative pb-3 pl-6 last:pb-0 focus-within:bg-raised hover:bg-raised">
      <span
        aria-hidden="true"
        className={`absolute top-2 -left-[7px] size-3 rounded-full border-2 ${DOTS[STATE_TONES[state]]}`}
      />
      <div className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
        <DeploymentStateBadge state={state} />
        <Link
          data-row-link
          to="/deployments/$id"
          params={{ id }}
          search={{}}
          className="min-w-0 font-semibold wrap-anywhere hover:underline"
        >
          {oneLine(service)} <span className="font-mono">{shortRevision(revision)}</span>
        </Link>
        <span className="text-sm">{t.traffic(formats.percent(deployment.traffic / 100))}</span>
        {deployment.isIrreversible && <Badge tone="warn">{t.irreversible}</Badge>}
      </div>
      {reason !== null && <p className="text-sm wrap-anywhere">{visibleText(reason)}</p>}
      <div className="flex flex-wrap gap-x-3 text-xs text-muted">
        <span>
          <Ago at={deployment.startedAt} /> {t.by(person(deployment.by))}
        </span>
        <span className="wrap-anywhere">{oneLine(target)}</span>
        <span>{t.build(deployment.buildId)}</span>
        <span>{t.commits(deployment.commits)}</span>
        <span className="wrap-anywhere">
          {previousRevision === null ? t.first : t.from(shortRevision(previousRevision))}
        </span>
        {state === 'watching' && deployment.watchedUntil !== null && (
          <span>
            {t.watchedUntil} <Exact at={deployment.watchedUntil} />
          </span>
        )}
      </div>
    </li>
  );
}
