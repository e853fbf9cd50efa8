import { Link } from '@tanstack/react-router';
import type { TemplateDetail } from '../../../contracts/api/templates.ts';
import { Badge } from '../../components/badges.tsx';
import { Table } from '../../components/table.tsx';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

/** Every version that ever was, and how each did. */
export function Versions({ template }: { template: TemplateDetail }) {
  const { templates: t } = useMessages();
  const formats = useFormats();
  const { namespace, name } = template;
  const span = (ms: number | null) => (ms === null ? '–' : formats.duration(ms));
  const newestFirst = template.versions.toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
  return (
    <Table
      caption={t.versions}
      isCaptionHidden
      heads={[t.version, t.created, t.renders, t.failures, 'p50', 'p95', t.lastUsed]}
    >
      {newestFirst.map((one) => (
        <tr key={one.version} data-row className="focus-within:bg-raised hover:bg-raised">
          <th scope="row" className="font-semibold whitespace-nowrap">
            <Link
              data-row-link
              to="/templates/$namespace/$name"
              params={{ namespace, name }}
              search={{ version: one.version === template.current ? undefined : one.version }}
              aria-current={one.version === template.version ? 'true' : undefined}
              className={one.version === template.version ? 'underline' : 'hover:underline'}
            >
              {oneLine(one.version)}
            </Link>{' '}
            {one.version === template.current && <Badge tone="ok">{t.inUse}</Badge>}
          </th>
          <td>
            <Ago at={one.createdAt} />
          </td>
          <td>{formats.count(one.renders)}</td>
          <td className={one.failures > 0 ? 'text-bad' : 'text-muted'}>{formats.count(one.failures)}</td>
          <td className="whitespace-nowrap">{span(one.p50Ms)}</td>
          <td className="whitespace-nowrap">{span(one.p95Ms)}</td>
          <td>
            <Ago at={one.lastUsedAt} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
