import type { RunStatusView } from '../../../contracts/api/jobs.ts';
import { useFormats, useMessages } from '../../language.tsx';
import { RUN_TONES } from './status-mark.tsx';

const FILLS = { none: 'fill-muted', ok: 'fill-ok', warn: 'fill-warn', bad: 'fill-bad', info: 'fill-info' } as const;
/** What went well is a low bar, what did not a high one: the picture is read without its colours, too. */
const HEIGHTS = { none: 4, ok: 8, warn: 14, bad: 20, info: 4 } as const;

/** The last runs as bars, the newest at the right. */
export function RecentRuns({ statuses }: { statuses: readonly RunStatusView[] }) {
  const { runs } = useMessages();
  const formats = useFormats();
  if (statuses.length === 0) return <span className="text-xs text-muted">{runs.noneYet}</span>;
  const counts = new Map<RunStatusView, number>();
  for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
  const label = runs.last(
    formats.list([...counts].map(([status, count]) => `${formats.count(count)} ${runs.status[status]}`)),
  );
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${statuses.length * 5} 20`} className="h-5 max-w-28 shrink-0">
      <title>{label}</title>
      {statuses.toReversed().map((status, index) => {
        const tone = RUN_TONES[status];
        const height = HEIGHTS[tone];
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: the place in the row is what a bar stands for
            key={index}
            x={index * 5}
            y={20 - height}
            width={4}
            height={height}
            className={FILLS[tone]}
          />
        );
      })}
    </svg>
  );
}
