import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type UsageUserRow, type UsageWindow, usageUsersQuery } from '../../api/queries/usage.ts';
import { Section } from '../../components/card.tsx';
import { LoadedPages } from '../../components/loaded.tsx';
import { SearchBox } from '../../components/search-box.tsx';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

const route = getRouteApi('/usage');

export function UserList({ window }: { window: UsageWindow }) {
  const { usage: t } = useMessages();
  const { text } = route.useSearch();
  const navigate = route.useNavigate();
  const users = useInfiniteQuery(usageUsersQuery({ ...window, text }));
  return (
    <Section title={t.users} id="users" aside={<span className="text-xs text-muted">{t.looked}</span>}>
      <div className="mb-2 flex">
        <SearchBox
          label={t.searchUsers}
          hint={t.searchUsersHint}
          value={text ?? ''}
          onSearch={(value) => void navigate({ search: (former) => ({ ...former, text: value || undefined }) })}
        />
      </div>
      <LoadedPages query={users} empty={<p className="text-muted">{text === undefined ? t.noUsers : t.noUserFound}</p>}>
        {(items) => (
          <ul className="overflow-hidden rounded-lg border border-line bg-card">
            {items.map((user) => (
              <UserRow key={user.email} user={user} />
            ))}
          </ul>
        )}
      </LoadedPages>
    </Section>
  );
}

function UserRow({ user }: { user: UsageUserRow }) {
  const { usage: t } = useMessages();
  const formats = useFormats();
  return (
    <li
      data-row
      className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 border-b border-line px-3 py-2 last:border-b-0 focus-within:bg-raised hover:bg-raised"
    >
      <span className="min-w-40 grow basis-64">
        <Link
          data-row-link
          to="/usage/users/$user"
          params={{ user: user.email }}
          search={{}}
          className="font-semibold wrap-anywhere hover:underline"
        >
          {oneLine(user.email)}
        </Link>
        <span className="block text-xs text-muted wrap-anywhere">{formats.list(user.features_used.map(oneLine))}</span>
      </span>
      <span className="flex flex-wrap gap-x-3 text-sm">
        <span className="whitespace-nowrap">{t.minutes(formats.count(user.total_time_minutes))}</span>
        <span className="whitespace-nowrap text-muted">{t.sessionsOf(user.sessions)}</span>
        <span className="whitespace-nowrap">{t.requestsOf(user.requests_count)}</span>
        {user.errors_count > 0 && <span className="whitespace-nowrap text-bad">{t.errorsOf(user.errors_count)}</span>}
      </span>
      <span className="text-xs text-muted sm:w-44 sm:text-right">
        {t.lastActive} <Ago at={user.lastActivity} />
      </span>
    </li>
  );
}
