import { useQuery } from '@tanstack/react-query';
import { feedbackQuery } from '../../api/queries/issues.ts';
import { Section } from '../../components/card.tsx';
import { Failed } from '../../components/failed.tsx';
import { Ago } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine, shortRevision, visibleText } from '../../visible-text.ts';

/** What users wrote about it. Takes no room where nobody did; that it is not known is said. */
export function Feedback({ issueId }: { issueId: string }) {
  const { issue: t } = useMessages();
  const query = useQuery(feedbackQuery(issueId));
  const items = query.data?.items ?? [];
  if (items.length === 0)
    return query.isError ? (
      <Section title={t.feedback} id="feedback">
        <Failed error={query.error} retry={() => void query.refetch()} />
      </Section>
    ) : null;
  return (
    <Section title={t.feedback} id="feedback">
      <ul className="overflow-hidden rounded-lg border border-line bg-card text-sm">
        {items.map(({ id, at, text, url, revision }) => (
          <li key={id} className="border-b border-line px-3 py-2 last:border-b-0">
            <p className="whitespace-pre-wrap wrap-anywhere">{visibleText(text)}</p>
            <p className="flex flex-wrap gap-x-2 text-xs text-muted">
              <Ago at={at} />
              {revision !== null && <span className="font-mono">{shortRevision(revision)}</span>}
              {url !== null && <span className="wrap-anywhere">{oneLine(url)}</span>}
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}
