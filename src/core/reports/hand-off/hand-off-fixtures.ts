import { errorEvent, event, incident, issue, issueEvidence, START } from '../../../../test/fixtures/understanding.ts';
import type { Issue, StoredIssue } from '../../issues/index.ts';
import { messagesFor } from '../../shared/index.ts';
import type { HandOffInput } from './input.ts';

/** What the store would know of this issue. */
export function storedIssue(one: Issue, changes: Partial<StoredIssue> = {}): StoredIssue {
  return {
    id: one.id,
    number: 12,
    projectId: 1,
    service: one.service ?? 'shop',
    fingerprint: 'v1:app:0123456789abcdef',
    title: one.title,
    errorType: one.errorType,
    location: { file: 'src/checkout/cart.py', line: 88, function: 'total' },
    endpoint: one.endpoints[0] ?? null,
    state: 'open',
    stateDetail: null,
    stateSince: START,
    severity: 17,
    signal: null,
    firstSeen: one.firstSeen,
    lastSeen: one.lastSeen,
    firstRevision: one.revisions[0] ?? null,
    lastRevision: one.revisions.at(-1) ?? null,
    incidents: one.incidentCount,
    events: one.entries,
    users: one.affectedUsers ?? 0,
    why: one.why,
    firstEventSeq: START * 4096,
    lastEventSeq: START * 4096,
    assignee: null,
    mergedInto: null,
    ...changes,
  };
}

/** The shop's KeyError, told in English an hour after it began. */
export function handOffInput(changes: Partial<HandOffInput> = {}): HandOffInput {
  const representative = errorEvent({
    breadcrumbs: [
      { time: START - 2_000, category: 'http', message: 'GET /api/rates → 200', level: 'info' },
      { time: START - 1_000, category: 'cart', message: 'currency CHF chosen', level: 'info' },
    ],
  });
  const one = changes.issue ?? issue({ incidents: [incident({ representative })] });
  const before = event({ time: START - 500, id: 'before', instance: 'instance-1' });
  return {
    stored: storedIssue(one),
    shortId: 'SHOP-12',
    isNew: true,
    issue: one,
    context: [before],
    evidence: issueEvidence(one.id),
    evidenceProblem: null,
    redactor: { text: (text) => text, code: (text) => text },
    history: [],
    sinceDeployment: { revision: 'shop-00042-qiz', incidents: 1 },
    rate: { incidents: 2, requests: 400, hours: 168 },
    clock: { now: () => START + 3_600_000 },
    messages: messagesFor('en'),
    ...changes,
  };
}
