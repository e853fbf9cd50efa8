import { useQuery } from '@tanstack/react-query';
import { unifiedQuery } from '../../api/queries/overview.ts';
import { withQuery } from '../../api/request.ts';
import { StatusBadge } from '../../components/badges.tsx';
import { useLanguage } from '../../language.tsx';

/** One line over services and jobs together: the worst of all. What could not be asked is never shown as OK. */
export function Together() {
  const { language, messages } = useLanguage();
  const t = messages.overview.together;
  const { data, isError, isPending } = useQuery(unifiedQuery);
  if (isPending) return null;
  const isKnown = data !== undefined && !isError;
  return (
    <p id="together" className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <span className="font-semibold">{t.title}</span>
      <StatusBadge status={isKnown ? data.status : 'could not look'} />
      {isKnown ? (
        <span className="text-muted">
          {t.parts(data.services.length, data.jobs.filter(({ origin }) => origin !== 'guardian').length)}
          {data.gaps > 0 && ` · ${t.gaps(data.gaps)}`}
        </span>
      ) : (
        <span className="text-muted">{t.failed}</span>
      )}
      <a
        href={withQuery('/api/reports/unified', { format: 'html', language })}
        target="_blank"
        rel="noreferrer"
        className="text-info underline"
      >
        {t.open}
      </a>
    </p>
  );
}
