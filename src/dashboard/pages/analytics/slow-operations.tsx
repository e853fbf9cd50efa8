import type { Analytics } from '../../../contracts/api/analytics.ts';
import { Section } from '../../components/card.tsx';
import { Table } from '../../components/table.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

export function SlowOperations({ operations }: { operations: Analytics['slowOperations'] }) {
  const { analytics: t } = useMessages();
  const formats = useFormats();
  return (
    <Section title={t.slow} id="slow">
      {operations.length === 0 ? (
        <p className="text-muted">{t.noSlow}</p>
      ) : (
        <>
          <Table caption={t.slow} isCaptionHidden heads={[t.operation, t.count, t.failures, 'p50', 'p95', 'p99']}>
            {operations.map((one) => (
              <tr key={`${one.service} ${one.name}`}>
                <th scope="row" className="min-w-40 font-semibold wrap-anywhere">
                  {oneLine(one.name)}
                  <span className="block text-xs font-normal text-muted">{oneLine(one.service)}</span>
                </th>
                <td>{formats.count(one.count)}</td>
                <td className={one.failures > 0 ? 'text-bad' : 'text-muted'}>{formats.count(one.failures)}</td>
                {[one.p50Ms, one.p95Ms, one.p99Ms].map((ms, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: which percentile it is, its place says
                  <td key={index} className="whitespace-nowrap">
                    {formats.duration(ms)}
                  </td>
                ))}
              </tr>
            ))}
          </Table>
          <p className="mt-1 text-xs text-muted">{t.slowMeans}</p>
        </>
      )}
    </Section>
  );
}
