import type { JobDetail } from '../../../contracts/api/jobs.ts';
import { Card, Section } from '../../components/card.tsx';
import { Figure, Figures } from '../../components/figures.tsx';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

/** How likely the next run fails or is late, and how far such a word can be trusted, beside each other. */
export function Prediction({ prediction }: { prediction: JobDetail['prediction'] }) {
  const { jobs, shared } = useMessages();
  const t = jobs.prediction;
  const formats = useFormats();
  const percent = (ratio: number | null, unknown: string) => (ratio === null ? unknown : formats.percent(ratio));
  return (
    <Section title={t.title} id="prediction">
      <Card>
        {prediction === null ? (
          <p className="text-sm text-muted">{t.none}</p>
        ) : (
          <>
            <Figures>
              <Figure name={t.failure}>{percent(prediction.failure, t.unknown)}</Figure>
              <Figure name={t.lateness}>{percent(prediction.lateness, t.unknown)}</Figure>
            </Figures>
            {prediction.reasons.length > 0 && (
              <p className="mt-2 text-sm">
                {t.because}
                {shared.colon} {prediction.reasons.map(oneLine).join('; ')}
              </p>
            )}
            <p className="mt-3 mb-1 text-xs text-muted">{t.measured}</p>
            <Figures>
              <Figure name={t.precision}>{percent(prediction.precision, t.notMeasured)}</Figure>
              <Figure name={t.recall}>{percent(prediction.recall, t.notMeasured)}</Figure>
            </Figures>
            <p className="mt-2 text-xs text-muted">
              {t.judged(prediction.judged)} · {t.made} <Ago at={prediction.madeAt} />
            </p>
          </>
        )}
      </Card>
    </Section>
  );
}
