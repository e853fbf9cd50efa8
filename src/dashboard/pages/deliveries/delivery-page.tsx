import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { DeliveryDetail } from '../../../contracts/api/notifications.ts';
import { deliveryQuery } from '../../api/queries/notifications.ts';
import { send } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { Card, Section } from '../../components/card.tsx';
import { Pre } from '../../components/code.tsx';
import { DELIVERY_TONES, DeliveryBadge } from '../../components/delivery-badge.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { SandboxedFrame } from '../../components/sandboxed-frame.tsx';
import { useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';
import { oneLine } from '../../visible-text.ts';
import { DeliveryFacts } from './delivery-facts.tsx';
import { Tries } from './tries.tsx';

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
  const tone = DELIVERY_TONES[delivery.state];
  return (
    <>
      <div className="mt-1 mb-3 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1 className="text-xl font-semibold wrap-anywhere">{oneLine(delivery.subject)}</h1>
        <DeliveryBadge state={delivery.state} />
      </div>
      <Card edge={tone} tint={delivery.state === 'sent' ? 'none' : tone}>
        <p className="mb-2 font-semibold">{t.state[delivery.state]}</p>
        <DeliveryFacts delivery={delivery} />
        <Resend delivery={delivery} />
      </Card>
      <Tries tries={delivery.tries} />
      <Section title={t.text} id="text">
        {delivery.text === '' ? (
          <p className="text-sm text-muted">{t.noText}</p>
        ) : (
          <Pre text={delivery.text} label={t.text} isTall />
        )}
      </Section>
      {delivery.html !== null && (
        <Section title={t.html} id="html">
          <SandboxedFrame title={t.html} html={delivery.html} />
        </Section>
      )}
    </>
  );
}

/** What was given up or was not to be sent; all others went out, or are on their way. */
const ENDED = new Set<DeliveryDetail['state']>(['dead', 'suppressed']);

function Resend({ delivery: { id, state } }: { delivery: DeliveryDetail }) {
  const { deliveries: t } = useMessages();
  const client = useQueryClient();
  const mayAct = useMay('write');
  const resend = useMutation({
    mutationFn: () => send(`/api/deliveries/${encodeURIComponent(id)}/resend`, { method: 'POST', body: {} }),
    onSettled: () => client.invalidateQueries({ queryKey: ['deliveries'] }),
  });
  if (!mayAct) return null;
  return (
    <div className="mt-3" role="status">
      {ENDED.has(state) && (
        <Button disabled={resend.isPending} onClick={() => resend.mutate()}>
          {t.resend}
        </Button>
      )}
      {resend.isSuccess && <p className="mt-1 text-sm text-ok">{t.resent}</p>}
      <FailedLine error={resend.error} />
    </div>
  );
}
