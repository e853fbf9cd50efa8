import type { Debate, DebateTurn } from '../../../contracts/api/debates.ts';
import { Badge } from '../../components/badges.tsx';
import { Card, Section } from '../../components/card.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';
import { progressOf } from './progress-of.ts';
import { TurnError } from './turn-error.tsx';

/** Round by round, agent beside agent; while it runs, those who have not answered yet stand there too. */
export function Rounds({ debate }: { debate: Debate }) {
  const { debates: t } = useMessages();
  const formats = useFormats();
  return progressOf(debate).rounds.map(({ round, turns }) => (
    <Section key={round} title={t.round(formats.count(round))} id={`round-${round}`}>
      <ul className="grid gap-2 md:grid-cols-[repeat(auto-fit,minmax(20rem,1fr))]">
        {turns.map(({ agent, role, turn }) => (
          <li key={agent} data-row className="min-w-0">
            <Card edge={turn !== null && turn.text === '' ? 'bad' : 'none'} className="h-full">
              <h3 className="flex flex-wrap items-center gap-x-2 gap-y-1 font-semibold">
                {oneLine(agent)}
                {role !== agent && <span className="text-sm font-normal text-muted">{t.roles[role] ?? role}</span>}
                {turn !== null && <By turn={turn} />}
              </h3>
              {turn === null ? (
                <p className="mt-1 text-sm text-muted">{t.answering}</p>
              ) : (
                <>
                  {turn.text === '' ? (
                    <p className="mt-1 text-sm text-bad">{t.noAnswer}</p>
                  ) : (
                    <p className="mt-1 text-sm whitespace-pre-wrap wrap-anywhere">{visibleText(turn.text)}</p>
                  )}
                  <TurnError turn={turn} />
                </>
              )}
            </Card>
          </li>
        ))}
      </ul>
    </Section>
  ));
}

/** Which model spoke, and whether it is the agent's own. */
export function By({ turn }: { turn: DebateTurn }) {
  const { debates: t } = useMessages();
  const { provider, model, fallback } = turn.meta;
  return (
    <>
      {provider !== null && (
        <span className="text-xs font-normal text-muted wrap-anywhere">
          {oneLine(provider)}
          {model !== null && ` · ${oneLine(model)}`}
        </span>
      )}
      {fallback && provider !== null && (
        <span title={t.fallbackMeans}>
          <Badge tone="warn">{t.fallback}</Badge>
        </span>
      )}
    </>
  );
}
