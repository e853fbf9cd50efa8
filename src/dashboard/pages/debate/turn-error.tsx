import type { DebateTurn } from '../../../contracts/api/debates.ts';
import { useMessages } from '../../language.tsx';
import { visibleText } from '../../visible-text.ts';

/** What became of the agent's own model, in the reader's words and in the vendor's. */
export function TurnError({ turn }: { turn: DebateTurn }) {
  const { debates: t, analysis } = useMessages();
  const { error } = turn.meta;
  if (error === null) return null;
  const types: Record<string, string> = { ...analysis.errorType, ...t.errorType };
  return (
    <p className="mt-2 text-xs text-muted wrap-anywhere">
      {t.failedBecause(types[error.type] ?? error.type)} <span className="font-mono">{visibleText(error.message)}</span>
    </p>
  );
}
