import { getRouteApi } from '@tanstack/react-router';
import { Button } from '../../components/button.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

const route = getRouteApi('/analytics');
const NAMES = ['service', 'logger', 'agent', 'category'] as const;

/** What was clicked in the rows, each with the button that takes it away. */
export function Narrowed() {
  const { analytics: t } = useMessages();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const used = NAMES.filter((name) => search[name] !== undefined);
  if (used.length === 0) return null;
  return (
    <p className="mb-3 flex flex-wrap items-center gap-2 text-sm">
      {t.narrowedTo}
      {used.map((name) => (
        <Button
          key={name}
          aria-label={t.widen(`${t.byWhat[name]} ${oneLine(search[name] ?? '')}`)}
          onClick={() => void navigate({ search: (former) => ({ ...former, [name]: undefined }) })}
        >
          <span className="text-muted">{t.byWhat[name]}</span> {oneLine(search[name] ?? '')}{' '}
          <span aria-hidden="true">✕</span>
        </Button>
      ))}
    </p>
  );
}
