import { useId, useState } from 'react';
import type { Trace } from '../../../contracts/api/traces.ts';
import { Badge } from '../../components/badges.tsx';
import { ObjectFacts } from '../../components/facts.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';
import { placeOnTrack } from './place-on-track.ts';

type Span = Trace['spans'][number];

/** Deeper ones are not moved further: their names would have no room. */
const DEEPEST = 12;

interface SpanRowProps {
  span: Span;
  traceMs: number;
  /** The gaps, as the ground of the track. */
  stripes: string | undefined;
  color: string;
  /** How many log entries it wrote. */
  logs: number;
}

/** Name and track; a click or Enter opens its attributes. */
export function SpanRow({ span, traceMs, stripes, color, logs }: SpanRowProps) {
  const { traces: t } = useMessages();
  const formats = useFormats();
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const { left, width } = placeOnTrack(span.offsetMs, span.durationMs, traceMs);
  const hasFailed = span.status === 'error';
  return (
    <li data-row className="border-b border-line text-sm last:border-b-0 focus-within:bg-raised hover:bg-raised">
      <button
        type="button"
        data-row-link
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
        className="grid w-full cursor-pointer gap-y-1 px-3 py-1.5 text-left sm:grid-cols-[minmax(0,20rem)_minmax(0,1fr)_5rem] sm:items-center sm:gap-x-3"
      >
        <span className="min-w-0" style={{ paddingLeft: `${Math.min(span.depth, DEEPEST) * 0.75}rem` }}>
          <span className="font-semibold wrap-anywhere">{oneLine(span.name)}</span>{' '}
          {hasFailed && <Badge tone="bad">{t.failed}</Badge>} {span.isOrphan && <Badge tone="warn">{t.orphan}</Badge>}
          <span className="block text-xs text-muted wrap-anywhere">
            <span aria-hidden="true" className={`mr-1 inline-block size-2 rounded-sm ${color}`} />
            {oneLine(span.service)} · {t.kind[span.kind] ?? oneLine(span.kind)}
            {logs > 0 && ` · ${t.logsOfSpan(logs)}`}
          </span>
        </span>
        <span aria-hidden="true" className="relative block h-4 rounded-sm" style={{ background: stripes }}>
          <span
            className={`absolute top-0.5 h-3 rounded-sm ${hasFailed ? 'bg-bad' : color}`}
            style={{ left: `${left}%`, width: `${width}%` }}
          />
        </span>
        <span className="text-xs whitespace-nowrap sm:text-right">{formats.duration(span.durationMs)}</span>
      </button>
      <div id={id} hidden={!isOpen} className="px-3 pb-3">
        {isOpen && <Details span={span} />}
      </div>
    </li>
  );
}

function Details({ span }: { span: Span }) {
  const { traces: t } = useMessages();
  const formats = useFormats();
  return (
    <div className="border-t border-line pt-2">
      <p className="text-muted">
        {formats.precise(Date.parse(span.start))} · {t.starts} {formats.duration(span.offsetMs)}
      </p>
      {span.skewMs !== 0 && <p className="text-warn">{t.skew(formats.duration(Math.abs(span.skewMs)))}</p>}
      {span.isOrphan && <p className="text-warn">{t.orphanMeans}</p>}
      {Object.keys(span.attributes).length === 0 ? (
        <p className="text-muted">{t.noAttributes}</p>
      ) : (
        <ObjectFacts value={span.attributes} />
      )}
    </div>
  );
}
