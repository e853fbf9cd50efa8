import { Link } from '@tanstack/react-router';
import type { Coordination } from '../../../contracts/api/coordination.ts';
import { Table } from '../../components/table.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

type Learning = Coordination['jobs'][number];

/** The rate never without its interval: of few runs little is known. */
export function Learnings({ learnings }: { learnings: readonly Learning[] }) {
  const { coordination: t } = useMessages();
  const formats = useFormats();
  return (
    <Table caption={t.jobs} isCaptionHidden heads={[t.job, t.runs, t.rate, t.interval, t.slows]}>
      {learnings.map((one) => (
        <tr
          key={`${one.job} ${one.context ?? ''}`}
          data-row
          className="align-top focus-within:bg-raised hover:bg-raised"
        >
          <th scope="row" className="min-w-32 font-semibold wrap-anywhere">
            <Link data-row-link to="/jobs/$id" params={{ id: one.job }} search={{}} className="hover:underline">
              {oneLine(one.job)}
            </Link>
            {one.context !== null && (
              <span className="block font-mono text-xs font-normal text-muted">{oneLine(one.context)}</span>
            )}
          </th>
          <td>{formats.count(one.runs)}</td>
          <td>{one.successRate === null ? t.none : formats.percent(one.successRate)}</td>
          <td className="whitespace-nowrap text-muted">
            {one.interval === null
              ? t.none
              : t.between(formats.percent(one.interval.low), formats.percent(one.interval.high))}
          </td>
          <td className="min-w-56">
            <Bottlenecks bottlenecks={one.bottlenecks} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Bottlenecks({ bottlenecks }: Pick<Learning, 'bottlenecks'>) {
  const { coordination: t } = useMessages();
  const formats = useFormats();
  if (bottlenecks.length === 0) return <span className="text-muted">{t.none}</span>;
  return (
    <ul>
      {bottlenecks.map(({ kind, job, share, meanMs }) => (
        <li key={`${kind} ${job}`} className="wrap-anywhere">
          {t.bottleneck[kind](oneLine(job), formats.percent(share))}
          {meanMs !== null && <span className="text-muted"> · {t.mean(formats.duration(meanMs))}</span>}
        </li>
      ))}
    </ul>
  );
}
