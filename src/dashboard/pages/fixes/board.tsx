import type { FixSummary } from '../../../contracts/api/fixes.ts';
import type { FixState } from '../../api/queries/fixes.ts';
import { Section } from '../../components/card.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { FixCard } from './fix-card.tsx';
import { BOARD_STATES, ENDED_STATES } from './fix-state.tsx';

/** A column for each state where there is room for them, one list after the other where there is not; empty ones take no room then. */
export function Board({ fixes }: { fixes: readonly FixSummary[] }) {
  const { fixes: t } = useMessages();
  const ended = fixes.filter(({ state }) => ENDED_STATES.some((one) => one === state));
  return (
    <>
      <div className="grid items-start gap-3 lg:grid-cols-6">
        {BOARD_STATES.map((state) => (
          <Column key={state} state={state} fixes={fixes.filter((fix) => fix.state === state)} />
        ))}
      </div>
      {ended.length > 0 && (
        <div className="mt-6">
          <Section title={t.ended} id="ended">
            <ul className="grid gap-2 sm:grid-cols-2 lg:grid-cols-4">
              {ended.map((fix) => (
                <FixCard key={fix.id} fix={fix} />
              ))}
            </ul>
          </Section>
        </div>
      )}
    </>
  );
}

function Column({ state, fixes }: { state: FixState; fixes: readonly FixSummary[] }) {
  const { fixes: t } = useMessages();
  const formats = useFormats();
  const id = `state-${state.replace(' ', '-')}`;
  return (
    <section aria-labelledby={id} className={`min-w-0 ${fixes.length === 0 ? 'hidden lg:block' : ''}`}>
      <h2 id={id} className="mb-2 flex items-baseline justify-between gap-2 border-b border-line pb-1 font-semibold">
        <span className="inline-block first-letter:uppercase">{t.state[state]}</span>{' '}
        <span className="text-sm font-normal text-muted">{formats.count(fixes.length)}</span>
      </h2>
      {fixes.length === 0 ? (
        <p className="text-sm text-muted">{t.nothing}</p>
      ) : (
        <ul className="flex flex-col gap-2">
          {fixes.map((fix) => (
            <FixCard key={fix.id} fix={fix} />
          ))}
        </ul>
      )}
    </section>
  );
}
