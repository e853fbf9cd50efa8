import { Link } from '@tanstack/react-router';
import type { JobDetail, RunSummary } from '../../../contracts/api/jobs.ts';
import { Card, Section } from '../../components/card.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Ago } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';

/** What the job is, as it is declared. */
export function Definition({ job }: { job: JobDetail }) {
  const { jobs: t } = useMessages();
  const { fact } = t;
  return (
    <Section title={t.definition} id="definition">
      <Card>
        <Facts>
          <Fact name={fact.id}>
            <code className="text-xs">{oneLine(job.id)}</code>
          </Fact>
          <Fact name={fact.schedule}>{job.schedule}</Fact>
          <Fact name={fact.kind}>{t.kind[job.kind]}</Fact>
          <Fact name={fact.taskType}>{job.taskType && (t.taskType[job.taskType] ?? oneLine(job.taskType))}</Fact>
          <Fact name={fact.origin}>{t.origin[job.origin]}</Fact>
          <Fact name={fact.project}>{job.project}</Fact>
          <Fact name={fact.upstream}>
            {job.upstream.length > 0 && (
              <ul>
                {job.upstream.map(({ job: id, isStrict }) => (
                  <li key={id}>
                    <JobLink id={id} />
                    {isStrict && <span className="text-muted"> ({t.strict})</span>}
                  </li>
                ))}
              </ul>
            )}
          </Fact>
          <Fact name={fact.downstream}>
            {job.downstream.length > 0 && (
              <ul>
                {job.downstream.map((id) => (
                  <li key={id}>
                    <JobLink id={id} />
                  </li>
                ))}
              </ul>
            )}
          </Fact>
          {job.description.map(({ name, value }) => (
            <Fact key={name} name={name}>
              {value}
            </Fact>
          ))}
          <Fact name={fact.lastSuccess}>
            <RunLink run={job.lastSuccess} never={t.never} />
          </Fact>
          <Fact name={fact.lastFailure}>
            <RunLink run={job.lastFailure} never={t.never} />
          </Fact>
          {job.pingUrl !== null && (
            <Fact name={fact.ping}>
              <code className="mr-2 text-xs wrap-anywhere">{visibleText(job.pingUrl)}</code>
              <CopyButton text={job.pingUrl} />
            </Fact>
          )}
        </Facts>
      </Card>
    </Section>
  );
}

function JobLink({ id }: { id: string }) {
  return (
    <Link to="/jobs/$id" params={{ id }} search={{}} className="text-info underline">
      {oneLine(id)}
    </Link>
  );
}

function RunLink({ run, never }: { run: RunSummary | null; never: string }) {
  if (run === null) return <span>{never}</span>;
  return (
    <Link to="/jobs/$id/runs/$run" params={{ id: run.job, run: run.id }} search={{}} className="text-info underline">
      <Ago at={run.finishedAt ?? run.createdAt} />
    </Link>
  );
}
