import { Link } from '@tanstack/react-router';
import type { AlertDetail } from '../../../contracts/api/alerts.ts';
import { Fact, Facts } from '../../components/facts.tsx';
import { Exact } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { usePerson } from '../../person.ts';
import { oneLine, visibleText } from '../../visible-text.ts';

export function AlertFacts({ alert }: { alert: AlertDetail }) {
  const { alerts: t } = useMessages();
  const { fact } = t;
  const person = usePerson();
  const labels = Object.entries(alert.subject.labels);
  return (
    <Facts>
      <Fact name={fact.value}>{alert.valueText !== null && oneLine(alert.valueText)}</Fact>
      <Fact name={fact.threshold}>{alert.threshold}</Fact>
      <Fact name={fact.subject}>
        <Subject subject={alert.subject} />
      </Fact>
      <Fact name={fact.labels}>
        {labels.length > 0 && labels.map(([name, one]) => `${oneLine(name)} ${oneLine(one)}`).join(' · ')}
      </Fact>
      <Fact name={fact.advice}>
        {alert.advice !== null && <span className="whitespace-pre-wrap">{visibleText(alert.advice)}</span>}
      </Fact>
      <Fact name={fact.firstSeen}>
        <Exact at={alert.firstSeen} />
      </Fact>
      <Fact name={fact.lastSeen}>
        <Exact at={alert.lastSeen} />
      </Fact>
      <Fact name={fact.count}>{t.times(alert.count)}</Fact>
      <Fact name={fact.firing}>
        <Exact at={alert.firingSince} />, {t.firingNumber(alert.firing)}
      </Fact>
      <Fact name={fact.acknowledged}>
        {alert.acknowledgedBy !== null && alert.acknowledgedUntil !== null && (
          <>
            {t.byUntil(person(alert.acknowledgedBy))} <Exact at={alert.acknowledgedUntil} />
          </>
        )}
      </Fact>
      <Fact name={fact.resolved}>
        {alert.resolvedAt !== null && (
          <>
            <Exact at={alert.resolvedAt} /> {alert.resolvedBy !== null && t.by(person(alert.resolvedBy))}
          </>
        )}
      </Fact>
      <Fact name={fact.notes}>
        {alert.notes !== null && <span className="whitespace-pre-wrap">{visibleText(alert.notes)}</span>}
      </Fact>
      <Fact name={fact.type}>
        <code className="text-xs">{oneLine(alert.type)}</code>
      </Fact>
      <Fact name={fact.rule}>{alert.rule}</Fact>
      <Fact name={fact.key}>
        <code className="text-xs wrap-anywhere">{oneLine(alert.dedupeKey)}</code>
      </Fact>
      <Fact name={fact.project}>{alert.project}</Fact>
    </Facts>
  );
}

/** Where the subject has a page of its own, the way there. */
function Subject({ subject }: Pick<AlertDetail, 'subject'>) {
  const name = `${oneLine(subject.name)} (${oneLine(subject.kind)} ${oneLine(subject.id)})`;
  const className = 'text-info underline';
  if (subject.kind === 'job')
    return (
      <Link to="/jobs/$id" params={{ id: subject.id }} search={{}} className={className}>
        {name}
      </Link>
    );
  if (subject.kind === 'issue')
    return (
      <Link to="/issues/$id" params={{ id: subject.id }} search={{}} className={className}>
        {name}
      </Link>
    );
  return <span>{name}</span>;
}
