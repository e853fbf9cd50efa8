import { useFormats } from '../../language.tsx';

const QUARTERS = [0, 0.25, 0.5, 0.75] as const;

/** What the width of the tracks means. */
export function TimeScale({ durationMs }: { durationMs: number }) {
  const formats = useFormats();
  return (
    <div
      aria-hidden="true"
      className="grid border-b border-line px-3 py-1 text-xs text-muted sm:grid-cols-[minmax(0,20rem)_minmax(0,1fr)_5rem] sm:gap-x-3"
    >
      <span className="hidden sm:block" />
      <span className="grid grid-cols-4">
        {QUARTERS.map((part) => (
          <span key={part} className="border-l border-edge pl-1">
            {formats.duration(durationMs * part)}
          </span>
        ))}
      </span>
    </div>
  );
}
