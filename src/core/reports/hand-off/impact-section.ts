import { type Draft, quoted, said } from './entry.ts';
import { eventSource, type Gathered } from './section-input.ts';

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
  return drafts;
}
