import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { UsageUserDetail } from '../../../contracts/api/usage.ts';
import { usageExportPath, usageUserQuery } from '../../api/queries/usage.ts';
import { AdminsOnly } from '../../components/admins-only.tsx';
import { buttonClass } from '../../components/button.tsx';
import { Card, PageHead, Section } from '../../components/card.tsx';
import { SelectField } from '../../components/fields.tsx';
import { Figure, Figures } from '../../components/figures.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';
import { EraseUser } from './erase-user.tsx';
import { Sessions } from './sessions.tsx';
import { UserErrors } from './user-errors.tsx';
import { UserFeatures } from './user-features.tsx';

const route = getRouteApi('/usage/users/$user');
const DEFAULT_HOURS = '168';

export function UsageUserPage() {
  const { usage: t } = useMessages();
  const { user } = route.useParams();
  return (
    <AdminsOnly title={t.title}>
      <Link to="/usage" search={{}} className="text-sm text-info hover:underline">
        ← {t.back}
      </Link>
      <User key={user} user={user} />
    </AdminsOnly>
  );
}

function User({ user }: { user: string }) {
  const { usage: t } = useMessages();
  const { hours: asked = DEFAULT_HOURS } = route.useSearch();
  const navigate = route.useNavigate();
  const hours = Object.hasOwn(t.periodsOfUser, asked) ? asked : DEFAULT_HOURS;
  const detail = useQuery(usageUserQuery(user, Number(hours)));
  return (
    <>
      <PageHead title={oneLine(user)}>
        <SelectField
          label={t.period}
          isLabelHidden
          value={hours}
          options={Object.entries(t.periodsOfUser)}
          onChoose={(value) =>
            void navigate({ search: (former) => ({ ...former, hours: value === DEFAULT_HOURS ? undefined : value }) })
          }
        />
      </PageHead>
      <p className="mb-3 text-sm text-muted">
        {t.looked}{' '}
        <Link to="/audit" search={{}} className="text-info underline">
          {t.toAudit}
        </Link>
      </p>
      <Loaded query={detail}>{(data) => <Detail detail={data} />}</Loaded>
      <div className="mt-6 flex flex-wrap items-center gap-2 border-t border-line pt-4 text-sm text-muted">
        {t.export}
        {(['json', 'csv'] as const).map((format) => (
          <a key={format} className={buttonClass()} href={usageExportPath(user, format)} download>
            {format.toUpperCase()}
          </a>
        ))}
        <span className="grow" />
        <EraseUser user={user} />
      </div>
    </>
  );
}

function Detail({ detail }: { detail: UsageUserDetail }) {
  const { usage: t } = useMessages();
  const formats = useFormats();
  return (
    <>
      <Card>
        <Figures>
          <Figure name={t.totalTime}>{t.minutes(formats.count(detail.totalMinutes))}</Figure>
          <Figure name={t.requests}>{formats.count(detail.requests)}</Figure>
          <Figure name={t.errors}>
            <span className={detail.errors > 0 ? 'text-bad' : ''}>{formats.count(detail.errors)}</span>
          </Figure>
          <Figure name={t.sessions}>{formats.count(detail.sessions.length)}</Figure>
        </Figures>
      </Card>
      <Section title={t.recentErrors} id="errors">
        <UserErrors errors={detail.recentErrors} />
      </Section>
      <Section title={t.sessions} id="sessions">
        <Sessions sessions={detail.sessions} />
      </Section>
      <Section title={t.features} id="features">
        <UserFeatures features={detail.features} />
      </Section>
    </>
  );
}
