import { getRouteApi, Link, Navigate } from '@tanstack/react-router';
import { PageHead } from '../../components/card.tsx';
import { useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';
import { ApiKeys } from './api-keys.tsx';
import { Projects } from './projects.tsx';
import { Users } from './users.tsx';

const route = getRouteApi('/settings');
const SECTIONS = { projects: Projects, keys: ApiKeys, users: Users } as const;
type SectionName = keyof typeof SECTIONS;
const NAMES = Object.keys(SECTIONS) as SectionName[];

export function SettingsPage() {
  const { settings: t, shared } = useMessages();
  const { section } = route.useSearch();
  const isAdmin = useMay('admin');
  // The audit log stood here once: its address may be in bookmarks.
  if (section === 'audit') return <Navigate to="/audit" search={{}} replace />;
  const name = NAMES.find((one) => one === section) ?? 'projects';
  const Shown = SECTIONS[name];
  // One that was opened by its address says who may see it.
  const offered = isAdmin ? NAMES : NAMES.filter((one) => one === 'projects' || one === name);
  const mayLook = isAdmin || name === 'projects';
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <PageHead title={t.title} />
      <nav aria-label={t.title} className="mb-4 flex flex-wrap gap-1 border-b border-line">
        {offered.map((one) => (
          <Link
            key={one}
            to="/settings"
            search={{ section: one }}
            aria-current={one === name ? 'page' : undefined}
            className={`-mb-px border-b-2 px-3 py-1.5 text-sm ${one === name ? 'border-info font-semibold' : 'border-transparent text-muted hover:text-ink'}`}
          >
            {t.sections[one]}
          </Link>
        ))}
      </nav>
      {mayLook ? <Shown /> : <p className="text-muted">{shared.adminOnly}</p>}
    </>
  );
}
