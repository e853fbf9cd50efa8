import { Link } from '@tanstack/react-router';
import type { FixDetail } from '../../../contracts/api/fixes.ts';
import { type Severity, SeverityText } from '../../components/badges.tsx';
import { Card, Section } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Ago, Exact } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { usePerson } from '../../person.ts';
import { oneLine, shortRevision, visibleText } from '../../visible-text.ts';

export function FixFacts({ fix }: { fix: FixDetail }) {
  const { fixes: t } = useMessages();
  const person = usePerson();
  const { issue } = fix;
  return (
    <Card>
      <h2 className="mb-2 font-semibold">{t.facts}</h2>
      <Facts>
        <Fact name={t.fact.issue}>
          <Link
            to="/issues/$id"
            params={{ id: issue.shortId }}
            search={{}}
            className="font-semibold text-info hover:underline"
          >
            {issue.shortId}
          </Link>{' '}
          · {oneLine(issue.project)} / {oneLine(issue.service)} · <SeverityText severity={issue.severity as Severity} />
        </Fact>
        <Fact name={t.fact.agent}>{fix.agent}</Fact>
        <Fact name={t.fact.way}>{t.wayName[fix.way]}</Fact>
        <Fact name={t.fact.by}>{person(fix.by)}</Fact>
        <Fact name={t.fact.started}>
          <Exact at={fix.startedAt} />
        </Fact>
        <Fact name={t.fact.changed}>
          <Ago at={fix.changedAt} />
        </Fact>
        <Fact name={t.fact.branch}>{fix.branch}</Fact>
        <Fact name={t.fact.pullRequest}>{fix.pullRequest && <PullRequest address={fix.pullRequest} />}</Fact>
        <Fact name={t.fact.revision}>{fix.revision && shortRevision(fix.revision)}</Fact>
      </Facts>
    </Card>
  );
}

/** An address that an agent named is a link only where it is one of the web, and is shown whole. */
function PullRequest({ address }: { address: string }) {
  const isWeb = URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
  if (!isWeb) return <>{visibleText(address)}</>;
  return (
    <a href={address} rel="noreferrer noopener" className="text-info underline">
      {visibleText(address)}
    </a>
  );
}

/** What was known of the issue when it was handed off, and what that allowed. */
export function Fixability({ fix }: { fix: FixDetail }) {
  const { fixes: t, shared } = useMessages();
  return (
    <Section title={t.fixability} id="fixability">
      <Card>
        <p>
          <span className="text-lg font-semibold">{t.fixabilityOf(fix.fixability)}</span>
          <span className="text-sm text-muted">
            {' '}
            · {t.allows}
            {shared.colon} {t.level[fix.level]}
          </span>
        </p>
        <p className="text-sm text-muted">{t.fixabilityMeans}</p>
        {fix.fixabilityReasons.length === 0 ? (
          <p className="mt-2 text-sm text-muted">{t.noReasons}</p>
        ) : (
          <ul className="mt-2 text-sm">
            {fix.fixabilityReasons.map(({ points, text }) => (
              <li key={text} className="flex gap-2">
                <span className={`w-9 shrink-0 text-right font-semibold ${points < 0 ? 'text-bad' : ''}`}>
                  {t.points(points)}
                </span>
                <span className="min-w-0 wrap-anywhere">{visibleText(text)}</span>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </Section>
  );
}
