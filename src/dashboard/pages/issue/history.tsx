import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type FormEvent, useId } from 'react';
import type { IssueChange } from '../../../contracts/api/issues.ts';
import { meQuery } from '../../api/queries/administration.ts';
import { historyQuery } from '../../api/queries/issues.ts';
import { Button } from '../../components/button.tsx';
import { Card, Section } from '../../components/card.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { useIssueAction } from '../../components/issue-actions/use-issue-action.ts';
import { LoadedPages } from '../../components/loaded.tsx';
import { Ago } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine, shortRevision, visibleText } from '../../visible-text.ts';

export function History({ issueId }: { issueId: string }) {
  const { issue: t } = useMessages();
  const { data: me } = useQuery(meQuery);
  const history = useInfiniteQuery(historyQuery(issueId));
  return (
    <Section title={t.history} id="history">
      <Card>
        {me && me.role !== 'viewer' && <NoteForm issueId={issueId} />}
        <LoadedPages query={history} empty={<p className="text-sm text-muted">{t.noHistory}</p>}>
          {(items) => (
            <ol>
              {items.map((change) => (
                <Change key={change.id} change={change} />
              ))}
            </ol>
          )}
        </LoadedPages>
      </Card>
    </Section>
  );
}

function NoteForm({ issueId }: { issueId: string }) {
  const { issue: t } = useMessages();
  const id = useId();
  const action = useIssueAction();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const text = String(new FormData(form).get('text')).trim();
    if (text === '') return;
    action.mutate({ ids: [issueId], action: { type: 'note', text } }, { onSuccess: () => form.reset() });
  };
  return (
    <form onSubmit={submit} className="mb-3">
      <label htmlFor={id} className="mb-1 block text-sm text-muted">
        {t.note}
      </label>
      <textarea
        id={id}
        name="text"
        required
        rows={2}
        maxLength={10_000}
        className="w-full rounded-md border border-edge bg-card px-2 py-1 text-sm text-ink"
      />
      <Button type="submit" disabled={action.isPending}>
        {t.noteAction}
      </Button>
      <FailedLine error={action.error} />
    </form>
  );
}

/** What the line above says already, and ids that nobody reads. */
const UNSAID = new Set(['text', 'kind', 'incident']);

function inWords(name: string, value: unknown, states: Record<string, string>): string {
  if (typeof value !== 'string') return typeof value === 'object' ? JSON.stringify(value) : String(value);
  if (name === 'before') return states[value] ?? value;
  return name === 'revision' ? shortRevision(value) : value;
}

/** A note shows its text; other changes what they were given, in few words. */
function Change({ change }: { change: IssueChange }) {
  const { issue: t, shared } = useMessages();
  const note = change.detail && typeof change.detail.text === 'string' ? change.detail.text : null;
  const words = Object.entries(change.detail ?? {})
    .filter(([name, value]) => !UNSAID.has(name) && value !== null && value !== false)
    .map(([name, value]) => `${t.changeDetail[name] ?? name} ${inWords(name, value, shared.issueState)}`);
  return (
    <li className="border-b border-line py-2 text-sm last:border-b-0">
      <span className="font-semibold wrap-anywhere">{oneLine(change.actor)}</span>{' '}
      {t.change[change.action] ?? oneLine(change.action)}{' '}
      <span className="text-xs text-muted">
        <Ago at={change.at} />
      </span>
      {note !== null && <p className="mt-1 whitespace-pre-wrap wrap-anywhere">{visibleText(note)}</p>}
      {words.length > 0 && <p className="font-mono text-xs text-muted wrap-anywhere">{oneLine(words.join(' · '))}</p>}
    </li>
  );
}
