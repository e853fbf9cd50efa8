import { useFormats } from '../../language.tsx';
import { shortRevision } from '../../visible-text.ts';

interface Share {
  revision: string;
  percent: number;
}

/** Whole class names, for the style sheet is made of the names that stand in the source. */
const SHADES = ['bg-info', 'bg-warn', 'bg-ok', 'bg-edge'] as const;

/** Who gets which part of the traffic, as one bar with the numbers beside it. */
export function TrafficBar({ label, shares }: { label: string; shares: readonly Share[] }) {
  const formats = useFormats();
  const served = shares.filter(({ percent }) => percent > 0);
  return (
    <div className="text-sm">
      <div aria-hidden="true" className="flex h-2.5 gap-px overflow-hidden rounded bg-raised">
        {served.map(({ revision, percent }, index) => (
          <div key={revision} className={SHADES[index % SHADES.length]} style={{ width: `${percent}%` }} />
        ))}
      </div>
      <ul aria-label={label} className="mt-1 flex flex-wrap gap-x-4">
        {served.map(({ revision, percent }, index) => (
          <li key={revision} className="flex min-w-0 items-baseline gap-1.5">
            <span
              aria-hidden="true"
              className={`inline-block size-2.5 shrink-0 rounded-sm ${SHADES[index % SHADES.length]}`}
            />
            <span className="font-mono text-xs wrap-anywhere">{shortRevision(revision)}</span>
            <span className="font-semibold">{formats.percent(percent / 100)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
