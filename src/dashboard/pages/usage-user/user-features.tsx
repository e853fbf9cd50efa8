import type { UsageUserDetail } from '../../../contracts/api/usage.ts';
import { Table } from '../../components/table.tsx';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

export function UserFeatures({ features }: Pick<UsageUserDetail, 'features'>) {
  const { usage: t } = useMessages();
  const formats = useFormats();
  if (features.length === 0) return <p className="text-muted">{t.noFeatures}</p>;
  return (
    <Table caption={t.features} isCaptionHidden heads={[t.feature, t.group, t.count, t.errors, t.lastUsed]}>
      {features.map((feature) => (
        <tr key={feature.name}>
          <th scope="row" className="font-mono text-xs font-semibold">
            {oneLine(feature.name)}
          </th>
          <td className="text-muted">{oneLine(feature.group)}</td>
          <td>{formats.count(feature.count)}</td>
          <td className={feature.errors > 0 ? 'text-bad' : 'text-muted'}>{formats.count(feature.errors)}</td>
          <td>
            <Ago at={feature.lastUsed} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
