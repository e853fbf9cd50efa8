import type { DeploymentCheck } from '../../../contracts/api/deployments.ts';
import { Section } from '../../components/card.tsx';
import { Ago } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';

const SIGNS: Record<DeploymentCheck['outcome'], { sign: string; className: string }> = {
  passed: { sign: '✓', className: 'text-ok' },
  failed: { sign: '✗', className: 'text-bad' },
  'could not look': { sign: '?', className: 'text-warn' },
  'not applicable': { sign: '–', className: 'text-muted' },
  waiting: { sign: '…', className: 'text-muted' },
};

export function Checks({ checks }: { checks: readonly DeploymentCheck[] }) {
  const { deployments: t } = useMessages();
  return (
    <Section title={t.checks} id="checks">
      {checks.length === 0 ? (
        <p className="text-sm text-muted">{t.noChecks}</p>
      ) : (
        <ul className="overflow-hidden rounded-lg border border-line bg-card text-sm">
          {checks.map(({ name, outcome, detail, at }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: one name may be checked several times
            <li key={index} className="flex items-baseline gap-2 border-b border-line px-3 py-1.5 last:border-b-0">
              <span aria-hidden="true" className={`w-4 shrink-0 text-center font-semibold ${SIGNS[outcome].className}`}>
                {SIGNS[outcome].sign}
              </span>
              <span className="min-w-0 grow wrap-anywhere">
                <span className="font-semibold">{oneLine(name)}</span>{' '}
                <span className={SIGNS[outcome].className}>{t.outcome[outcome]}</span>
                {detail !== '' && <span className="block text-muted">{visibleText(detail)}</span>}
              </span>
              {at !== null && (
                <span className="shrink-0 text-xs text-muted">
                  <Ago at={at} />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
