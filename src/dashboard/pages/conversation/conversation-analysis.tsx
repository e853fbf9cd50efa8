import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AnalyzeReply } from '../../../contracts/api/analysis.ts';
import { analyze, type ConversationDetail } from '../../api/queries/analysis.ts';
import { HowItWasMade } from '../../components/analysis-metadata.tsx';
import { Badge } from '../../components/badges.tsx';
import { Button } from '../../components/button.tsx';
import { Card, Section } from '../../components/card.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';
import { oneLine, visibleText } from '../../visible-text.ts';

/** What was made of the conversation, and the button that makes it anew. */
export function ConversationAnalysis({ conversation }: { conversation: ConversationDetail }) {
  const { analysis: t } = useMessages();
  const { analysis, metadata } = conversation;
  return (
    <Section title={t.title} id="analysis">
      <Card>
        {analysis === null ? (
          <p className="text-muted">{t.notAnalyzed}</p>
        ) : (
          <>
            {metadata?.extractive && (
              <p className="mb-1">
                <Badge tone="info">{t.extractive}</Badge>
              </p>
            )}
            <h3 className="sr-only">{t.summary}</h3>
            <p className="max-w-prose">{visibleText(analysis.summary)}</p>
            <h3 className="mt-3 text-sm font-semibold">{t.concepts}</h3>
            <ul className="mt-1 flex flex-wrap gap-1.5 text-sm">
              {analysis.concepts.map((concept) => (
                <li key={concept} className="rounded bg-raised px-2 wrap-anywhere">
                  {oneLine(concept)}
                </li>
              ))}
            </ul>
            <Entities entities={analysis.entities} />
            {metadata !== null && <HowItWasMade metadata={metadata} />}
          </>
        )}
        <AskAgain conversation={conversation} />
      </Card>
    </Section>
  );
}

function Entities({ entities }: { entities: readonly { text: string; type: string }[] }) {
  const { analysis: t } = useMessages();
  return (
    <>
      <h3 className="mt-3 text-sm font-semibold">{t.entities}</h3>
      {entities.length === 0 ? (
        <p className="text-sm text-muted">{t.noEntities}</p>
      ) : (
        <ul className="mt-1 flex flex-wrap gap-x-4 gap-y-1 text-sm">
          {entities.map(({ text, type }) => (
            <li key={`${type} ${text}`} className="wrap-anywhere">
              {oneLine(text)} <span className="text-xs text-muted">{oneLine(type)}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function AskAgain({ conversation }: { conversation: ConversationDetail }) {
  const { analysis: t } = useMessages();
  const client = useQueryClient();
  const mayAct = useMay('write');
  const isAnalyzed = conversation.analysis !== null;
  const ask = useMutation({
    mutationFn: () => analyze(conversation.session_id, isAnalyzed),
    onSettled: () => client.invalidateQueries({ queryKey: ['analysis'] }),
  });
  if (!mayAct) return null;
  return (
    <div className="mt-3 flex flex-wrap items-center gap-2">
      <Button disabled={ask.isPending} onClick={() => ask.mutate()}>
        {ask.isPending ? t.analyzing : isAnalyzed ? t.analyzeAgain : t.analyze}
      </Button>
      <span role="status" className="text-sm empty:hidden">
        {ask.data && <Said reply={ask.data} />}
      </span>
      <FailedLine error={ask.error} />
    </div>
  );
}

function Said({ reply }: { reply: AnalyzeReply }) {
  const { analysis: t } = useMessages();
  if (reply.status === 'completed') return <span className="text-ok">{t.analyzedNow}</span>;
  return <span className="text-muted">{t.skipped[reply.reason]}</span>;
}
