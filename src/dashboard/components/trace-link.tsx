import { Link } from '@tanstack/react-router';
import { useMessages } from '../language.tsx';
import { buttonClass } from './button.tsx';

/** To everything that happened for the same request. Nothing where no trace id is known. */
export function TraceLink({ traceId }: { traceId: string | null }) {
  const { traces: t } = useMessages();
  if (traceId === null || traceId === '') return null;
  return (
    <Link to="/traces/$id" params={{ id: traceId }} search={{}} className={buttonClass()}>
      {t.toTrace}
    </Link>
  );
}
