import { describe, expect, it } from 'vitest';
import type { IssueBackground, StateDetail, StoredIssue } from '../ports.ts';
import { type ActionResult, applyAction, type IssueAction, quietDays } from './apply-action.ts';
import { judgeIncidents, needsBackground } from './judge-incidents.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.UTC(2031, 3, 9, 10, 25);

function issue(changes: Partial<StoredIssue> = {}): StoredIssue {
  return {
    id: 'issue-1',
    number: 1,
    projectId: 1,
    service: 'shop',
    fingerprint: 'v1:app:0123456789abcdef',
    title: 'ValueError: no stock',
    errorType: 'ValueError',
    location: null,
    endpoint: null,
    state: 'open',
    stateDetail: null,
    stateSince: NOW - 30 * DAY_MS,
    severity: 17,
    signal: null,
    firstSeen: NOW - 30 * DAY_MS,
    lastSeen: NOW - DAY_MS,
    firstRevision: 'r-1',
    lastRevision: 'r-2',
    incidents: 40,
    events: 90,
    users: 3,
    why: { version: 'v1', kind: 'app', inputs: null, kept: [], skipped: [], template: null },
    firstEventSeq: 1,
    lastEventSeq: 2,
    assignee: null,
    mergedInto: null,
    ...changes,
  };
}

const REVISIONS = [
  { name: 'r-1', firstSeen: 1, deployedAt: null },
  { name: 'r-2', firstSeen: 2, deployedAt: null },
];

function act(action: IssueAction, on: StoredIssue = issue()): ActionResult {
  return applyAction(on, action, { actor: 'user:7', at: NOW, serviceRevisions: REVISIONS });
}

describe('an action', () => {
  it.each<[IssueAction, StoredIssue['state'], StateDetail | null, string]>([
    [{ type: 'resolve', in: 'now' }, 'resolved', { kind: 'resolved', in: 'now' }, 'resolved'],
    [
      { type: 'resolve', in: { revision: 'r-9' } },
      'resolved',
      { kind: 'resolved', in: 'revision', revision: 'r-9' },
      'resolved',
    ],
    [{ type: 'resolve', in: 'next' }, 'resolved', { kind: 'resolved', in: 'next', after: 'r-2' }, 'resolved'],
    [{ type: 'ignore', until: 'escalating' }, 'ignored', { kind: 'ignored', until: 'escalating' }, 'ignored'],
    [{ type: 'ignore', until: 'for-ever' }, 'ignored', { kind: 'ignored', until: 'for-ever' }, 'ignored'],
    [
      { type: 'ignore', until: { time: NOW + 9 } },
      'ignored',
      { kind: 'ignored', until: 'time', time: NOW + 9 },
      'ignored',
    ],
    [
      { type: 'ignore', until: { incidents: 5 } },
      'ignored',
      { kind: 'ignored', until: 'count', incidents: 5, from: 40 },
      'ignored',
    ],
    [{ type: 'hand-off', to: 'claude' }, 'handed off', null, 'handed off'],
  ])('%o', (action, state, stateDetail, name) => {
    expect(act(action)).toMatchObject({
      isRefused: false,
      change: { state, stateDetail, stateSince: NOW },
      history: { issueId: 'issue-1', at: NOW, actor: 'user:7', action: name, detail: { before: 'open' } },
      outbox: {
        kind: 'issue-changed',
        projectId: 1,
        subjectId: 'issue-1',
        payload: { state, severity: 17, signal: null },
      },
    });
  });

  it('reopens, assigns and notes', () => {
    expect(act({ type: 'reopen' }, issue({ state: 'regressed' }))).toMatchObject({
      change: { state: 'open', stateDetail: null },
      history: { action: 'reopened', detail: { before: 'regressed' } },
    });
    expect(act({ type: 'assign', assignee: 'user:9' })).toMatchObject({
      change: { assignee: 'user:9' },
      history: { action: 'assigned', detail: { assignee: 'user:9' } },
    });
    expect(act({ type: 'note', text: '  the stock service was down ' })).toMatchObject({
      change: null,
      history: { action: 'note', detail: { text: 'the stock service was down' } },
    });
  });

  it('that changes nothing, or cannot be, is refused with its reason', () => {
    const refusal = (action: IssueAction, on?: StoredIssue) => {
      const result = act(action, on);
      return result.isRefused ? result.reason : null;
    };
    expect(refusal({ type: 'reopen' })).toBe('no-change');
    expect(refusal({ type: 'assign', assignee: null })).toBe('no-change');
    expect(refusal({ type: 'note', text: ' ' })).toBe('empty');
    expect(refusal({ type: 'ignore', until: { time: NOW } })).toBe('past');
    expect(refusal({ type: 'resolve', in: 'now' }, issue({ mergedInto: 'issue-2' }))).toBe('merged');
    const ignored = issue({ state: 'ignored', stateDetail: { kind: 'ignored', until: 'escalating' } });
    expect(refusal({ type: 'ignore', until: 'escalating' }, ignored)).toBe('no-change');
    expect(refusal({ type: 'ignore', until: 'for-ever' }, ignored)).toBeNull();
    expect(refusal({ type: 'hand-off' }, issue({ state: 'handed off' }))).toBeNull();
  });

  it('never resolves by silence: 14 quiet days are only said', () => {
    expect(quietDays(issue({ lastSeen: NOW - 14 * DAY_MS }), NOW)).toBe(14);
    expect(quietDays(issue({ lastSeen: NOW - 14 * DAY_MS + 1 }), NOW)).toBeNull();
    expect(quietDays(issue({ lastSeen: 0, state: 'resolved' }), NOW)).toBeNull();
  });
});

describe('a new incident', () => {
  const background: IssueBackground = {
    issueId: 'issue-1',
    hours: Array.from({ length: 168 }, (_, index) => ({
      hour: Math.floor(NOW / HOUR_MS) * HOUR_MS - (index + 1) * HOUR_MS,
      incidents: 10,
    })),
    highestEarlierHour: 10,
    revisions: ['r-1'],
    serviceRevisions: REVISIONS.map((one) => ({ ...one, lastSeen: one.firstSeen })),
  };
  const incidents = (count: number, from = NOW) =>
    Array.from({ length: count }, (_, index) => ({ id: `i-${index}`, from: from + index, revision: 'r-2' }));
  const judged = (changes: Partial<StoredIssue>, count: number, from?: number) =>
    judgeIncidents(issue(changes), incidents(count, from), { background, now: NOW + 5 });
  const ignored = (until: StateDetail) => ({ state: 'ignored' as const, stateDetail: until });

  it('leaves open, handed off and regressed issues as they are', () => {
    for (const state of ['open', 'handed off', 'regressed'] as const) expect(judged({ state }, 500)).toBeNull();
  });

  it('opens an ignored issue again once there are more than its limit in one hour, and says so', () => {
    const escalating = ignored({ kind: 'ignored', until: 'escalating' });
    expect(judged(escalating, 60)).toBeNull();
    expect(judged(escalating, 61)).toEqual({
      state: 'open',
      stateDetail: null,
      stateSince: NOW + 5,
      action: 'escalated',
      detail: { until: 'escalating', hour: Math.floor(NOW / HOUR_MS) * HOUR_MS, incidents: 61, limit: 60 },
    });
    expect(judged({ state: 'ignored', stateDetail: null }, 61)?.action).toBe('escalated');
    expect(judged(ignored({ kind: 'ignored', until: 'for-ever' }), 5_000)).toBeNull();
  });

  it('opens it again after its time, or after its number of incidents', () => {
    const until = ignored({ kind: 'ignored', until: 'time', time: NOW });
    expect(judged(until, 3, NOW - 1_000)).toBeNull();
    expect(judged(until, 3)?.detail).toMatchObject({ until: 'time', incident: 'i-0' });
    const count = ignored({ kind: 'ignored', until: 'count', incidents: 5, from: 38 });
    expect(judged(count, 2)).toBeNull();
    expect(judged(count, 3)?.detail).toEqual({ until: 'count', incidents: 5 });
  });

  it('regresses a resolved issue', () => {
    const resolved = { state: 'resolved' as const, stateSince: NOW - 1 };
    expect(judged({ ...resolved, stateDetail: { kind: 'resolved', in: 'revision', revision: 'r-2' } }, 1)).toEqual({
      state: 'regressed',
      stateDetail: null,
      stateSince: NOW + 5,
      action: 'regressed',
      detail: { incident: 'i-0', revision: 'r-2', resolved: 'revision' },
    });
    expect(judged({ ...resolved, stateDetail: { kind: 'resolved', in: 'next', after: 'r-2' } }, 1)).toBeNull();
    expect(judged({ ...resolved, stateDetail: { kind: 'resolved', in: 'now' } }, 0)).toBeNull();
  });

  it('asks the store only where the answer matters', () => {
    expect(needsBackground(ignored({ kind: 'ignored', until: 'for-ever' }))).toBe(false);
    expect(needsBackground(ignored({ kind: 'ignored', until: 'escalating' }))).toBe(true);
    expect(needsBackground({ state: 'resolved', stateDetail: { kind: 'resolved', in: 'now' } })).toBe(false);
    expect(needsBackground({ state: 'resolved', stateDetail: { kind: 'resolved', in: 'next', after: null } })).toBe(
      true,
    );
    expect(needsBackground({ state: 'open', stateDetail: null })).toBe(false);
  });
});
