import type { IssueDetail } from '../../../contracts/api/issues.ts';
import { Card, Section } from '../../components/card.tsx';
import { Pre } from '../../components/code.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Exact } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine, shortRevision } from '../../visible-text.ts';

/** From what is shown here the same fingerprint can be computed again. */
export function Why({ issue }: { issue: IssueDetail }) {
  const { issue: t } = useMessages();
  const { why } = issue;
  return (
    <Section title={t.why} id="why">
      <Card>
        <p className="text-sm">{t.whyKind[why.kind] ?? oneLine(why.kind)}</p>
        <p className="mb-2 font-mono text-xs text-muted wrap-anywhere">{issue.fingerprint}</p>
        <Facts>
          <Fact name={t.whyVersion}>{why.version}</Fact>
          <Fact name={t.template}>{why.template && <code className="text-xs">{oneLine(why.template)}</code>}</Fact>
          <Fact name={t.kept}>
            <FrameRules frames={why.kept} />
          </Fact>
          <Fact name={t.skipped}>
            <FrameRules frames={why.skipped} />
          </Fact>
        </Facts>
        <details className="mt-2">
          <summary className="cursor-pointer text-sm text-muted">{t.inputs}</summary>
          <Pre text={JSON.stringify(why.inputs, null, 2)} label={t.inputs} />
        </details>
        <details className="mt-1">
          <summary className="cursor-pointer text-sm text-muted">
            {t.hashes} ({issue.hashes.length})
          </summary>
          <Pre text={issue.hashes.join('\n')} label={t.hashes} />
        </details>
        <Revisions revisions={issue.revisions} />
      </Card>
    </Section>
  );
}

function FrameRules({ frames }: { frames: IssueDetail['why']['kept'] }) {
  const { issue: t, shared } = useMessages();
  if (frames.length === 0) return <>{shared.none}</>;
  return (
    <ul>
      {frames.map(({ frame, rule }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same frame may stand there twice
        <li key={index}>
          <code className="text-xs">{oneLine(frame)}</code>{' '}
          <span className="text-xs text-muted">{t.rule[rule] ?? oneLine(rule)}</span>
        </li>
      ))}
    </ul>
  );
}

function Revisions({ revisions }: { revisions: IssueDetail['revisions'] }) {
  const { issue: t } = useMessages();
  const formats = useFormats();
  if (revisions.length === 0) return null;
  return (
    <details className="mt-1">
      <summary className="cursor-pointer text-sm text-muted">
        {t.revisions} ({revisions.length})
      </summary>
      <div className="mt-1 overflow-x-auto">
        <table className="w-full text-left text-sm">
          <thead className="text-xs text-muted">
            <tr>
              <th className="pr-3 font-normal">{t.revisions}</th>
              <th className="pr-3 font-normal">{t.fact.firstSeen}</th>
              <th className="pr-3 font-normal">{t.fact.lastSeen}</th>
              <th className="pr-3 font-normal">{t.fact.incidents}</th>
              <th className="font-normal">{t.crashFree}</th>
            </tr>
          </thead>
          <tbody>
            {revisions.map((one) => (
              <tr key={one.revision} className="border-t border-line">
                <td className="pr-3 font-mono text-xs wrap-anywhere">{shortRevision(one.revision)}</td>
                <td className="pr-3">
                  <Exact at={one.firstSeen} />
                </td>
                <td className="pr-3">
                  <Exact at={one.lastSeen} />
                </td>
                <td className="pr-3">{formats.count(one.incidents)}</td>
                <td>
                  {one.health !== null && one.health.crashFree !== null
                    ? t.crashFreeOf(formats.percent(one.health.crashFree), formats.count(one.health.sessions))
                    : '–'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
