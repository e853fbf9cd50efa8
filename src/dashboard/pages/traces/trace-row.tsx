import { Link } from '@tanstack/react-router';
import type { TraceSummary } from '../../../contracts/api/traces.ts';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

/** What began it, over which services, how long it took beside the others, and whether something failed. */
export function TraceRow({ trace, most }: { trace: TraceSummary; most: number }) {
  const { traces: t } = useMessages();
  const formats = useFormats();
  return (
    <li
      data-row
      className="flex flex-wrap items-center gap-x-4 gap-y-0.5 border-b border-line px-3 py-2 last:border-b-0 focus-within:bg-raised hover:bg-raised sm:grid sm:grid-cols-[minmax(0,1fr)_10rem_9rem]"
    >
      <span className="min-w-40 grow basis-64">
        <Link
          data-row-link
          to="/traces/$id"
          params={{ id: trace.id }}
          search={{}}
          className="line-clamp-2 font-semibold wrap-anywhere hover:underline"
        >
          {trace.root === null ? trace.id : oneLine(trace.root)}
        </Link>
        <span className="block text-xs text-muted wrap-anywhere">
          {trace.root === null && <span className="text-warn">{t.noRoot} · </span>}
          {formats.list(trace.services.map(oneLine))}
        </span>
      </span>
      <span className="w-40 text-sm sm:w-auto">
        <span className="font-semibold">{formats.duration(trace.durationMs)}</span>
        <span aria-hidden="true" className="mt-0.5 block h-1.5 rounded bg-raised">
          <span
            className={`block h-full rounded ${trace.errors > 0 ? 'bg-bad' : 'bg-info'}`}
            style={{ width: `${Math.max(1, (trace.durationMs / most) * 100)}%` }}
          />
        </span>
      </span>
      <span className="text-xs text-muted sm:text-right">
        {t.spans(trace.spans)}
        {trace.errors > 0 && <span className="font-semibold text-bad"> · {t.errors(trace.errors)}</span>}
        <span className="block">
          <Ago at={trace.start} />
        </span>
      </span>
    </li>
  );
}
