import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { AlertDetail } from '../../../contracts/api/alerts.ts';
import { alertQuery } from '../../api/queries/alerts.ts';
import { AlertActions } from '../../components/alert/alert-actions.tsx';
import { AlertSeverityBadge, AlertStateBadge, SEVERITY_TONES } from '../../components/alert/alert-badges.tsx';
import { Badge } from '../../components/badges.tsx';
import { Card, Section } from '../../components/card.tsx';
import { Pre } from '../../components/code.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Exact } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';
import { AlertChanges } from './alert-changes.tsx';
import { AlertDeliveries } from './alert-deliveries.tsx';
import { AlertFacts } from './alert-facts.tsx';
import { AlertSeries } from './alert-series.tsx';

const route = getRouteApi('/alerts/$id');

export function AlertPage() {
  const { id } = route.useParams();
  const { alerts: t } = useMessages();
  const alert = useQuery(alertQuery(id));
  return (
    <>
      <title>{`${alert.data ? `${t.number(alert.data.number)} ${alert.data.type}` : t.title} · Guardian`}</title>
      <Link to="/alerts" search={{}} className="text-sm text-info hover:underline">
        ← {t.back}
      </Link>
      <Loaded query={alert}>{(data) => <Alert alert={data} />}</Loaded>
    </>
  );
}

function Alert({ alert }: { alert: AlertDetail }) {
  const { alerts: t, shared } = useMessages();
  const isOver = alert.state === 'resolved';
  const tone = isOver ? 'ok' : SEVERITY_TONES[alert.severity];
  return (
    <>
      <div className="mt-1 flex flex-wrap items-center gap-2 text-sm">
        <span className="text-muted">{t.number(alert.number)}</span>
        <AlertStateBadge state={alert.state} />
        <AlertSeverityBadge severity={alert.severity} />
        {alert.isArchived && <Badge tone="none">{t.archived}</Badge>}
      </div>
      <h1 className="mt-1 mb-3 text-xl font-semibold wrap-anywhere">{oneLine(alert.description)}</h1>
      <AlertActions alerts={[alert]} />
      <Card edge={tone} tint={tone} className="mt-3">
        <p>
          {alert.nextSend === null ? (
            t.noNextSend
          ) : (
            <>
              <span className="font-semibold">
                {t.nextSend}
                {shared.colon}
              </span>{' '}
              {oneLine(alert.nextSend)}
              {alert.nextSendAt !== null && (
                <span className="block text-sm text-muted">
                  <Exact at={alert.nextSendAt} />
                </span>
              )}
            </>
          )}
        </p>
      </Card>
      <div className="mt-4 grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="min-w-0">
          <Card>
            <AlertFacts alert={alert} />
          </Card>
          <AlertSeries alert={alert} />
          {alert.evidence !== null && Object.keys(alert.evidence).length > 0 && (
            <Section title={t.evidence} id="evidence">
              <Pre text={JSON.stringify(alert.evidence, null, 2)} label={t.evidence} />
            </Section>
          )}
        </div>
        <div className="min-w-0">
          <AlertChanges changes={alert.changes} />
          <AlertDeliveries alert={alert} />
        </div>
      </div>
    </>
  );
}
