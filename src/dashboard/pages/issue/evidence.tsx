import { useQuery } from '@tanstack/react-query';
import type { IssueEvidenceView } from '../../../contracts/api/issues.ts';
import { evidenceQuery } from '../../api/queries/issues.ts';
import { Card, Section } from '../../components/card.tsx';
import { CodeLines, Pre } from '../../components/code.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Failed } from '../../components/failed.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';
import { Suspects } from './suspects.tsx';

/** What the repository says. "Could not look" is told as that, never as "nothing found". */
export function Evidence({ issueId }: { issueId: string }) {
  const { issue: t } = useMessages();
  const evidence = useQuery(evidenceQuery(issueId));
  return (
    <Section title={t.evidence} id="evidence">
      {evidence.data ? (
        <Found evidence={evidence.data} />
      ) : evidence.isError ? (
        <Failed error={evidence.error} retry={() => void evidence.refetch()} />
      ) : (
        <p role="status" className="text-muted">
          {t.evidenceLoading}
        </p>
      )}
    </Section>
  );
}

function Found({ evidence }: { evidence: IssueEvidenceView }) {
  const { issue: t } = useMessages();
  const isUnavailable = evidence.truth === 'unavailable';
  return (
    <div className="flex flex-col gap-3">
      <Card edge={isUnavailable ? 'warn' : evidence.truth === 'running revision' ? 'ok' : 'info'}>
        <p className="text-sm">
          {t.truth[evidence.truth] ?? visibleText(evidence.truth)}
          {evidence.commit !== null && (
            <span className="text-muted">
              {' '}
              ({t.commit} <code className="text-xs">{evidence.commit.slice(0, 12)}</code>)
            </span>
          )}
        </p>
        {evidence.reason !== '' && (
          <p className="text-sm text-muted">
            {isUnavailable && `${t.truthReason} `}
            {visibleText(evidence.reason)}
          </p>
        )}
        {evidence.snippets.map((snippet, index) => (
          <Snippet key={`${snippet.file}:${snippet.line}`} snippet={snippet} isOpen={index === 0} />
        ))}
      </Card>
      <Suspects suspects={evidence.suspects} />
      <Owners owners={evidence.owners} isUnavailable={isUnavailable} />
      {evidence.testCommand !== null && (
        <Card>
          <div className="flex items-center justify-between gap-2">
            <h3 className="font-semibold">{t.testCommand}</h3>
            <CopyButton text={evidence.testCommand} />
          </div>
          <Pre text={evidence.testCommand} label={t.testCommand} />
        </Card>
      )}
    </div>
  );
}

/** The likeliest place stands open, the others one click away. */
function Snippet({ snippet, isOpen }: { snippet: IssueEvidenceView['snippets'][number]; isOpen: boolean }) {
  const place = `${oneLine(snippet.file)}:${snippet.line}`;
  return (
    <details open={isOpen} className="mt-3">
      <summary className="cursor-pointer text-sm">
        <span className="font-mono font-semibold text-warn wrap-anywhere">{place}</span>{' '}
        {snippet.function !== null && <span className="font-mono text-xs">{oneLine(snippet.function)}</span>}
      </summary>
      <CodeLines lines={snippet.lines} startLine={snippet.startLine} markedLine={snippet.line} label={place} />
    </details>
  );
}

function Owners({ owners, isUnavailable }: { owners: IssueEvidenceView['owners']; isUnavailable: boolean }) {
  const { issue: t } = useMessages();
  // Without the repository nobody looked for owners: saying "none" would be untrue.
  if (owners.length === 0 && isUnavailable) return null;
  return (
    <Card>
      <h3 className="font-semibold">{t.owners}</h3>
      {owners.length === 0 ? (
        <p className="text-sm text-muted">{t.noOwners}</p>
      ) : (
        <ul className="text-sm">
          {owners.map(({ owner, file, rule }) => (
            <li key={`${owner} ${file}`}>
              <span className="font-semibold">{oneLine(owner)}</span> · <code className="text-xs">{oneLine(file)}</code>{' '}
              <span className="text-muted">{t.ownerRule(oneLine(rule))}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
