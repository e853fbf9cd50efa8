import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { UsageSummary } from '../../../contracts/api/usage.ts';
import { type UsageWindow, usageSummaryQuery } from '../../api/queries/usage.ts';
import { AdminsOnly } from '../../components/admins-only.tsx';
import { Card, PageHead, Section } from '../../components/card.tsx';
import { SelectField } from '../../components/fields.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { ServiceField } from '../../components/service-field.tsx';
import { useMessages } from '../../language.tsx';
import { ErrorBreakdown, TopFeatures } from './breakdowns.tsx';
import { MakeReport } from './make-report.tsx';
import { NoUsage } from './no-usage.tsx';
import { Numbers } from './numbers.tsx';
import { Timeline } from './timeline.tsx';
import { UserList } from './user-list.tsx';

const route = getRouteApi('/usage');
const DEFAULT_HOURS = '24';

export function UsagePage() {
  const { usage: t } = useMessages();
  return (
    <AdminsOnly title={t.title}>
      <Usage />
    </AdminsOnly>
  );
}

/** Each part asks for itself: one that fails says so and leaves the others alone. */
function Usage() {
  const { usage: t } = useMessages();
  const { hours: asked = DEFAULT_HOURS, service } = route.useSearch();
  const navigate = route.useNavigate();
  const hours = Object.hasOwn(t.periods, asked) ? asked : DEFAULT_HOURS;
  const window = { hours: Number(hours), service };
  const summary = useQuery(usageSummaryQuery(window));
  const set = (change: { hours?: string | undefined; service?: string | undefined }) =>
    void navigate({ search: (former) => ({ ...former, ...change }) });
  return (
    <>
      <PageHead title={t.title}>
        <MakeReport />
      </PageHead>
      <div className="mb-4 grid grid-cols-2 gap-2 sm:flex sm:*:min-w-40">
        <SelectField
          label={t.period}
          value={hours}
          options={Object.entries(t.periods)}
          onChoose={(value) => set({ hours: value === DEFAULT_HOURS ? undefined : value })}
        />
        <ServiceField value={service} onChoose={(one) => set({ service: one })} />
      </div>
      <Loaded query={summary}>{(data) => <Answer summary={data} window={window} />}</Loaded>
    </>
  );
}

function Answer({ summary, window }: { summary: UsageSummary; window: UsageWindow }) {
  const { usage: t } = useMessages();
  if (summary.total_requests === 0 && summary.active_users === 0) return <NoUsage meta={summary.meta} />;
  return (
    <>
      <Section title={t.inNumbers} id="numbers">
        <Numbers summary={summary} />
      </Section>
      <Section title={t.timeline} id="timeline">
        <Timeline window={window} />
      </Section>
      <div className="mt-6 grid items-start gap-3 lg:grid-cols-2">
        <Card>
          <TopFeatures features={summary.top_features} />
        </Card>
        <Card>
          <ErrorBreakdown breakdown={summary.error_breakdown} />
        </Card>
      </div>
      <UserList window={window} />
    </>
  );
}
