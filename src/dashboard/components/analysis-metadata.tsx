import type { AnalysisMetadata } from '../../contracts/api/analysis.ts';
import { useFormats, useMessages } from '../language.tsx';
import { oneLine } from '../visible-text.ts';
import { Fact, Facts } from './facts.tsx';
import { Table } from './table.tsx';
import { Exact } from './time.tsx';

/** Who answered, what that took and cost, and who was asked before; out of the way. */
export function HowItWasMade({ metadata }: { metadata: AnalysisMetadata }) {
  const { analysis: t } = useMessages();
  const formats = useFormats();
  const { fact } = t;
  return (
    <details className="mt-3">
      <summary className="cursor-pointer text-sm text-muted">{t.how}</summary>
      <div className="mt-2 flex flex-col gap-2">
        <Facts>
          <Fact name={fact.provider}>{oneLine(metadata.provider)}</Fact>
          <Fact name={fact.model}>{metadata.model}</Fact>
          <Fact name={fact.cache}>{t.cacheOf[metadata.cache]}</Fact>
          <Fact name={fact.language}>{metadata.language}</Fact>
          <Fact name={fact.tokens}>
            {t.tokensOf(formats.count(metadata.tokens.prompt), formats.count(metadata.tokens.completion))}
          </Fact>
          <Fact name={fact.cost}>
            {metadata.cost_usd === null ? t.costUnknown : t.usd(formats.value(metadata.cost_usd))}
          </Fact>
          <Fact name={fact.analyzed}>
            <Exact at={metadata.analyzed_at} />
          </Fact>
          <Fact name={fact.prompt}>{metadata.prompt_version}</Fact>
          <Fact name={fact.schema}>{metadata.schema_version}</Fact>
        </Facts>
        {metadata.attempts.length > 0 && <Attempts attempts={metadata.attempts} />}
      </div>
    </details>
  );
}

function Attempts({ attempts }: Pick<AnalysisMetadata, 'attempts'>) {
  const { analysis: t } = useMessages();
  const formats = useFormats();
  const { attempt: head } = t;
  return (
    <Table caption={t.attempts} heads={[head.provider, head.model, head.outcome, head.error, head.took]}>
      {attempts.map(({ provider, model, outcome, error_type: error, status, duration_ms: ms }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: one provider may be asked twice
        <tr key={index}>
          <th scope="row" className="font-semibold">
            {oneLine(provider)}
          </th>
          <td className="font-mono text-xs">{oneLine(model)}</td>
          <td className={outcome === 'failure' ? 'text-bad' : ''}>{t.outcome[outcome]}</td>
          <td>
            {error === null ? '–' : t.errorType[error]}
            {status !== null && ` (${status})`}
          </td>
          <td className="whitespace-nowrap">{formats.duration(ms)}</td>
        </tr>
      ))}
    </Table>
  );
}
