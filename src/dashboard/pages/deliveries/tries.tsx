import type { DeliveryDetail } from '../../../contracts/api/notifications.ts';
import { Section } from '../../components/card.tsx';
import { Pre } from '../../components/code.tsx';
import { Exact } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

/** Each attempt, with what the other side said, as it said it. */
export function Tries({ tries }: { tries: DeliveryDetail['tries'] }) {
  const { deliveries: t, runs } = useMessages();
  const formats = useFormats();
  return (
    <Section title={t.tries} id="tries">
      {tries.length === 0 ? (
        <p className="text-sm text-muted">{t.noTries}</p>
      ) : (
        <ol className="overflow-hidden rounded-lg border border-line bg-card">
          {tries.map(({ number, at, outcome, error, ms }) => {
            const label = runs.attemptOf(formats.count(number));
            return (
              <li key={number} className="border-b border-line px-3 py-2 text-sm last:border-b-0">
                <span className="font-semibold">{label}</span> · {t.outcome[outcome] ?? oneLine(outcome)}
                <span className="text-muted">
                  {' '}
                  · <Exact at={at} /> · {runs.took(formats.duration(ms))}
                </span>
                {error !== null && <Pre text={error} label={label} />}
              </li>
            );
          })}
        </ol>
      )}
    </Section>
  );
}
