import type { Trace } from '../../../contracts/api/traces.ts';
import { useMessages } from '../../language.tsx';
import { stripesOf } from './place-on-track.ts';
import { SpanRow } from './span-row.tsx';
import { TimeScale } from './time-scale.tsx';

/** Whole class names, for the style sheet is made of the names that stand in the source. */
const COLORS = ['bg-info', 'bg-ok', 'bg-warn', 'bg-edge'] as const;

/** Each span on a track as long as the trace, in its order; the colour is that of its service, whose name stands beside it. */
export function Waterfall({ trace }: { trace: Trace }) {
  const { traces: t } = useMessages();
  const stripes = stripesOf(trace);
  const logs = Map.groupBy(trace.events, ({ spanId }) => spanId);
  const colorOf = (service: string) => COLORS[trace.services.indexOf(service) % COLORS.length] ?? COLORS[0];
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-card">
      <TimeScale durationMs={trace.durationMs} />
      <ul aria-label={t.waterfall}>
        {trace.spans.map((span) => (
          <SpanRow
            key={span.id}
            span={span}
            traceMs={trace.durationMs}
            stripes={stripes}
            color={colorOf(span.service)}
            logs={logs.get(span.id)?.length ?? 0}
          />
        ))}
      </ul>
    </div>
  );
}
