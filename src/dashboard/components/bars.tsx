import type { ReactNode } from 'react';
import { useFormats } from '../language.tsx';

export interface Bar {
  key: string;
  name: ReactNode;
  count: number;
  tone?: 'info' | 'warn' | 'bad' | 'ok';
}

/** Whole class names, for the style sheet is made of the names that stand in the source. */
const TONES = { info: 'bg-info', warn: 'bg-warn', bad: 'bg-bad', ok: 'bg-ok' } as const;

/** Named counts, each with a bar as long as its part of the greatest. */
export function Bars({ label, bars }: { label: string; bars: readonly Bar[] }) {
  const formats = useFormats();
  const most = Math.max(1, ...bars.map(({ count }) => count));
  return (
    <ul aria-label={label} className="flex flex-col gap-2 text-sm">
      {bars.map(({ key, name, count, tone = 'info' }) => (
        <li key={key}>
          <div className="flex items-baseline gap-x-2">
            <span className="min-w-0 grow wrap-anywhere">{name}</span>
            <span className="font-semibold">{formats.count(count)}</span>
          </div>
          <div aria-hidden="true" className="mt-0.5 h-1.5 rounded bg-raised">
            <div
              className={`h-full rounded ${TONES[tone]}`}
              style={{ width: `${Math.max(1, (count / most) * 100)}%` }}
            />
          </div>
        </li>
      ))}
    </ul>
  );
}
