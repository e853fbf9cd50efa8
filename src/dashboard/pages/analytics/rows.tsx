import { getRouteApi } from '@tanstack/react-router';
import type { Analytics } from '../../../contracts/api/analytics.ts';
import type { AnalyticsBy } from '../../api/queries/analytics.ts';
import { Section } from '../../components/card.tsx';
import { Table } from '../../components/table.tsx';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

const route = getRouteApi('/analytics');

/** One row for each service, logger, agent or category; a click shows it alone. */
export function Rows({ rows, by }: { rows: Analytics['rows']; by: AnalyticsBy }) {
  const { analytics: t } = useMessages();
  const formats = useFormats();
  const navigate = route.useNavigate();
  const narrow = (key: string) => void navigate({ search: (former) => ({ ...former, [by]: key }) });
  return (
    <Section title={t.rows} id="rows">
      <Table
        caption={t.rows}
        isCaptionHidden
        heads={[t.byWhat[by], t.events, t.errors, t.errorRate, t.dropped, t.last]}
      >
        {rows.map((row) => (
          <tr key={row.key} data-row className="focus-within:bg-raised hover:bg-raised">
            <th scope="row" className="min-w-32 font-semibold wrap-anywhere">
              {row.key === '' ? (
                <span className="text-muted">{t.nameless}</span>
              ) : (
                <button
                  type="button"
                  data-row-link
                  title={t.narrow(oneLine(row.key))}
                  onClick={() => narrow(row.key)}
                  className="cursor-pointer text-left hover:underline"
                >
                  {oneLine(row.key)}
                </button>
              )}
            </th>
            <td>{formats.count(row.events)}</td>
            <td className={row.errors > 0 ? 'text-bad' : 'text-muted'}>{formats.count(row.errors)}</td>
            <td>{formats.percent(row.errorRate)}</td>
            <td className={row.dropped > 0 ? 'text-warn' : 'text-muted'}>{formats.count(row.dropped)}</td>
            <td>
              <Ago at={row.lastAt} />
            </td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}
