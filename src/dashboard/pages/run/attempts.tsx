import type { RunDetail } from '../../../contracts/api/jobs.ts';
import { Card, Section } from '../../components/card.tsx';
import { Pre } from '../../components/code.tsx';
import { RunBadge, useReason } from '../../components/run/run-badge.tsx';
import { Exact } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';

type Attempt = RunDetail['attempts'][number];

export function Attempts({ attempts }: { attempts: readonly Attempt[] }) {
  const { runs: t } = useMessages();
  if (attempts.length === 0) return null;
  return (
    <Section title={t.attempts} id="attempts">
      <ol className="flex flex-col gap-2">
        {attempts.map((attempt) => (
          <li key={attempt.number}>
            <Card>
              <OneAttempt attempt={attempt} />
            </Card>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function OneAttempt({ attempt }: { attempt: Attempt }) {
  const { runs: t } = useMessages();
  const formats = useFormats();
  const reason = useReason(attempt.reason);
  const label = t.attemptOf(formats.count(attempt.number));
  const took = Date.parse(attempt.finishedAt) - Date.parse(attempt.startedAt);
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <span className="font-semibold">{label}</span>
        <RunBadge status={attempt.status} />
        <span className="text-muted">
          <Exact at={attempt.startedAt} /> · {t.took(formats.duration(took))}
          {reason !== null && ` · ${reason}`}
        </span>
      </p>
      {attempt.error !== null && <Pre text={attempt.error} label={label} />}
    </>
  );
}
