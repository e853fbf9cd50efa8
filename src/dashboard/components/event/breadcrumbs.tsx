import type { EventDetail } from '../../../contracts/api/events.ts';
import { useFormats } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';

const LEVEL_TEXT: Record<string, string> = {
  warning: 'text-warn',
  warn: 'text-warn',
  error: 'text-bad',
  fatal: 'text-bad',
};

/** What happened before, oldest first, the failure itself at the end. */
export function Breadcrumbs({ breadcrumbs }: { breadcrumbs: EventDetail['breadcrumbs'] }) {
  const formats = useFormats();
  return (
    <ol className="text-sm">
      {breadcrumbs.map((crumb, index) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its place
          key={index}
          className="flex flex-wrap gap-x-3 border-b border-line py-1 last:border-b-0"
        >
          <span className="w-40 shrink-0 text-xs leading-5 text-muted">
            {crumb.at === null ? '' : formats.precise(Date.parse(crumb.at))}
          </span>
          <span
            className={`w-24 shrink-0 text-xs leading-5 wrap-anywhere ${LEVEL_TEXT[crumb.level ?? ''] ?? 'text-muted'}`}
          >
            {oneLine(crumb.category ?? crumb.level ?? '')}
          </span>
          <span className="min-w-0 grow basis-60 font-mono text-xs leading-5 whitespace-pre-wrap wrap-anywhere">
            {visibleText(crumb.message)}
          </span>
        </li>
      ))}
    </ol>
  );
}
