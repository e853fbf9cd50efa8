import type { ProvidersReply } from '../../../contracts/api/analysis.ts';
import { Badge } from '../../components/badges.tsx';
import { Card, type Tone } from '../../components/card.tsx';
import { Figure, Figures } from '../../components/figures.tsx';
import { Ago, Exact } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';

type Provider = ProvidersReply['providers'][number];

const TONES: Record<Provider['breaker']['state'], Tone> = { closed: 'ok', open: 'bad', 'half-open': 'warn' };

/** Whether it is asked now, how it did, and what that cost. */
export function ProviderCard({ provider }: { provider: Provider }) {
  const { analysis: t } = useMessages();
  const { name, vendor, model, breaker } = provider;
  const tone = TONES[breaker.state];
  return (
    <Card edge={tone} className="h-full">
      <h3 className="flex flex-wrap items-center gap-x-2 gap-y-1 font-semibold">
        {oneLine(name)} <Badge tone={tone}>{t.breaker[breaker.state]}</Badge>
      </h3>
      <p className="text-xs text-muted">
        {t.vendor[vendor]}
        {model !== null && <span className="font-mono"> {oneLine(model)}</span>}
      </p>
      {breaker.openUntil !== null && (
        <p className="mt-1 text-sm">
          {t.breakerUntil} <Exact at={breaker.openUntil} />
        </p>
      )}
      {breaker.failuresInARow > 0 && (
        <p className="mt-1 text-sm text-warn">{t.failuresInARow(breaker.failuresInARow)}</p>
      )}
      <LastError provider={provider} />
      <div className="mt-2">
        <Numbers provider={provider} />
      </div>
      <Price provider={provider} />
    </Card>
  );
}

function LastError({ provider: { lastError } }: { provider: Provider }) {
  const { analysis: t, shared } = useMessages();
  if (lastError === null) return null;
  return (
    <p className="mt-1 text-sm wrap-anywhere">
      {t.lastError}
      {shared.colon} <span className="text-bad">{t.errorType[lastError.type]}</span>{' '}
      <span className="text-xs text-muted">
        <Ago at={lastError.at} />
      </span>
      <span className="block font-mono text-xs text-muted">{visibleText(lastError.message)}</span>
    </p>
  );
}

function Numbers({ provider }: { provider: Provider }) {
  const { analysis: t } = useMessages();
  const formats = useFormats();
  const { calls, failures, p95Ms, promptTokens, completionTokens, costUsd } = provider;
  return (
    <Figures>
      <Figure name={t.calls}>{formats.count(calls)}</Figure>
      <Figure name={t.failures}>
        <span className={failures > 0 ? 'text-bad' : ''}>{formats.count(failures)}</span>
      </Figure>
      <Figure name={t.p95}>{p95Ms === null ? '–' : formats.duration(p95Ms)}</Figure>
      {provider.vendor !== 'builtin' && (
        <>
          <Figure name={t.tokens}>{t.tokensOf(formats.count(promptTokens), formats.count(completionTokens))}</Figure>
          <Figure name={t.cost}>
            {costUsd === null ? (
              <span className="font-normal text-muted">{t.costUnknown}</span>
            ) : (
              t.usd(formats.value(Math.round(costUsd * 1000) / 1000))
            )}
          </Figure>
        </>
      )}
    </Figures>
  );
}

/** A price never without its unit, where it is from and of which day. */
function Price({ provider: { price } }: { provider: Provider }) {
  const { analysis: t } = useMessages();
  const formats = useFormats();
  if (price === null) return null;
  return (
    <p className="mt-2 text-xs text-muted wrap-anywhere">
      {t.price(formats.value(price.promptUsdPerMillion), formats.value(price.completionUsdPerMillion))} (
      {t.priceFrom(oneLine(price.source), oneLine(price.date))})
    </p>
  );
}
