import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Trace } from '../../../contracts/api/traces.ts';
import { traceQuery } from '../../api/queries/traces.ts';
import { Card, PageHead, Section } from '../../components/card.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Figure, Figures } from '../../components/figures.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Exact } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';
import { Gaps } from './gaps.tsx';
import { TraceLogs } from './trace-logs.tsx';
import { Waterfall } from './waterfall.tsx';

const route = getRouteApi('/traces/$id');

export function TracePage() {
  const { id } = route.useParams();
  const { traces: t } = useMessages();
  const trace = useQuery(traceQuery(id));
  const root = trace.data?.spans.find(({ parent }) => parent === null);
  return (
    <>
      <title>{`${t.one(id.slice(0, 8))} · Guardian`}</title>
      <Link to="/traces" search={{}} className="text-sm text-info hover:underline">
        ← {t.back}
      </Link>
      <PageHead title={root ? oneLine(root.name) : t.one(oneLine(id.slice(0, 16)))} />
      <Loaded query={trace}>{(data) => <Whole trace={data} />}</Loaded>
    </>
  );
}

function Whole({ trace }: { trace: Trace }) {
  const { traces: t } = useMessages();
  const formats = useFormats();
  const failed = trace.spans.filter(({ status }) => status === 'error').length;
  return (
    <>
      <Card edge={failed > 0 ? 'bad' : 'none'}>
        <Figures>
          <Figure name={t.duration}>{formats.duration(trace.durationMs)}</Figure>
          <Figure name={t.spansName}>
            {formats.count(trace.spans.length)}
            {failed > 0 && <span className="text-bad"> ({t.errors(failed)})</span>}
          </Figure>
          <Figure name={t.start}>
            <Exact at={trace.start} />
          </Figure>
        </Figures>
        <p className="mt-2 text-sm wrap-anywhere">
          <span className="text-muted">{t.services}</span> {formats.list(trace.services.map(oneLine))}
        </p>
        <p className="mt-1 flex flex-wrap items-center gap-2 text-sm">
          <span className="text-muted">{t.id}</span>
          <code className="text-xs wrap-anywhere">{oneLine(trace.id)}</code>
          <CopyButton look="bare" text={trace.id} />
        </p>
        {trace.isCut && <p className="text-sm text-warn">{t.isCut}</p>}
        <Skew trace={trace} />
      </Card>
      <Section title={t.waterfall} id="waterfall">
        {trace.spans.length === 0 ? (
          <p className="text-muted">{t.noSpans}</p>
        ) : (
          <>
            <Gaps gaps={trace.gaps} />
            <Waterfall trace={trace} />
          </>
        )}
      </Section>
      <TraceLogs trace={trace} />
    </>
  );
}

/** Clocks that differ are said, for the bars below stand where they were moved to. */
function Skew({ trace }: { trace: Trace }) {
  const { traces: t } = useMessages();
  const formats = useFormats();
  const skewed = [...new Set(trace.spans.filter(({ skewMs }) => skewMs !== 0).map(({ service }) => service))];
  if (skewed.length === 0) return null;
  return <p className="text-sm text-warn wrap-anywhere">{t.skewed(formats.list(skewed.map(oneLine)))}</p>;
}
