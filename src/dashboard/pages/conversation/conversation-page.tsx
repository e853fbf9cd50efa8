import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ConversationDetail, conversationQuery } from '../../api/queries/analysis.ts';
import { Section } from '../../components/card.tsx';
import { Pre } from '../../components/code.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Ago, Exact } from '../../components/time.tsx';
import { Untrusted } from '../../components/untrusted.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';
import { ConversationAnalysis } from './conversation-analysis.tsx';

const route = getRouteApi('/analysis/conversations/$id');

export function ConversationPage() {
  const { id } = route.useParams();
  const { analysis: t } = useMessages();
  const conversation = useQuery(conversationQuery(id));
  return (
    <>
      <title>{`${oneLine(id)} · Guardian`}</title>
      <Link to="/analysis" search={{}} className="text-sm text-info hover:underline">
        ← {t.back}
      </Link>
      <h1 className="mt-1 mb-2 font-mono text-xl font-semibold wrap-anywhere">{oneLine(id)}</h1>
      <Loaded query={conversation}>{(data) => <Conversation conversation={data} />}</Loaded>
    </>
  );
}

function Conversation({ conversation }: { conversation: ConversationDetail }) {
  const { analysis: t } = useMessages();
  return (
    <>
      <p className="mb-4 text-sm text-muted">
        {t.messages(conversation.messages)} · {t.updated} <Ago at={conversation.updated_at} />
      </p>
      <ConversationAnalysis conversation={conversation} />
      <Section title={t.history} id="messages">
        <Messages history={conversation.history} />
      </Section>
    </>
  );
}

/** What people and programs said: text, whatever it claims to be. */
function Messages({ history }: Pick<ConversationDetail, 'history'>) {
  const { analysis: t } = useMessages();
  if (history.length === 0) return <p className="text-sm text-muted">{t.noHistory}</p>;
  return (
    <Untrusted note={t.untrusted}>
      <ol className="mt-2 flex flex-col gap-3">
        {history.map((message, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a message is known by its place; its id may be left out
          <li key={index} className="min-w-0">
            <p className="text-xs text-muted">
              <span className="font-semibold text-ink">{t.role[message.role]}</span>
              {message.author !== undefined && ` · ${oneLine(message.author)}`}
              {message.created_at !== undefined && (
                <>
                  {' · '}
                  <Exact at={message.created_at} />
                </>
              )}
            </p>
            <Pre text={message.content} label={`${t.role[message.role]} ${index + 1}`} />
          </li>
        ))}
      </ol>
    </Untrusted>
  );
}
