import type { FixDetail } from '../../../contracts/api/fixes.ts';
import { Section } from '../../components/card.tsx';
import { Exact } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { usePerson } from '../../person.ts';
import { visibleText } from '../../visible-text.ts';
import { FixStateBadge } from '../fixes/fix-state.tsx';

/** Every step with who did it, newest first. */
export function FixHistory({ history }: Pick<FixDetail, 'history'>) {
  const { fixes: t } = useMessages();
  const person = usePerson();
  const newestFirst = history.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return (
    <Section title={t.history} id="history">
      <ol className="overflow-hidden rounded-lg border border-line bg-card">
        {newestFirst.map(({ at, state, text, by }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two steps may be of one instant
          <li key={index} className="border-b border-line px-3 py-2 text-sm last:border-b-0">
            <p className="flex flex-wrap items-center gap-x-2">
              {state !== null && <FixStateBadge state={state} />}
              <span className="font-semibold wrap-anywhere">{person(by)}</span>
            </p>
            {text !== '' && <p className="mt-1 whitespace-pre-wrap wrap-anywhere">{visibleText(text)}</p>}
            <p className="text-xs text-muted">
              <Exact at={at} />
            </p>
          </li>
        ))}
      </ol>
    </Section>
  );
}
