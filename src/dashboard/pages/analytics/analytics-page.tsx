import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Analytics } from '../../../contracts/api/analytics.ts';
import { type AnalyticsBy, analyticsQuery } from '../../api/queries/analytics.ts';
import { buttonClass } from '../../components/button.tsx';
import { EmptyState, PageHead } from '../../components/card.tsx';
import { SelectField } from '../../components/fields.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { PeriodField } from '../../components/period-field.tsx';
import { useMessages } from '../../language.tsx';
import { lastOf } from '../../period.ts';
import { LiveStrip } from './live-strip.tsx';
import { Narrowed } from './narrowed.tsx';
import { Rows } from './rows.tsx';
import { SlowOperations } from './slow-operations.tsx';
import { Templates } from './templates.tsx';
import { Volume } from './volume.tsx';

const route = getRouteApi('/analytics');
const BY = ['service', 'logger', 'agent', 'category'] as const satisfies readonly AnalyticsBy[];

export function AnalyticsPage() {
  const { analytics: t } = useMessages();
  const { range, by: asked, project, service, logger, agent, category } = route.useSearch();
  const navigate = route.useNavigate();
  const by = BY.find((one) => one === asked) ?? 'service';
  const analytics = useQuery(analyticsQuery({ by, project, service, logger, agent, category }, lastOf(range)));
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <PageHead title={t.title} />
      <LiveStrip />
      <div className="my-4 grid grid-cols-2 gap-2 sm:flex sm:*:min-w-40">
        <PeriodField
          value={range}
          onChoose={(name) => void navigate({ search: (former) => ({ ...former, range: name }) })}
        />
        <SelectField
          label={t.by}
          value={by}
          options={BY.map((one) => [one, t.byWhat[one]] as const)}
          onChoose={(one) =>
            void navigate({ search: (former) => ({ ...former, by: one === 'service' ? undefined : one }) })
          }
        />
      </div>
      <Narrowed />
      <Loaded query={analytics}>{(data) => <Answer analytics={data} by={by} service={service} />}</Loaded>
    </>
  );
}

interface AnswerProps {
  analytics: Analytics;
  by: AnalyticsBy;
  service: string | undefined;
}

function Answer({ analytics, by, service }: AnswerProps) {
  const { analytics: t } = useMessages();
  if (!analytics.volume.some(({ events, dropped }) => events + dropped > 0) && analytics.slowOperations.length === 0)
    return (
      <EmptyState title={t.emptyTitle}>
        <p>{t.emptyText}</p>
        <Link to="/sources" search={{}} className={`${buttonClass()} mt-3`}>
          {t.emptyAction}
        </Link>
      </EmptyState>
    );
  return (
    <>
      <Volume analytics={analytics} service={service} />
      <Rows rows={analytics.rows} by={by} />
      <Templates templates={analytics.templates} />
      <SlowOperations operations={analytics.slowOperations} />
    </>
  );
}
