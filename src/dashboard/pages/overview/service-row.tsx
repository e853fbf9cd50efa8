import { Link } from '@tanstack/react-router';
import type { Overview } from '../../../contracts/api/overview.ts';
import { StatusBadge } from '../../components/badges.tsx';
import { Sparkline } from '../../components/sparkline.tsx';
import { Ago } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine, shortRevision } from '../../visible-text.ts';

export function ServiceRow({ service }: { service: Overview['services'][number] }) {
  const { overview: t } = useMessages();
  const isCalm = service.status === 'OK' || service.status === 'silent';
  return (
    <li
      data-row
      className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-3 py-2.5 last:border-b-0 focus-within:bg-raised hover:bg-raised sm:grid sm:grid-cols-[8.5rem_minmax(0,1fr)_minmax(0,1fr)_6rem]"
    >
      <span className="w-full sm:w-auto">
        <StatusBadge status={service.status} />
      </span>
      <span className="min-w-32 grow basis-40">
        <Link
          data-row-link
          to="/issues"
          search={{ project: service.project, service: service.service }}
          className="font-semibold wrap-anywhere hover:underline"
        >
          {oneLine(service.service)}
        </Link>
        <span className="block text-xs text-muted wrap-anywhere">
          {oneLine(service.project)}
          {service.revision !== null && ` · ${t.revision} ${shortRevision(service.revision)}`}
        </span>
      </span>
      <span className="grow basis-40 text-sm text-muted">
        <span className={service.errorsLastHour > 0 ? 'text-ink' : ''}>{t.errorsLastHour(service.errorsLastHour)}</span>
        <span className="block text-xs">
          {t.openIssues(service.openIssues)} · {t.lastEvent} <Ago at={service.lastEventAt} />
        </span>
      </span>
      <Sparkline counts={service.lastDay} tone={isCalm ? 'muted' : 'bad'} />
    </li>
  );
}
