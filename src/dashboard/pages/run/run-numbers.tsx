import type { RunDetail } from '../../../contracts/api/jobs.ts';
import { Card, Section } from '../../components/card.tsx';
import { Pre } from '../../components/code.tsx';
import { ObjectFacts } from '../../components/facts.tsx';
import { ScrollBox } from '../../components/scroll-box.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { visibleText } from '../../visible-text.ts';

export function Stats({ stats }: { stats: RunDetail['stats'] }) {
  const { runs: t } = useMessages();
  if (stats === null || Object.keys(stats).length === 0) return null;
  return (
    <Section title={t.stats} id="stats">
      <Card>
        <ObjectFacts value={stats} />
        <details className="mt-2 text-sm">
          <summary className="cursor-pointer text-muted">{t.statsJson}</summary>
          <Pre text={JSON.stringify(stats, null, 2)} label={t.statsJson} />
        </details>
      </Card>
    </Section>
  );
}

/** Which records failed and why; never only their number, and never fewer without saying so. */
export function RecordErrors({ errors }: { errors: RunDetail['recordErrors'] }) {
  const { runs: t } = useMessages();
  const formats = useFormats();
  if (errors === null || errors.total === 0) return null;
  return (
    <Section title={t.recordErrors} id="record-errors">
      <p className="mb-2 text-sm">
        {t.recordErrorsShown(formats.count(errors.kept.length), formats.count(errors.total))}
      </p>
      <ScrollBox label={t.recordErrors} className="max-h-96 rounded-lg border border-line bg-card">
        <table className="w-full text-left text-sm">
          <thead>
            <tr className="border-b border-line text-muted">
              <th scope="col" className="px-3 py-1.5 font-normal">
                {t.subject}
              </th>
              <th scope="col" className="px-3 py-1.5 font-normal">
                {t.why}
              </th>
            </tr>
          </thead>
          <tbody>
            {errors.kept.map(({ subject, reason }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: one record may fail twice for one reason
              <tr key={index} className="border-b border-line last:border-b-0">
                <th scope="row" className="px-3 py-1 align-top font-mono text-xs font-normal wrap-anywhere">
                  {visibleText(subject)}
                </th>
                <td className="px-3 py-1 wrap-anywhere">{visibleText(reason)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </Section>
  );
}
