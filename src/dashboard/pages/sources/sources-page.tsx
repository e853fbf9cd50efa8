import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { SourceActivity } from '../../../contracts/api/overview.ts';
import { sourcesQuery } from '../../api/queries/overview.ts';
import { Badge } from '../../components/badges.tsx';
import { PageHead, Section, type Tone } from '../../components/card.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';
import { oneLine, visibleText } from '../../visible-text.ts';
import { Connect } from './connect.tsx';
import { IngestKeys } from './ingest-keys.tsx';

const route = getRouteApi('/sources');

export function SourcesPage() {
  const { sources: t } = useMessages();
  const { project } = route.useSearch();
  const sources = useQuery(sourcesQuery);
  const maySeeKeys = useMay('write');
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <PageHead title={t.title} />
      <Section title={t.activity} id="activity">
        <Loaded query={sources}>
          {({ items }) => (
            <Activity sources={items.filter((one) => project === undefined || one.project === project)} />
          )}
        </Loaded>
      </Section>
      <div className="mt-6">
        <Connect />
      </div>
      {maySeeKeys && <IngestKeys />}
    </>
  );
}

function Activity({ sources }: { sources: readonly SourceActivity[] }) {
  const { sources: t } = useMessages();
  if (sources.length === 0) return <p className="text-muted">{t.activityEmpty}</p>;
  return (
    <ul className="overflow-hidden rounded-lg border border-line bg-card">
      {sources.map((source) => (
        <SourceRow key={`${source.project} ${source.kind} ${source.name}`} source={source} />
      ))}
    </ul>
  );
}

const TONES: Record<SourceActivity['state'], Tone> = { receiving: 'ok', silent: 'info', never: 'none', failing: 'bad' };

/** What came, and, just as plainly, what was not let in and why. */
function SourceRow({ source }: { source: SourceActivity }) {
  const { sources: t } = useMessages();
  const formats = useFormats();
  return (
    <li className="border-b border-line px-3 py-2.5 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <span className="w-28 shrink-0">
          <Badge tone={TONES[source.state]}>{t.state[source.state]}</Badge>
        </span>
        <span className="min-w-32 grow basis-40">
          <span className="font-semibold wrap-anywhere">
            {source.kind}
            {source.name !== '' && source.name !== source.kind && ` · ${oneLine(source.name)}`}
          </span>
          <span className="block text-xs text-muted wrap-anywhere">{source.project}</span>
        </span>
        <span className="text-sm text-muted">
          {t.lastDay(formats.count(source.eventsLastDay))}
          <span className="block text-xs">
            {t.lastEvent} <Ago at={source.lastEventAt} />
          </span>
        </span>
      </div>
      {source.problem !== null && <p className="mt-1 text-sm text-bad wrap-anywhere">{visibleText(source.problem)}</p>}
      {source.dropped.length > 0 && (
        <p className="mt-1 text-sm text-warn">
          {t.dropped}:{' '}
          {source.dropped
            .map(({ reason, category, quantity }) => `${formats.count(quantity)} ${category} (${reason})`)
            .join(', ')}
        </p>
      )}
    </li>
  );
}
