import { useFormats, useMessages } from '../language.tsx';

/** 24 bars, one for each hour, oldest first; the hours without anything are dots on the ground line. */
export function Sparkline({ counts, tone = 'bad' }: { counts: readonly number[]; tone?: 'bad' | 'muted' }) {
  const { shared } = useMessages();
  const formats = useFormats();
  const peak = Math.max(1, ...counts);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const label = shared.lastDay(formats.count(total), formats.count(Math.max(0, ...counts)));
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${counts.length * 4} 24`}
      preserveAspectRatio="none"
      className={`h-6 w-24 shrink-0 ${tone === 'bad' ? 'fill-bad' : 'fill-muted'}`}
    >
      <title>{label}</title>
      {counts.map((count, hour) => {
        const height = count === 0 ? 1 : Math.max(3, (count / peak) * 23);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: the place in the row is what a bar stands for
            key={hour}
            x={hour * 4}
            y={24 - height}
            width={3}
            height={height}
            className={count === 0 ? 'fill-line' : undefined}
          />
        );
      })}
    </svg>
  );
}
