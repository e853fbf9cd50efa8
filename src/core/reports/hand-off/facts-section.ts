import type { IssueChangeEntry, StateDetail } from '../../issues/index.ts';
import { severityName } from '../incident-views.ts';
import { reportInstant } from '../plain-values.ts';
import { type Draft, quoted, said } from './entry.ts';
import { eventSource, type Gathered } from './section-input.ts';

/** Changes and notes shown, the newest. */
const CHANGES = 5;
const NOTES = 5;
/** The names that Guardian gives changes. */
const ACTION = /^[a-z]{1,20}(?:[ -][a-z]{1,20}){0,2}$/;

/** Guardian's facts, then what the events call it, then what was done about it and noted. */
export function factDrafts(gathered: Gathered): Draft[] {
  const { input, messages, representative } = gathered;
  const { stored } = input;
  const t = messages.handOff;
  const lines = [
    t.identity(stored.id, stored.fingerprint),
    `${t.stateSince(t.state[stored.state], reportInstant(stored.stateSince))}${detailOf(stored.stateDetail, messages)}`,
    t.seen(reportInstant(stored.firstSeen), reportInstant(stored.lastSeen)),
    ...(representative ? [t.severity(classOf(representative.severityNumber, gathered))] : []),
    ...(stored.signal ? [t.signal[stored.signal]] : []),
  ];
  return [
    { entry: said('identity', lines.map((line) => `- ${line}`).join('\n')), share: 1 },
    { entry: quoted('names', t.names, { ...eventSource(gathered), lines: names(gathered) }), share: 0 },
    ...changes(gathered),
    ...notes(gathered),
  ];
}

function classOf(severityNumber: number, { representative }: Gathered): string {
  return severityName({ ...representative!, severityNumber, severityText: null });
}

function detailOf(detail: StateDetail | null, { handOff: t }: Gathered['messages']): string {
  if (detail === null) return '';
  return ` (${detail.kind === 'resolved' ? t.resolvedIn[detail.in] : t.ignoredUntil[detail.until]})`;
}

function names({ input: { stored }, representative, evidence, view, messages }: Gathered): string[] {
  const { field } = messages.handOff;
  const place = stored.location;
  const detail = stored.stateDetail;
  const values: [string, string | null][] = [
    [field.title, stored.title],
    [field.type, stored.errorType],
    [field.place, place && `${place.file}:${place.line ?? '?'} ${place.function ?? ''}`.trim()],
    [field.endpoint, stored.endpoint],
    [field.service, stored.service],
    [field.environment, representative?.environment ?? null],
    [field.revision, representative?.revision ?? null],
    [field.firstRevision, stored.firstRevision],
    [field.lastRevision, stored.lastRevision],
    [field.source, view?.source ?? null],
    [field.without, evidence?.lastRevisionWithout ?? null],
    [field.resolvedIn, detail?.kind === 'resolved' && detail.in === 'revision' ? detail.revision : null],
  ];
  return values
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name}: ${oneLineOf(value!)}`);
}

function oneLineOf(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, ' ⏎ ');
}

/** Who did it is told by kind only. */
function changes({ input, messages }: Gathered): Draft[] {
  const t = messages.handOff;
  return input.history
    .filter(({ action }) => action !== 'note')
    .slice(0, CHANGES)
    .map(({ at, actor, action }) => {
      const named = ACTION.test(action) ? action : 'change';
      return { entry: said('change', t.change(reportInstant(at), t.who[kindOf(actor)], named)), share: 0 };
    });
}

function kindOf(actor: string): 'guardian' | 'person' | 'agent' {
  if (actor === 'guardian') return 'guardian';
  return actor.startsWith('agent:') ? 'agent' : 'person';
}

/** Agents may have copied what an event says into a note: it is quoted like one. */
function notes({ input, messages }: Gathered): Draft[] {
  return input.history
    .map((entry) => ({ entry, text: noteText(entry) }))
    .filter(({ text }) => text !== '')
    .slice(0, NOTES)
    .map(({ entry, text }) => ({
      entry: quoted('note', messages.handOff.note(reportInstant(entry.at)), {
        source: 'note',
        id: input.shortId,
        lines: input.redactor.text(text).split('\n'),
      }),
      share: 0,
    }));
}

function noteText({ action, detail }: IssueChangeEntry): string {
  const text = action === 'note' ? detail?.text : null;
  return typeof text === 'string' ? text : '';
}
