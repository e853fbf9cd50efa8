import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AlertSummary } from '../../../contracts/api/alerts.ts';
import { type AlertSeverity, alertsQuery } from '../../api/queries/alerts.ts';
import { useMessages } from '../../language.tsx';
import { Section } from '../card.tsx';
import { Loaded } from '../loaded.tsx';
import { AlertRow } from './alert-row.tsx';

/** The rest stands on its own page. */
const SHOWN = 5;
/** Of so many of the newest, the gravest are shown. */
const LOOKED_AT = 100;
const GRAVITY: readonly AlertSeverity[] = ['critical', 'error', 'warning', 'info'];

/** Of all projects, whichever is looked at: what fires must not be hidden by a choice made elsewhere. */
function useFiring() {
  return useInfiniteQuery(alertsQuery({ state: 'firing', archived: 'false' }, LOOKED_AT));
}

/** How many alerts fire; 0 while it is not known. */
export function useFiringCount(): number {
  return useFiring().data?.pages[0]?.counts.firing ?? 0;
}

/** The alerts that fire, and how many more are acknowledged. Takes no room at all when none is unresolved. */
export function UnresolvedAlerts() {
  const { alerts: t } = useMessages();
  const query = useFiring();
  const page = query.data?.pages[0];
  // While it loads there is nothing to say yet; a failure is said.
  if (!query.isError && (!page || page.counts.firing + page.counts.acknowledged === 0)) return null;
  const firing = page?.counts.firing ?? 0;
  const acknowledged = page?.counts.acknowledged ?? 0;
  return (
    <div className="mb-6">
      <Section
        id="alerts"
        title={firing > 0 ? t.unresolved(firing) : t.title}
        aside={
          <span className="text-sm">
            {acknowledged > 0 && <span className="text-muted">{t.acknowledgedToo(acknowledged)} · </span>}
            <Link to="/alerts" search={{}} className="text-info underline">
              {t.allAlerts}
            </Link>
          </span>
        }
      >
        <Loaded query={query}>{({ pages }) => <Gravest alerts={pages[0]?.items ?? []} firing={firing} />}</Loaded>
      </Section>
    </div>
  );
}

function Gravest({ alerts, firing }: { alerts: readonly AlertSummary[]; firing: number }) {
  const { alerts: t } = useMessages();
  const shown = alerts.toSorted((a, b) => GRAVITY.indexOf(a.severity) - GRAVITY.indexOf(b.severity)).slice(0, SHOWN);
  if (shown.length === 0) return null;
  return (
    <>
      <ul className="overflow-hidden rounded-lg border border-l-4 border-line border-l-alarm bg-card">
        {shown.map((alert) => (
          <AlertRow key={alert.id} alert={alert} />
        ))}
      </ul>
      {firing > shown.length && <p className="mt-1 text-sm text-muted">{t.moreFire(firing - shown.length)}</p>}
    </>
  );
}
