import { useNow } from '../clock.ts';
import { useFormats, useMessages } from '../language.tsx';
import { useLiveStatus } from '../live/use-live.ts';

const DOTS = { connecting: 'bg-muted', live: 'bg-ok', lost: 'bg-alarm', refused: 'bg-muted' } as const;

export function LiveIndicator() {
  const { shell } = useMessages();
  const { state } = useLiveStatus();
  return (
    <span role="status" className="flex items-center gap-1.5 text-xs whitespace-nowrap text-muted">
      <span aria-hidden="true" className={`inline-block size-2 rounded-full ${DOTS[state]}`} />
      {shell.live[state]}
    </span>
  );
}

/** Figures that cannot be renewed say so, and how old they are. */
export function ConnectionBanner() {
  const { shell } = useMessages();
  const formats = useFormats();
  const now = useNow();
  const { state, heardAt } = useLiveStatus();
  if (state !== 'lost') return null;
  return (
    <p role="alert" className="sticky top-12 z-10 border-b border-warn bg-tint-warn px-4 py-2 text-sm lg:top-0">
      {heardAt === null ? shell.lostFromStart : shell.lost(formats.clock(heardAt, now))}
    </p>
  );
}
