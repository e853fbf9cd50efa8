import type { EventPageReply } from '../../../contracts/api/events.ts';
import { useFormats, useMessages } from '../../language.tsx';

/** How the shown answer came about, where that is not the usual way; nothing else. */
export function AnswerOrigin({ page }: { page: EventPageReply | undefined }) {
  const { events: t } = useMessages();
  const formats = useFormats();
  if (!page) return null;
  return (
    <>
      {page.isDatabaseOnly && (
        <p role="status" className="mb-2 rounded-md border border-warn bg-tint-warn px-3 py-2 text-sm">
          {t.databaseOnly}
        </p>
      )}
      {page.cache && (
        <p className="mb-2 text-xs text-muted" data-cache-age={page.cache.ageMs}>
          {t.remembered(formats.duration(page.cache.ageMs))}
        </p>
      )}
    </>
  );
}
