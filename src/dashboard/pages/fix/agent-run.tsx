import type { FixDetail } from '../../../contracts/api/fixes.ts';
import { Badge } from '../../components/badges.tsx';
import { Card, Section, type Tone } from '../../components/card.tsx';
import { Diff, Pre } from '../../components/code.tsx';
import { Figure, Figures } from '../../components/figures.tsx';
import { Ago } from '../../components/time.tsx';
import { Untrusted } from '../../components/untrusted.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';

type Run = NonNullable<FixDetail['run']>;

const TONES: Record<Run['outcome'], Tone> = {
  running: 'info',
  proposed: 'ok',
  'no change': 'warn',
  failed: 'bad',
  'timed out': 'bad',
  refused: 'bad',
  stopped: 'warn',
};

/** What the agent did, wrote and left. All of its own words stand in marked blocks. */
export function AgentRun({ run }: { run: Run }) {
  const { fixes: t } = useMessages();
  return (
    <Section title={t.run} id="run">
      <Card edge={TONES[run.outcome]}>
        <RunFacts run={run} />
        {run.flags.length > 0 && (
          <div className="mt-2 text-sm text-warn">
            <p className="font-semibold">⚠ {t.flags}</p>
            <ul className="list-disc pl-5">
              {run.flags.map((flag) => (
                <li key={flag} className="wrap-anywhere">
                  {oneLine(flag)}
                </li>
              ))}
            </ul>
          </div>
        )}
        <Change run={run} />
        <Tests tests={run.tests} />
        <Output run={run} />
      </Card>
    </Section>
  );
}

function RunFacts({ run }: { run: Run }) {
  const { fixes: t } = useMessages();
  const formats = useFormats();
  const { startedAt, endedAt, outcome, exitCode } = run;
  return (
    <>
      <p className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={TONES[outcome]}>{t.outcome[outcome]}</Badge>
        <span className="text-xs text-muted">
          <Ago at={startedAt} />
        </span>
      </p>
      <Figures>
        <Figure name={t.took}>
          {endedAt === null ? t.running : formats.duration(Date.parse(endedAt) - Date.parse(startedAt))}
        </Figure>
        {exitCode !== null && <Figure name={t.exitCode}>{exitCode}</Figure>}
      </Figures>
      <p className="mt-1 text-sm text-muted">
        {t.isolation} {visibleText(run.isolation)}
      </p>
    </>
  );
}

function Change({ run }: { run: Run }) {
  const { fixes: t } = useMessages();
  if (run.outcome === 'running') return null;
  return (
    <div className="mt-3">
      <h3 className="font-semibold">
        {t.diff}
        {run.filesChanged !== null && (
          <span className="font-normal text-muted"> · {t.filesChanged(run.filesChanged)}</span>
        )}
      </h3>
      {run.diff === null || run.diff === '' ? (
        <p className="text-sm text-muted">{t.noDiff}</p>
      ) : (
        <Untrusted note={t.untrusted}>
          <Diff text={run.diff} label={t.diff} />
        </Untrusted>
      )}
    </div>
  );
}

function Tests({ tests }: Pick<Run, 'tests'>) {
  const { fixes: t } = useMessages();
  if (tests === null) return null;
  return (
    <div className="mt-3">
      <h3 className="flex flex-wrap items-center gap-2 font-semibold">
        {t.tests}
        <Badge tone={tests.passed ? 'ok' : 'bad'}>{tests.passed ? t.testsPassed : t.testsFailed}</Badge>
      </h3>
      <p className="font-mono text-xs text-muted wrap-anywhere">{oneLine(tests.command)}</p>
      {tests.output !== '' && (
        <details open={!tests.passed}>
          <summary className="cursor-pointer text-sm text-muted">{t.testsOutput}</summary>
          <Untrusted note={t.untrusted}>
            <Pre text={tests.output} label={t.testsOutput} />
          </Untrusted>
        </details>
      )}
    </div>
  );
}

function Output({ run }: { run: Run }) {
  const { fixes: t } = useMessages();
  const formats = useFormats();
  if (run.output === '') return null;
  return (
    <details className="mt-3" open={run.outcome !== 'proposed'}>
      <summary className="cursor-pointer font-semibold">{t.output}</summary>
      <Untrusted note={t.untrusted}>
        <Pre text={run.output} label={t.output} />
      </Untrusted>
      {run.outputCut > 0 && <p className="mt-1 text-xs text-warn">{t.outputCut(formats.count(run.outputCut))}</p>}
    </details>
  );
}
