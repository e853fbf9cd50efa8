import type { DeploymentDetail } from '../../../contracts/api/deployments.ts';
import { Section } from '../../components/card.tsx';
import { Table } from '../../components/table.tsx';
import { Ago } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

/** Which settings the new revision runs with otherwise than the old one; values that may be secret never come here. */
export function Difference({ difference }: Pick<DeploymentDetail, 'difference'>) {
  const { deployments: t } = useMessages();
  const heads = [t.setting.setting, t.setting.kind, t.setting.before, t.setting.after];
  return (
    <Section title={t.difference} id="difference">
      {difference.length === 0 ? (
        <p className="text-sm text-muted">{t.noDifference}</p>
      ) : (
        <Table caption={t.difference} isCaptionHidden heads={heads}>
          {difference.map(({ setting, kind, before, after }) => (
            <tr key={`${setting} ${kind}`} className="align-top">
              <th scope="row" className="font-mono text-xs font-normal wrap-anywhere">
                {oneLine(setting)}
              </th>
              <td className={kind === 'removed' ? 'text-bad' : ''}>{t.settingKind[kind]}</td>
              <td>
                <Value value={before} isThere={kind !== 'added'} />
              </td>
              <td>
                <Value value={after} isThere={kind !== 'removed'} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}

function Value({ value, isThere }: { value: string | null; isThere: boolean }) {
  const { deployments: t } = useMessages();
  if (value !== null) return <span className="font-mono text-xs wrap-anywhere">{oneLine(value)}</span>;
  return <span className="text-muted">{isThere ? t.notShown : '–'}</span>;
}

export function Commits({ deployment }: { deployment: Pick<DeploymentDetail, 'commits' | 'commitList'> }) {
  const { deployments: t } = useMessages();
  const { commits, commitList } = deployment;
  const unlisted = commits - commitList.length;
  return (
    <Section title={t.commitList} id="commits">
      {commitList.length === 0 ? (
        <p className="text-sm text-muted">{t.noCommits}</p>
      ) : (
        <ol className="overflow-hidden rounded-lg border border-line bg-card text-sm">
          {commitList.map(({ hash, subject, author, committedAt }) => (
            <li key={hash} className="border-b border-line px-3 py-1.5 wrap-anywhere last:border-b-0">
              <code className="text-xs text-info">{oneLine(hash).slice(0, 10)}</code> {oneLine(subject)}
              <span className="block text-xs text-muted">
                {oneLine(author)} · <Ago at={committedAt} />
              </span>
            </li>
          ))}
        </ol>
      )}
      {unlisted > 0 && <p className="mt-1 text-xs text-muted">{t.moreCommits(unlisted)}</p>}
    </Section>
  );
}
