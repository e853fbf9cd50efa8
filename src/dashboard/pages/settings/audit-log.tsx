import { useInfiniteQuery } from '@tanstack/react-query';
import { auditQuery } from '../../api/queries/administration.ts';
import { LoadedPages } from '../../components/loaded.tsx';
import { Exact } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

export function AuditLog() {
  const { settings } = useMessages();
  const t = settings.audit;
  const audit = useInfiniteQuery(auditQuery);
  return (
    <>
      <p className="mb-3 text-sm text-muted">{t.intro}</p>
      <LoadedPages query={audit} empty={<p className="text-muted">{t.empty}</p>}>
        {(items) => (
          <ul className="overflow-hidden rounded-lg border border-line bg-card">
            {items.map((entry) => (
              <li key={entry.id} className="border-b border-line px-3 py-2 text-sm last:border-b-0">
                <span className="text-xs text-muted">
                  <Exact at={entry.at} />
                </span>{' '}
                <span className="font-semibold wrap-anywhere">{oneLine(entry.actor)}</span>{' '}
                {t.action[entry.action] ?? oneLine(entry.action)}{' '}
                <code className="text-xs wrap-anywhere">{oneLine(entry.target)}</code>
                {entry.address !== null && (
                  <span className="text-xs text-muted">
                    {' '}
                    {t.from} {oneLine(entry.address)}
                  </span>
                )}
                {entry.detail && (
                  <span className="block font-mono text-xs text-muted wrap-anywhere">
                    {oneLine(inWords(entry.detail))}
                  </span>
                )}
              </li>
            ))}
          </ul>
        )}
      </LoadedPages>
    </>
  );
}

function inWords(detail: Record<string, unknown>): string {
  const words = Object.entries(detail).map(([name, value]) => {
    return `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`;
  });
  return words.join(' · ');
}
