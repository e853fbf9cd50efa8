import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ConversationSummary } from '../../../contracts/api/analysis.ts';
import { conversationsQuery } from '../../api/queries/analysis.ts';
import { EmptyState, PageHead, Section } from '../../components/card.tsx';
import { LoadedPages } from '../../components/loaded.tsx';
import { Ago } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';
import { Providers } from './providers.tsx';

export function AnalysisPage() {
  const { analysis: t } = useMessages();
  const conversations = useInfiniteQuery(conversationsQuery);
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <PageHead title={t.title} />
      <Providers />
      <Section title={t.conversations} id="conversations">
        <LoadedPages query={conversations} empty={<EmptyState title={t.emptyTitle}>{t.emptyText}</EmptyState>}>
          {(items) => (
            <ul className="overflow-hidden rounded-lg border border-line bg-card">
              {items.map((conversation) => (
                <Row key={conversation.session_id} conversation={conversation} />
              ))}
            </ul>
          )}
        </LoadedPages>
      </Section>
    </>
  );
}

function Row({ conversation }: { conversation: ConversationSummary }) {
  const { analysis: t } = useMessages();
  const { session_id: id, messages, updated_at: updatedAt, analyzed_at: analyzedAt, analysis } = conversation;
  return (
    <li data-row className="border-b border-line px-3 py-2.5 last:border-b-0 focus-within:bg-raised hover:bg-raised">
      <Link
        data-row-link
        to="/analysis/conversations/$id"
        params={{ id }}
        search={{}}
        className="line-clamp-2 font-semibold wrap-anywhere hover:underline"
      >
        {analysis === null ? <span className="font-mono">{oneLine(id)}</span> : oneLine(analysis.summary)}
      </Link>
      <div className="mt-0.5 flex flex-wrap gap-x-3 text-xs text-muted">
        {analysis !== null && <span className="font-mono wrap-anywhere">{oneLine(id)}</span>}
        <span>{t.messages(messages)}</span>
        <span>
          {t.updated} <Ago at={updatedAt} />
        </span>
        <span>
          {analyzedAt === null ? (
            t.notAnalyzed
          ) : (
            <>
              {t.analyzed} <Ago at={analyzedAt} />
            </>
          )}
        </span>
        {analysis !== null && <span className="wrap-anywhere">{analysis.concepts.map(oneLine).join(' · ')}</span>}
      </div>
    </li>
  );
}
