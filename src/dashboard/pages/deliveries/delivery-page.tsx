import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type DeliveryDetail, deliveryQuery } from '../../api/queries/reports.ts';
import { Card, Section } from '../../components/card.tsx';
import { Pre } from '../../components/code.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { SandboxedFrame } from '../../components/sandboxed-frame.tsx';
import { Exact } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';
import { DeliveryBadge } from './delivery-badge.tsx';
import { occasionOf } from './occasion-of.ts';

const route = getRouteApi('/deliveries/$id');

export function DeliveryPage() {
  const { id } = route.useParams();
  const { deliveries: t } = useMessages();
  const delivery = useQuery(deliveryQuery(id));
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <Link to="/deliveries" search={{}} className="text-sm text-info hover:underline">
        ← {t.back}
      </Link>
      <Loaded query={delivery}>{(data) => <Delivery delivery={data} />}</Loaded>
    </>
  );
}

function Delivery({ delivery }: { delivery: DeliveryDetail }) {
  const { deliveries: t } = useMessages();
  const { kind, report } = occasionOf(delivery);
  const isSent = delivery.state === 'sent';
  const edge = isSent ? 'ok' : delivery.state === 'failed' ? 'bad' : delivery.state === 'stored' ? 'warn' : 'info';
  return (
    <>
      <div className="mt-1 mb-3 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1 className="text-xl font-semibold wrap-anywhere">{oneLine(delivery.subject)}</h1>
        <DeliveryBadge state={delivery.state} />
      </div>
      <Card edge={edge} tint={isSent ? 'none' : edge}>
        <p className="mb-2 font-semibold">{t.state[delivery.state]}</p>
        <Facts>
          <Fact name={t.fact.occasion}>
            {t.occasion[kind] ?? oneLine(delivery.occasion)}
            {report !== null && (
              <>
                {' · '}
                <Link to="/reports/$id" params={{ id: report }} search={{}} className="text-info underline">
                  {t.toReport}
                </Link>
              </>
            )}
          </Fact>
          <Fact name={t.fact.to}>{oneLine(delivery.recipient)}</Fact>
          <Fact name={t.fact.created}>
            <Exact at={delivery.createdAt} />
          </Fact>
          <Fact name={t.fact.sent}>{delivery.sentAt && <Exact at={delivery.sentAt} />}</Fact>
          <Fact name={t.fact.attempts}>{String(delivery.attempts)}</Fact>
          <Fact name={t.fact.nextAttempt}>{delivery.nextAttemptAt && <Exact at={delivery.nextAttemptAt} />}</Fact>
          <Fact name={t.fact.lastError}>{delivery.lastError}</Fact>
          <Fact name={t.fact.receipt}>{delivery.receipt}</Fact>
        </Facts>
      </Card>
      <Section title={t.html} id="html">
        {delivery.html === null ? (
          <p className="text-muted">{t.noHtml}</p>
        ) : (
          <SandboxedFrame title={t.html} html={delivery.html} />
        )}
      </Section>
      <Section title={t.text} id="text">
        <Pre text={delivery.text} label={t.text} isTall />
      </Section>
    </>
  );
}
