import { useQuery } from '@tanstack/react-query';
import type { ProvidersReply } from '../../../contracts/api/analysis.ts';
import { providersQuery } from '../../api/queries/analysis.ts';
import { Section } from '../../components/card.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { ProviderCard } from './provider-card.tsx';

/** In the order in which they are asked. */
export function Providers() {
  const { analysis: t } = useMessages();
  const providers = useQuery(providersQuery);
  return (
    <Section title={t.providers} id="providers">
      <Loaded query={providers}>{(data) => <Found reply={data} />}</Loaded>
    </Section>
  );
}

function Found({ reply }: { reply: ProvidersReply }) {
  const { analysis: t } = useMessages();
  const formats = useFormats();
  const { providers, builtin, cache } = reply;
  const asked = cache.hits + cache.misses;
  const hasModel = providers.some(({ vendor }) => vendor !== 'builtin');
  return (
    <>
      {!hasModel && !builtin && <p className="mb-2 font-semibold text-bad">{t.nobody}</p>}
      {!hasModel && builtin && <p className="mb-2">{t.providersEmpty}</p>}
      {hasModel && <p className="mb-2 text-sm text-muted">{builtin ? t.builtinOn : t.builtinOff}</p>}
      {providers.length > 0 && (
        <ol className="grid gap-3 md:grid-cols-2 xl:grid-cols-3">
          {providers.map((provider) => (
            <li key={provider.name} className="min-w-0">
              <ProviderCard provider={provider} />
            </li>
          ))}
        </ol>
      )}
      <p className="mt-2 text-sm">
        {t.cache(formats.count(cache.entries), formats.count(cache.limit))} ·{' '}
        {asked === 0
          ? t.noHits
          : t.hits(formats.count(cache.hits), formats.count(asked), formats.percent(cache.hits / asked))}
      </p>
      <p className="text-xs text-muted">{t.thisNode}</p>
    </>
  );
}
