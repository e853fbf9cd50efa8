import type { IssueEvidenceView, SuspectView } from '../../../contracts/api/issues.ts';
import { Badge } from '../../components/badges.tsx';
import { Card } from '../../components/card.tsx';
import { Diff } from '../../components/code.tsx';
import { Ago } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';

export function Suspects({ suspects }: { suspects: IssueEvidenceView['suspects'] }) {
  const { issue: t } = useMessages();
  return (
    <Card edge={suspects.verdict === 'ranked' ? 'warn' : 'none'}>
      <h3 className="font-semibold">{t.suspects}</h3>
      <p className="text-sm text-muted">
        {t.verdict[suspects.verdict]} {suspects.reason !== null && visibleText(suspects.reason)}
      </p>
      {suspects.commits.length > 0 && (
        <ol className="mt-2">
          {suspects.commits.map((suspect) => (
            <Suspect key={suspect.hash} suspect={suspect} />
          ))}
        </ol>
      )}
    </Card>
  );
}

const TONES = { high: 'bad', medium: 'warn', low: 'none' } as const;

function Suspect({ suspect }: { suspect: SuspectView }) {
  const { issue: t } = useMessages();
  return (
    <li className="border-t border-line py-2">
      <div className="flex flex-wrap items-baseline gap-x-2">
        <span className="text-muted">{suspect.rank}.</span>
        <code className="text-xs text-info">{suspect.hash.slice(0, 10)}</code>
        <span className="min-w-0 font-semibold wrap-anywhere">{oneLine(suspect.subject)}</span>
        <Badge tone={TONES[suspect.confidence]}>{t.confidence[suspect.confidence]}</Badge>
      </div>
      <p className="text-xs text-muted">
        {oneLine(suspect.author)} · <Ago at={suspect.committedAt} />
      </p>
      <ul className="mt-1 list-disc pl-5 text-sm">
        {suspect.reasons.map((reason) => (
          <li key={reason}>{visibleText(reason)}</li>
        ))}
      </ul>
      {suspect.diff === null ? (
        <p className="mt-1 text-sm text-muted">{t.noDiff}</p>
      ) : (
        <details className="mt-1">
          <summary className="cursor-pointer text-sm text-muted">{t.diff}</summary>
          <Diff text={suspect.diff} label={t.diff} />
        </details>
      )}
    </li>
  );
}
