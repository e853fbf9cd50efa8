import type { Analytics } from '../../../contracts/api/analytics.ts';
import { Badge, type Severity, SeverityText } from '../../components/badges.tsx';
import { Section } from '../../components/card.tsx';
import { Table } from '../../components/table.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

type Template = Analytics['templates'][number];

/** Messages with what varies taken out, and how often beside the time before. */
export function Templates({ templates }: Pick<Analytics, 'templates'>) {
  const { analytics: t } = useMessages();
  const formats = useFormats();
  return (
    <Section title={t.templates} id="templates">
      {templates.length === 0 ? (
        <p className="text-muted">{t.noTemplates}</p>
      ) : (
        <>
          <Table caption={t.templates} isCaptionHidden heads={[t.template, t.level, t.count, t.before, t.change]}>
            {templates.map((one) => (
              <tr key={`${one.service} ${one.level} ${one.template}`}>
                <th scope="row" className="min-w-56 font-mono text-xs font-normal wrap-anywhere">
                  {oneLine(one.template)}
                  <span className="block font-sans text-muted">{oneLine(one.service)}</span>
                </th>
                <td className="text-xs">
                  <SeverityText severity={one.level as Severity} />
                </td>
                <td>{formats.count(one.count)}</td>
                <td className="text-muted">{formats.count(one.before)}</td>
                <td className="whitespace-nowrap">
                  <Change template={one} />
                </td>
              </tr>
            ))}
          </Table>
          <p className="mt-1 text-xs text-muted">{t.changeMeans}</p>
        </>
      )}
    </Section>
  );
}

function Change({ template: { change } }: { template: Template }) {
  const { analytics: t } = useMessages();
  const formats = useFormats();
  if (change === null) return <Badge tone="info">{t.isNew}</Badge>;
  if (Math.abs(change) < 0.005) return <span className="text-muted">{t.same}</span>;
  return (
    <span className={change > 0 ? 'font-semibold' : 'text-muted'}>
      {change > 0 ? '↑ +' : '↓ −'}
      {formats.percent(Math.abs(change))}
    </span>
  );
}
