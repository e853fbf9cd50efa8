import { Link } from '@tanstack/react-router';
import type { UsageUserDetail } from '../../../contracts/api/usage.ts';
import { Tag } from '../../components/badges.tsx';
import { Ago } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

/** What a person met, with the issue it belongs to where one is known. */
export function UserErrors({ errors }: { errors: UsageUserDetail['recentErrors'] }) {
  const { usage: t } = useMessages();
  if (errors.length === 0) return <p className="text-muted">{t.noRecentErrors}</p>;
  return (
    <ul className="overflow-hidden rounded-lg border border-line bg-card">
      {errors.map((error) => (
        <li
          key={error.id}
          className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 border-b border-line px-3 py-2 text-sm last:border-b-0"
        >
          <span className={error.error_code >= 500 ? 'font-semibold text-bad' : 'font-semibold text-warn'}>
            {error.error_code}
          </span>
          <span className="min-w-40 grow basis-64">
            <Tag kind="endpoint" text={`${error.method} ${error.endpoint}`} />
            <span className="block wrap-anywhere">
              <Tag kind="type" text={error.error_type} /> {oneLine(error.error_message)}
            </span>
          </span>
          {error.issue_id !== null && (
            <Link
              to="/issues/$id"
              params={{ id: error.issue_id }}
              search={{}}
              className="text-info whitespace-nowrap hover:underline"
            >
              {t.toIssue}
            </Link>
          )}
          <span className="text-xs text-muted wrap-anywhere">
            {oneLine(error.service)} · <Ago at={error.timestamp} />
          </span>
        </li>
      ))}
    </ul>
  );
}
