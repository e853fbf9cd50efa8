import type { Debate } from '../../../contracts/api/debates.ts';
import { Card } from '../../components/card.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { visibleText } from '../../visible-text.ts';
import { progressOf } from './progress-of.ts';
import { By } from './rounds.tsx';
import { TurnError } from './turn-error.tsx';

/** What came of it, by whom, and on which claims how many agree. */
export function SynthesisView({ debate }: { debate: Debate }) {
  const { debates: t } = useMessages();
  const { synthesis, state } = debate;
  const { mediator } = progressOf(debate);
  if (synthesis === null)
    return (
      <p className="text-muted">
        {state === 'running' ? t.noSynthesisYet : state === 'cancelled' ? t.noSynthesisCut : whyNone(debate, t)}
      </p>
    );
  return (
    <Card edge={synthesis.extractive ? 'warn' : 'ok'}>
      {mediator !== null && mediator.text !== '' && (
        <h3 className="mb-1 flex flex-wrap items-center gap-x-2 font-semibold">
          {t.mediated} <By turn={mediator} />
        </h3>
      )}
      {synthesis.extractive && <p className="mb-1 text-sm text-warn">{t.extractive}</p>}
      <p className="max-w-prose whitespace-pre-wrap wrap-anywhere">{visibleText(synthesis.text)}</p>
      {mediator !== null && <TurnError turn={mediator} />}
      {synthesis.claims.length > 0 && <Claims claims={synthesis.claims} />}
    </Card>
  );
}

function whyNone({ turns }: Debate, t: { noSynthesis: string; noSynthesisCut: string }): string {
  return turns.some(({ text }) => text !== '') ? t.noSynthesisCut : t.noSynthesis;
}

function Claims({ claims }: Pick<NonNullable<Debate['synthesis']>, 'claims'>) {
  const { debates: t } = useMessages();
  const formats = useFormats();
  return (
    <>
      <h3 id="claims" className="mt-3 mb-1 text-sm font-semibold">
        {t.claims}
      </h3>
      <ul aria-labelledby="claims" className="flex flex-col gap-2 text-sm">
        {claims.map(({ text, share }) => (
          <li key={text}>
            <div className="flex items-baseline gap-x-2">
              <span className="min-w-0 grow wrap-anywhere">{visibleText(text)}</span>
              <span className="font-semibold">{formats.percent(share)}</span>
            </div>
            <div aria-hidden="true" className="mt-0.5 h-1.5 rounded bg-raised">
              <div
                className={`h-full rounded ${share >= 0.9 ? 'bg-ok' : 'bg-warn'}`}
                style={{ width: `${Math.max(1, share * 100)}%` }}
              />
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
