import type { UsageSummary } from '../../../contracts/api/usage.ts';
import { Card } from '../../components/card.tsx';
import { Figure, Figures } from '../../components/figures.tsx';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';

/** The totals, and whatever keeps them from being the whole truth. */
export function Numbers({ summary }: { summary: UsageSummary }) {
  const { usage: t, shared } = useMessages();
  const formats = useFormats();
  const { meta } = summary;
  const users = formats.count(summary.active_users);
  const hasDoubt =
    meta.usersSince !== null || meta.missingRecords > 0 || meta.isEstimated || meta.activeUsersAre !== 'exact';
  return (
    <Card>
      <Figures>
        <Figure name={t.activeUsers} hint={t.activeUsersAre[meta.activeUsersAre]}>
          {meta.activeUsersAre === 'exact' ? users : t.about(users)}
        </Figure>
        <Figure name={t.requests}>{formats.count(summary.total_requests)}</Figure>
        <Figure name={t.errors}>
          <span className={summary.total_errors > 0 ? 'text-bad' : ''}>{formats.count(summary.total_errors)}</span>
        </Figure>
        {summary.total_requests > 0 && (
          <Figure name={t.errorRate}>{formats.percent(summary.total_errors / summary.total_requests)}</Figure>
        )}
        <Figure name={t.anonymous} hint={t.anonymousMeans}>
          {formats.count(meta.anonymousRequests)}
        </Figure>
        <Figure name={t.lastRecord}>
          <Ago at={meta.lastRecordAt} />
        </Figure>
      </Figures>
      {hasDoubt && (
        <ul className="mt-3 border-t border-line pt-2 text-sm text-warn">
          {meta.activeUsersAre !== 'exact' && (
            <li>
              {t.activeUsers}
              {shared.colon} {t.activeUsersAre[meta.activeUsersAre]}.
            </li>
          )}
          {meta.usersSince !== null && <li>{t.usersSince(formats.exact(Date.parse(meta.usersSince)))}</li>}
          {meta.missingRecords > 0 && <li>{t.missing(meta.missingRecords)}</li>}
          {meta.isEstimated && <li>{t.estimated}</li>}
        </ul>
      )}
    </Card>
  );
}
