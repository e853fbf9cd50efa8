import { useId, useState } from 'react';
import type { AuditEntry } from '../../../contracts/api/audit.ts';
import { Badge } from '../../components/badges.tsx';
import { Button } from '../../components/button.tsx';
import type { Tone } from '../../components/card.tsx';
import { ObjectFacts } from '../../components/facts.tsx';
import { Exact } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { usePerson } from '../../person.ts';
import { oneLine } from '../../visible-text.ts';
import { actionInWords } from './action-in-words.ts';

const TONES: Record<AuditEntry['outcome'], Tone> = { success: 'none', failure: 'bad', denied: 'warn' };

/** Who did what on what, from where; what was done plainly needs no word for it. */
export function AuditRow({ entry }: { entry: AuditEntry }) {
  const { audit: t } = useMessages();
  const formats = useFormats();
  const person = usePerson();
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const words = inWords(entry.fields ?? {});
  const { what, object } = actionInWords(entry, t);
  return (
    <li
      data-row
      className="border-b border-line px-3 py-2 text-sm last:border-b-0 focus-within:bg-raised hover:bg-raised"
    >
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5">
        <span className="text-xs text-muted sm:w-52">
          <Exact at={entry.at} /> · {t.number(formats.count(entry.sequence))}
        </span>
        <span className="min-w-0 grow basis-64 wrap-anywhere">
          <span className="font-semibold">{person(entry.actor)}</span> {what}{' '}
          {object !== null && <code className="text-xs">{object}</code>}{' '}
          {entry.outcome !== 'success' && <Badge tone={TONES[entry.outcome]}>{t.outcome[entry.outcome]}</Badge>}
          {entry.address !== null && (
            <span className="text-xs text-muted">
              {' '}
              {t.from} {oneLine(entry.address)}
            </span>
          )}
          {words !== '' && <span className="line-clamp-2 font-mono text-xs text-muted">{oneLine(words)}</span>}
        </span>
        <Button look="bare" data-row-link aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
          {t.details} <span aria-hidden="true">{isOpen ? '▴' : '▾'}</span>
        </Button>
      </div>
      <div id={id} hidden={!isOpen} className="mt-1">
        {isOpen && (
          <>
            {entry.fields && <ObjectFacts value={entry.fields} />}
            <p className="mt-1 text-xs text-muted">
              {t.hash} <code className="wrap-anywhere">{oneLine(entry.hash)}</code>
            </p>
          </>
        )}
      </div>
    </li>
  );
}

/** What is short; the rest stands in the details. */
function inWords(fields: Record<string, unknown>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== null && typeof value !== 'object')
    .map(([name, value]) => `${name} ${value}`)
    .join(' · ');
}
