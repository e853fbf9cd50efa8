import type { UsageUserDetail } from '../../../contracts/api/usage.ts';
import { Badge } from '../../components/badges.tsx';
import { Exact } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

/** Newest first; one that goes on says so, and has no end. */
export function Sessions({ sessions }: Pick<UsageUserDetail, 'sessions'>) {
  const { usage: t } = useMessages();
  const formats = useFormats();
  if (sessions.length === 0) return <p className="text-muted">{t.noSessions}</p>;
  const newestFirst = sessions.toSorted((a, b) => Date.parse(b.session_start) - Date.parse(a.session_start));
  return (
    <ul className="overflow-hidden rounded-lg border border-line bg-card">
      {newestFirst.map((session) => (
        <li
          key={session.id}
          className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 border-b border-line px-3 py-2 text-sm last:border-b-0"
        >
          <span className="grow basis-64">
            <Exact at={session.session_start} />
            {session.duration_seconds !== null && (
              <span className="font-semibold"> · {formats.duration(session.duration_seconds * 1000)}</span>
            )}
          </span>
          <span className="text-muted wrap-anywhere">
            {[session.service, session.user_agent, session.ip_address]
              .filter((part) => part !== null)
              .map(oneLine)
              .join(' · ')}
          </span>
          <span className="text-xs text-muted sm:w-40 sm:text-right">
            {session.session_end === null ? (
              <Badge tone="ok">{t.goesOn}</Badge>
            ) : (
              (t.endedBy[session.end_reason ?? ''] ?? oneLine(session.end_reason ?? ''))
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
