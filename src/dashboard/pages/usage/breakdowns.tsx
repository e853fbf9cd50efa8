import type { UsageSummary } from '../../../contracts/api/usage.ts';
import { Bars } from '../../components/bars.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

export function TopFeatures({ features }: { features: UsageSummary['top_features'] }) {
  const { usage: t } = useMessages();
  return (
    <>
      <h2 className="mb-2 font-semibold">{t.topFeatures}</h2>
      {features.length === 0 && <p className="text-sm text-muted">{t.noFeatures}</p>}
      <Bars
        label={t.topFeatures}
        bars={features.map(({ name, count }) => ({
          key: name,
          name: <span className="font-mono text-xs">{oneLine(name)}</span>,
          count,
        }))}
      />
    </>
  );
}

/** What the server itself got wrong stands out from what it refused. */
export function ErrorBreakdown({ breakdown }: { breakdown: UsageSummary['error_breakdown'] }) {
  const { usage: t } = useMessages();
  const codes = Object.entries(breakdown).toSorted(([, a], [, b]) => b - a);
  return (
    <>
      <h2 className="mb-2 font-semibold">{t.errorBreakdown}</h2>
      {codes.length === 0 ? (
        <p className="text-sm text-muted">{t.noErrors}</p>
      ) : (
        <Bars
          label={t.errorBreakdown}
          bars={codes.map(([code, count]) => ({
            key: code,
            name: <span className="font-mono text-xs">{oneLine(code)}</span>,
            count,
            tone: code.startsWith('5') ? ('bad' as const) : ('warn' as const),
          }))}
        />
      )}
    </>
  );
}
