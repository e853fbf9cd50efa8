import { Link } from '@tanstack/react-router';
import type { DeploymentDetail } from '../../../contracts/api/deployments.ts';
import { type Severity, SeverityText } from '../../components/badges.tsx';
import { Section } from '../../components/card.tsx';
import { Exact } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';

export function NewIssues({ issues }: { issues: DeploymentDetail['newIssues'] }) {
  const { deployments: t } = useMessages();
  return (
    <Section title={t.newIssues} id="new-issues">
      {issues.length === 0 ? (
        <p className="text-sm text-muted">{t.noNewIssues}</p>
      ) : (
        <ul className="overflow-hidden rounded-lg border border-line border-l-4 border-l-alarm bg-card text-sm">
          {issues.map(({ id, shortId, title, severity }) => (
            <li key={id} data-row className="border-b border-line px-3 py-1.5 last:border-b-0 focus-within:bg-raised">
              <Link
                data-row-link
                to="/issues/$id"
                params={{ id: shortId }}
                search={{}}
                className="font-semibold wrap-anywhere hover:underline"
              >
                {oneLine(title)}
              </Link>
              <span className="block text-xs text-muted">
                {shortId} · <SeverityText severity={severity as Severity} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

export function FixesInIt({ fixes }: Pick<DeploymentDetail, 'fixes'>) {
  const { deployments: t, fixes: words } = useMessages();
  if (fixes.length === 0) return null;
  const states: Record<string, string> = words.state;
  return (
    <Section title={t.fixes} id="fixes">
      <ul className="overflow-hidden rounded-lg border border-line bg-card text-sm">
        {fixes.map(({ id, issue, state }) => (
          <li key={id} data-row className="border-b border-line px-3 py-1.5 last:border-b-0 focus-within:bg-raised">
            <Link
              data-row-link
              to="/fixes/$id"
              params={{ id }}
              search={{}}
              className="font-semibold wrap-anywhere hover:underline"
            >
              {oneLine(issue)}
            </Link>{' '}
            <span className="text-muted">{states[state] ?? oneLine(state)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function Log({ log }: Pick<DeploymentDetail, 'log'>) {
  const { deployments: t } = useMessages();
  return (
    <Section title={t.log} id="log">
      {log.length === 0 ? (
        <p className="text-sm text-muted">{t.noLog}</p>
      ) : (
        <ol className="overflow-hidden rounded-lg border border-line bg-card text-sm">
          {log.map(({ at, step, text, isProblem }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two lines may be of one instant
            <li key={index} className="border-b border-line px-3 py-1.5 wrap-anywhere last:border-b-0">
              <span className="text-xs text-muted">
                <Exact at={at} /> · {oneLine(step)}
              </span>
              <span className={`block ${isProblem ? 'text-bad' : ''}`}>
                {isProblem && <span aria-hidden="true">⚠ </span>}
                {visibleText(text)}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}
