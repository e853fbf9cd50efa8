import {
  commit,
  culprit,
  errorEvent,
  event,
  exception,
  frame,
  incident,
  issue,
  issueEvidence,
  START,
  snippet,
} from '../../../../test/fixtures/understanding.ts';
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

/** An issue in whose every field this text stands. */
export function planted(text: string): HandOffInput {
  const culpritFrame = frame({ file: text, function: text, module: text, code: text, origin: null });
  const representative = errorEvent({
    body: text,
    service: text,
    environment: text,
    revision: text,
    instance: text,
    traceId: text,
    stackText: text,
    severityText: text,
    exceptions: [
      exception({ type: text, message: text, frames: [culpritFrame] }),
      exception({ type: text, message: text, relation: 'cause', frames: [culpritFrame] }),
    ],
    breadcrumbs: [{ time: START, category: text, message: text, level: text }],
    source: { kind: 'file', name: text, position: text, stream: text },
    user: { id: text, name: text },
  });
  const one = issue({ title: text, service: text, incidents: [incident({ representative })] });
  return handOffInput({
    issue: one,
    stored: storedIssue(one, {
      title: text,
      errorType: text,
      endpoint: text,
      location: { file: text, line: 1, function: text },
      firstRevision: text,
      lastRevision: text,
      state: 'resolved',
      stateDetail: { kind: 'resolved', in: 'revision', revision: text },
      assignee: text,
    }),
    context: [event({ time: START - 10, id: 'near', body: text, instance: text, severityText: text })],
    evidence: issueEvidence(one.id, {
      exceptions: representative.exceptions,
      reason: text,
      culprits: [culprit({ frame: culpritFrame, path: text })],
      snippets: [snippet({ path: text, function: text, code: text })],
      suspects: {
        verdict: 'ranked',
        reason: null,
        suspects: [
          {
            commit: commit({ subject: text, authorName: text }),
            points: 80,
            score: 0.8,
            confidence: 'high',
            reasons: [text],
          },
        ],
      },
      owners: [{ owner: text, file: text, rule: text }],
      testCommand: text,
      lastRevisionWithout: text,
    }),
    history: [
      { issueId: one.id, at: START, actor: text, action: text, detail: { text } },
      { issueId: one.id, at: START, actor: `agent:${text}`, action: 'note', detail: { text } },
    ],
    sinceDeployment: { revision: text, incidents: 3 },
    feedback: [{ at: START, text }],
    tokens: 6_000,
  });
}
