import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { RunDetail } from '../../../contracts/api/jobs.ts';
import { runQuery } from '../../api/queries/jobs.ts';
import { Button } from '../../components/button.tsx';
import { Card, Section } from '../../components/card.tsx';
import { Pre } from '../../components/code.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { CancelDialog } from '../../components/run/cancel-dialog.tsx';
import { RunBadge, useReason } from '../../components/run/run-badge.tsx';
import { RunDuration, RunRow, useStarted } from '../../components/run/run-row.tsx';
import { RUN_TONES } from '../../components/run/status-mark.tsx';
import { Exact } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { usePerson } from '../../person.ts';
import { useMay } from '../../role.ts';
import { oneLine, visibleText } from '../../visible-text.ts';
import { Attempts } from './attempts.tsx';
import { Output } from './output.tsx';
import { RecordErrors, Stats } from './run-numbers.tsx';

export function RunView({ id }: { id: string }) {
  const { runs: t } = useMessages();
  const run = useQuery(runQuery(id));
  return (
    <>
      <title>{`${run.data?.label ?? t.title} · Guardian`}</title>
      <Loaded query={run}>{(data) => <Run run={data} />}</Loaded>
    </>
  );
}

/** How it ended and why, then what it wrote, then everything else. */
function Run({ run }: { run: RunDetail }) {
  const { runs: t } = useMessages();
  return (
    <>
      <Link to="/jobs/$id" params={{ id: run.job }} search={{}} className="text-sm text-info hover:underline">
        ← {t.back(oneLine(run.label))}
      </Link>
      <Head run={run} />
      {run.error !== null && (
        <Section title={t.error} id="error">
          <Pre text={run.error} label={t.error} />
        </Section>
      )}
      <Output run={run.id} isOpen={run.finishedAt === null} />
      <Stats stats={run.stats} />
      <RecordErrors errors={run.recordErrors} />
      <Attempts attempts={run.attempts} />
      {run.chain.length > 0 && (
        <Section
          title={t.chain}
          id="chain"
          aside={
            <Link to="/chains/$id" params={{ id: run.chainRun }} search={{}} className="text-sm text-info underline">
              {t.wholeChain}
            </Link>
          }
        >
          <ul className="overflow-hidden rounded-lg border border-line bg-card">
            {run.chain.map((one) => (
              <RunRow key={one.id} run={one} isNamed />
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

function Head({ run }: { run: RunDetail }) {
  const { runs: t } = useMessages();
  const mayAct = useMay('write');
  const [isAsking, setAsking] = useState(false);
  const isOpen = run.finishedAt === null;
  const tone = RUN_TONES[run.status];
  return (
    <>
      <div className="mt-1 mb-3 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1 className="text-xl font-semibold wrap-anywhere">{oneLine(run.label)}</h1>
        <RunBadge status={run.status} />
        <span className="text-sm text-muted">
          <RunDuration {...run} />
        </span>
      </div>
      <Card edge={tone} tint={tone === 'info' ? 'none' : tone}>
        <RunFacts run={run} />
      </Card>
      {isOpen && mayAct && (
        <div className="mt-3">
          {run.cancelRequestedBy === null ? (
            <Button look="danger" onClick={() => setAsking(true)}>
              {t.cancel}
            </Button>
          ) : (
            <p role="status" className="text-sm text-warn">
              {t.cancelAsked}
            </p>
          )}
        </div>
      )}
      {isAsking && <CancelDialog run={run.id} onClose={() => setAsking(false)} />}
    </>
  );
}

function RunFacts({ run }: { run: RunDetail }) {
  const { runs: t } = useMessages();
  const { fact } = t;
  const reason = useReason(run.reason);
  const started = useStarted(run);
  const person = usePerson();
  const at = (instant: string | null) => instant !== null && <Exact at={instant} />;
  return (
    <Facts>
      <Fact name={fact.reason}>{reason}</Fact>
      <Fact name={fact.message}>
        {run.message !== null && <span className="whitespace-pre-wrap">{visibleText(run.message)}</span>}
      </Fact>
      <Fact name={fact.cause}>
        {run.cause !== null && (
          <Link to="/runs/$run" params={{ run: run.cause }} search={{}} className="text-info underline">
            {t.toCause}
          </Link>
        )}
      </Fact>
      <Fact name={fact.trigger}>{started}</Fact>
      <Fact name={fact.tick}>{at(run.tick)}</Fact>
      <Fact name={fact.created}>{at(run.createdAt)}</Fact>
      <Fact name={fact.started}>{at(run.startedAt)}</Fact>
      <Fact name={fact.finished}>{at(run.finishedAt)}</Fact>
      <Fact name={fact.nextAttempt}>{at(run.nextAttemptAt)}</Fact>
      <Fact name={fact.cancelBy}>{run.cancelRequestedBy !== null && person(run.cancelRequestedBy)}</Fact>
      <Fact name={fact.environment}>{run.environment}</Fact>
      <Fact name={fact.node}>{run.node}</Fact>
    </Facts>
  );
}
