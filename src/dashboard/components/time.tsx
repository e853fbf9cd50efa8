import { useNow } from '../clock.ts';
import { useFormats, useMessages } from '../language.tsx';

/** `5 minutes ago`; the exact time with its zone stands in the tooltip. */
export function Ago({ at }: { at: string | null }) {
  const now = useNow();
  const formats = useFormats();
  const { shared } = useMessages();
  if (at === null) return <span>{shared.time.never}</span>;
  const instant = Date.parse(at);
  return (
    <time dateTime={at} title={formats.exact(instant)} className="whitespace-nowrap">
      {formats.ago(instant, now)}
    </time>
  );
}

/** To the second with the zone, and how long ago. */
export function Exact({ at }: { at: string | null }) {
  const formats = useFormats();
  const { shared } = useMessages();
  if (at === null) return <span>{shared.time.never}</span>;
  return (
    <time dateTime={at} title={at}>
      {formats.exact(Date.parse(at))}
    </time>
  );
}
