import { reportInstant } from '../plain-values.ts';
import { type Draft, quoted, said } from './entry.ts';
import { eventSource, type Gathered } from './section-input.ts';

/** What users wrote, the newest. */
const FEEDBACK = 3;

export function impactDrafts(gathered: Gathered): Draft[] {
  const { input, messages } = gathered;
  const { stored, sinceDeployment } = input;
  const t = messages.handOff;
  const text = `- ${t.incidents(stored.incidents, stored.events)}\n- ${t.users(stored.users)}`;
  const drafts: Draft[] = [{ entry: said('counts', text), share: 1 }];
  if (sinceDeployment !== null) {
    const lines = [sinceDeployment.revision];
    const entry = quoted('since-deployment', t.sinceDeployment(sinceDeployment.incidents), {
      ...eventSource(gathered),
      lines,
    });
    drafts.push({ entry, share: 0 });
  }
  return [...drafts, ...feedbackDrafts(gathered)];
}

/** Anybody may have written it: it is quoted as an event is. */
function feedbackDrafts({ input, messages }: Gathered): Draft[] {
  return (input.feedback ?? []).slice(0, FEEDBACK).map(({ at, text }) => ({
    entry: quoted('feedback', messages.handOff.feedback(reportInstant(at)), {
      source: 'event',
      id: input.shortId,
      lines: input.redactor.text(text).split('\n'),
    }),
    share: 0,
  }));
}
