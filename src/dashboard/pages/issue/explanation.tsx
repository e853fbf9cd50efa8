import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { explain, explanationQuery, type IssueExplanation } from '../../api/queries/analysis.ts';
import { HowItWasMade } from '../../components/analysis-metadata.tsx';
import { Badge } from '../../components/badges.tsx';
import { Button } from '../../components/button.tsx';
import { Card, Section } from '../../components/card.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';
import { oneLine, visibleText } from '../../visible-text.ts';
import { EvidenceLinks } from './evidence-links.tsx';

/** What may be behind the issue: a hypothesis, always, and each claim of it with the evidence it rests on. */
export function Explanation({ issueId }: { issueId: string }) {
  const { analysis } = useMessages();
  const t = analysis.explanation;
  const explanation = useQuery(explanationQuery(issueId));
  return (
    <Section title={t.title} id="explanation">
      <Card edge="info">
        <Loaded query={explanation}>
          {(data) => (
            <>
              {data === null ? <p className="text-sm text-muted">{t.none}</p> : <Hypothesis explanation={data} />}
              <Ask issueId={issueId} isFirst={data === null} />
            </>
          )}
        </Loaded>
      </Card>
    </Section>
  );
}

function Hypothesis({ explanation }: { explanation: IssueExplanation }) {
  const { analysis } = useMessages();
  const formats = useFormats();
  const t = analysis.explanation;
  const { rootCause, claims, nextLook, confidence, droppedClaims, evidence, metadata } = explanation;
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <Badge tone="warn">{t.hypothesis}</Badge>
        <span>
          {t.confidence} <span className="font-semibold">{formats.percent(confidence)}</span>
        </span>
        <span className="text-xs text-muted">
          {t.by(metadata.extractive ? t.builtin : oneLine(metadata.provider))} · <Ago at={metadata.analyzed_at} />
        </span>
      </p>
      <p className="mt-1 text-xs text-muted">{t.means}</p>
      {rootCause === null ? (
        <p className="mt-2">{t.noCause}</p>
      ) : (
        <div className="mt-2">
          <p className="font-semibold">{visibleText(rootCause.text)}</p>
          <EvidenceLinks ids={rootCause.evidence} evidence={evidence} />
        </div>
      )}
      <Claims title={t.claims} claims={claims} evidence={evidence} />
      <Claims title={t.nextLook} claims={nextLook} evidence={evidence} />
      {droppedClaims > 0 && <p className="mt-2 text-xs text-warn">{t.dropped(droppedClaims)}</p>}
      <HowItWasMade metadata={metadata} />
    </>
  );
}

interface ClaimsProps {
  title: string;
  claims: IssueExplanation['claims'];
  evidence: IssueExplanation['evidence'];
}

function Claims({ title, claims, evidence }: ClaimsProps) {
  if (claims.length === 0) return null;
  return (
    <>
      <h3 className="mt-3 text-sm font-semibold">{title}</h3>
      <ul className="mt-1 list-disc pl-5 text-sm">
        {claims.map(({ text, evidence: ids }) => (
          <li key={text} className="mb-1">
            {visibleText(text)}
            <EvidenceLinks ids={ids} evidence={evidence} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Ask({ issueId, isFirst }: { issueId: string; isFirst: boolean }) {
  const { analysis } = useMessages();
  const t = analysis.explanation;
  const client = useQueryClient();
  const mayAsk = useMay('write');
  const ask = useMutation({
    mutationFn: () => explain(issueId, !isFirst),
    onSuccess: (answer) => client.setQueryData(explanationQuery(issueId).queryKey, answer),
  });
  if (!mayAsk) return null;
  return (
    <div className="mt-3 flex flex-wrap items-center gap-2">
      <Button disabled={ask.isPending} onClick={() => ask.mutate()}>
        {ask.isPending ? t.asking : isFirst ? t.ask : t.again}
      </Button>
      <FailedLine error={ask.error} />
    </div>
  );
}
