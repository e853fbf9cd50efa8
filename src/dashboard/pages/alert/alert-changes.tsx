import type { AlertDetail } from '../../../contracts/api/alerts.ts';
import { Section } from '../../components/card.tsx';
import { Exact } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { usePerson } from '../../person.ts';
import { oneLine, visibleText } from '../../visible-text.ts';

/** Each change with who and when, newest first. */
export function AlertChanges({ changes }: { changes: AlertDetail['changes'] }) {
  const { alerts: t } = useMessages();
  const person = usePerson();
  const newestFirst = changes.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return (
    <Section title={t.changes} id="changes">
      <ol className="overflow-hidden rounded-lg border border-line bg-card">
        {newestFirst.map((change, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two changes may be of one instant
          <li key={index} className="border-b border-line px-3 py-2 text-sm last:border-b-0">
            <span className="font-semibold wrap-anywhere">{person(change.by)}</span>
            {' · '}
            {t.change[change.action] ?? oneLine(change.action)}
            {change.from !== null && change.from !== change.to && (
              <span className="text-muted">
                {' '}
                ({t.state[change.from]} → {t.state[change.to]})
              </span>
            )}
            <span className="block text-xs text-muted">
              <Exact at={change.at} />
            </span>
            {change.notes !== null && (
              <span className="mt-1 block whitespace-pre-wrap wrap-anywhere">{visibleText(change.notes)}</span>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}
