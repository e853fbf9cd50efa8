import { Fragment } from 'react';
import type { DeploymentDetail, DeploymentStep } from '../../../contracts/api/deployments.ts';
import { Badge } from '../../components/badges.tsx';
import { Card, Section, type Tone } from '../../components/card.tsx';
import { Table } from '../../components/table.tsx';
import { Exact } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { visibleText } from '../../visible-text.ts';
import { useMeasureValue } from './measure-values.ts';

const STATE_TONES: Record<DeploymentStep['state'], Tone> = {
  waiting: 'none',
  running: 'info',
  passed: 'ok',
  failed: 'bad',
  skipped: 'none',
};

type Verdict = NonNullable<DeploymentStep['verdict']>;
const VERDICT_TONES: Record<Verdict, Tone> = { pass: 'ok', suspect: 'warn', fail: 'bad', inconclusive: 'info' };
const VERDICT_SIGNS: Record<Verdict, string> = { pass: '✓', suspect: '?', fail: '✗', inconclusive: '–' };

export function Steps({ steps }: Pick<DeploymentDetail, 'steps'>) {
  const { deployments: t } = useMessages();
  return (
    <Section title={t.steps} id="steps">
      {steps.length === 0 ? (
        <p className="text-sm text-muted">{t.noSteps}</p>
      ) : (
        <ol className="flex flex-col gap-2">
          {steps.map((step, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two steps may have one share
            <li key={index}>
              <Step step={step} />
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}

/** How much of the traffic, what came of it, and the numbers that this rests on. */
function Step({ step }: { step: DeploymentStep }) {
  const { deployments: t } = useMessages();
  const formats = useFormats();
  const { percent, state, verdict, requestsNew, requestsOld, comparisons } = step;
  const share = formats.percent(percent / 100);
  return (
    <Card edge={STATE_TONES[state]}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="font-semibold">{share}</h3>
        <Badge tone={STATE_TONES[state]}>{t.stepState[state]}</Badge>
        {verdict !== null && <VerdictBadge verdict={verdict} />}
        {step.startedAt !== null && (
          <span className="text-xs text-muted">
            <Exact at={step.startedAt} />
            {step.endedAt !== null && (
              <>
                {' – '}
                <Exact at={step.endedAt} />
              </>
            )}
          </span>
        )}
      </div>
      {verdict !== null && <p className="text-sm text-muted">{t.verdictMeans[verdict]}</p>}
      {requestsNew !== null && requestsOld !== null && (
        <p className="text-sm">{t.requests(formats.count(requestsNew), formats.count(requestsOld))}</p>
      )}
      {comparisons.length > 0 ? (
        <div className="mt-2">
          <Comparisons comparisons={comparisons} caption={t.compared(share)} />
        </div>
      ) : (
        state !== 'waiting' && state !== 'skipped' && <p className="text-sm text-muted">{t.noComparison}</p>
      )}
    </Card>
  );
}

function VerdictBadge({ verdict }: { verdict: Verdict }) {
  const { deployments: t } = useMessages();
  return (
    <Badge tone={VERDICT_TONES[verdict]}>
      <span aria-hidden="true">{VERDICT_SIGNS[verdict]} </span>
      {t.verdict[verdict]}
    </Badge>
  );
}

/** Smaller ones are shown as that: three digits after the point would make them 0. */
const LEAST_P = 0.001;

interface ComparisonsProps {
  comparisons: DeploymentStep['comparisons'];
  caption: string;
}

function Comparisons({ comparisons, caption }: ComparisonsProps) {
  const { deployments: t } = useMessages();
  const value = useMeasureValue();
  const formats = useFormats();
  const { column } = t;
  const chance = (p: number | null) => {
    if (p === null) return '–';
    return p < LEAST_P ? `< ${formats.value(LEAST_P)}` : formats.value(p);
  };
  return (
    <Table
      caption={caption}
      isCaptionHidden
      heads={[column.measure, column.verdict, column.fresh, column.old, column.p]}
    >
      {comparisons.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: several features may be compared
        <Fragment key={index}>
          <tr className={one.detail === '' ? '' : 'border-b-0!'}>
            <th scope="row" className="font-semibold wrap-normal">
              {t.measure[one.measure]}
            </th>
            <td>
              <VerdictBadge verdict={one.verdict} />
            </td>
            <td className="font-semibold whitespace-nowrap">{value(one.measure, one.new)}</td>
            <td className="whitespace-nowrap">{value(one.measure, one.old)}</td>
            <td className="whitespace-nowrap text-muted">{chance(one.pValue)}</td>
          </tr>
          {one.detail !== '' && (
            <tr>
              <td colSpan={5} className="pt-0! text-xs text-muted wrap-anywhere">
                {visibleText(one.detail)}
              </td>
            </tr>
          )}
        </Fragment>
      ))}
    </Table>
  );
}
