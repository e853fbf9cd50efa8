import type { Suggestion } from '../../../contracts/api/coordination.ts';
import { useMessages } from '../../language.tsx';
import { OneSuggestion } from './one-suggestion.tsx';

const OPEN: readonly Suggestion['state'][] = ['shown', 'applied'];

/** What waits for a decision or is being measured; what was decided stands below, out of the way. */
export function Suggestions({ suggestions }: { suggestions: readonly Suggestion[] }) {
  const { coordination: t } = useMessages();
  const open = suggestions.filter(({ state }) => OPEN.includes(state));
  const decided = suggestions.filter(({ state }) => !OPEN.includes(state));
  return (
    <>
      {open.length === 0 ? <p className="text-muted">{t.noSuggestions}</p> : <List suggestions={open} />}
      {decided.length > 0 && (
        <details className="mt-3">
          <summary className="cursor-pointer text-muted">
            {t.decided} ({decided.length})
          </summary>
          <div className="mt-2">
            <List suggestions={decided} />
          </div>
        </details>
      )}
    </>
  );
}

function List({ suggestions }: { suggestions: readonly Suggestion[] }) {
  return (
    <ul className="flex flex-col gap-2">
      {suggestions.map((suggestion) => (
        <li key={suggestion.id}>
          <OneSuggestion suggestion={suggestion} />
        </li>
      ))}
    </ul>
  );
}
