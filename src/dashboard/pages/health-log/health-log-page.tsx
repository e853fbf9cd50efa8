import { getRouteApi, Link } from '@tanstack/react-router';
import type { LogKind } from '../../api/queries/logs.ts';
import { UnresolvedAlerts } from '../../components/alert/unresolved-alerts.tsx';
import { EmptyState, PageHead } from '../../components/card.tsx';
import { SelectField } from '../../components/fields.tsx';
import { useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';
import { Cards } from './cards.tsx';
import { ChainGraph } from './chain-graph.tsx';
import { LogFilterBar } from './log-filter-bar.tsx';
import { LogList } from './log-list.tsx';
import { MoreStatistics, Statistics } from './statistics.tsx';

const route = getRouteApi('/health-log');
const KINDS = ['tasks', 'syncs'] as const satisfies readonly LogKind[];
const DEFAULT_HOURS = '24';

export function HealthLogPage() {
  const { healthLog: t } = useMessages();
  const isAdmin = useMay('admin');
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      {isAdmin ? (
        <HealthLog />
      ) : (
        <>
          <PageHead title={t.title} />
          <EmptyState title={t.adminOnly}>{t.adminOnlyHint}</EmptyState>
        </>
      )}
    </>
  );
}

/** Each part asks for itself: one that fails says so and leaves the others alone. */
function HealthLog() {
  const { healthLog: t } = useMessages();
  const { tab, hours: asked = DEFAULT_HOURS } = route.useSearch();
  const navigate = route.useNavigate();
  const kind = KINDS.find((one) => one === tab) ?? 'tasks';
  const hours = Object.hasOwn(t.periods, asked) ? asked : DEFAULT_HOURS;
  return (
    <>
      <PageHead title={t.title}>
        <SelectField
          label={t.period}
          isLabelHidden
          value={hours}
          options={Object.entries(t.periods)}
          onChoose={(value) =>
            void navigate({
              search: (former) => ({ ...former, hours: value === DEFAULT_HOURS ? undefined : value }),
            })
          }
        />
      </PageHead>
      <UnresolvedAlerts />
      <Cards hours={Number(hours)} />
      <nav aria-label={t.title} className="mt-6 mb-4 flex flex-wrap gap-1 border-b border-line">
        {KINDS.map((one) => (
          <Link
            key={one}
            to="/health-log"
            search={{ tab: one === 'tasks' ? undefined : one, hours: asked === DEFAULT_HOURS ? undefined : asked }}
            aria-current={one === kind ? 'page' : undefined}
            className={`-mb-px border-b-2 px-3 py-1.5 text-sm ${one === kind ? 'border-info font-semibold' : 'border-transparent text-muted hover:text-ink'}`}
          >
            {t.tabs[one]}
          </Link>
        ))}
      </nav>
      <Statistics kind={kind} hours={Number(hours)} />
      <div className="mt-6">
        <LogFilterBar kind={kind} />
        <LogList kind={kind} />
      </div>
      <MoreStatistics kind={kind} hours={Number(hours)} />
      {kind === 'tasks' && <ChainGraph />}
    </>
  );
}
