import { describe, expect, it } from 'vitest';
import {
  errorEvent,
  event,
  exception,
  frame,
  incident,
  issue,
  issueOf,
  libraryFrame,
  outOfMemory,
  repositoryEvidence,
  request,
  START,
  slowRequest,
  warningIssue,
} from '../../../test/fixtures/understanding.ts';
import { type Issue, originLookup } from '../issues/index.ts';
import {
  incidentView,
  latencyViews,
  membershipOf,
  severityName,
  signalViews,
  worstIncidents,
} from './incident-views.ts';
import { findPlaces } from './places.ts';

function contextOf(issues: Issue[]) {
  return { membership: membershipOf(issues), places: findPlaces(repositoryEvidence(), originLookup()) };
}

function viewOf(representative: ReturnType<typeof errorEvent>, members: ReturnType<typeof event>[] = []) {
  const one = incident({
    representative,
    members: [representative, ...members].map((member) => ({ event: member, foldedBy: 'trace' })),
    entries: 1 + members.length,
  });
  const of = issue({ incidents: [one] });
  return incidentView({ incident: one, issue: of }, contextOf([of]));
}

describe('an incident', () => {
  it('has its thirteen fields and the four that tie it to the rest', () => {
    expect(viewOf(errorEvent({ id: 'e1' }))).toEqual({
      timestamp: '2026-03-14T09:00:00.000Z',
      severity: 'ERROR',
      message: "KeyError: 'CHF'",
      stack_trace: expect.stringContaining('Traceback'),
      endpoint: 'POST /api/orders/:id/pay',
      http_method: 'POST',
      status_code: 500,
      user_agent: 'Mozilla/5.0',
      request_id: 'request-71f2',
      error_type: 'KeyError',
      file_path: 'src/checkout/cart.py',
      line_number: 88,
      full_payload: { message: "KeyError: 'CHF'" },
      incident_id: 'incident-e1',
      issue_id: 'issue-1',
      revision: 'shop-00042-qiz',
      entries: 1,
    });
  });

  it('names the failing application frame, never a library above it (row 1)', () => {
    const view = viewOf(
      errorEvent({
        exceptions: [exception({ frames: [libraryFrame(), frame({ file: '/app/src/stock.py', line: 7 }), frame()] })],
      }),
    );
    expect(view).toMatchObject({ file_path: 'src/stock.py', line_number: 7 });
  });

  it('blames nobody when every frame is a library', () => {
    const view = viewOf(errorEvent({ exceptions: [exception({ frames: [libraryFrame()] })] }));
    expect(view).toMatchObject({ file_path: null, line_number: null });
  });

  it('looks for the throw in the root cause, then outward', () => {
    const raised = exception({ type: 'shop.OrderFailed', frames: [frame({ file: '/app/src/outer.py', line: 1 })] });
    const cause = exception({
      type: 'db.errors.LockTimeout',
      relation: 'cause',
      frames: [frame({ file: '/app/src/inner.py', line: 2 })],
    });
    const bare = exception({ type: 'OSError', relation: 'cause', frames: [libraryFrame()] });
    expect(viewOf(errorEvent({ exceptions: [raised, cause] }))).toMatchObject({
      file_path: 'src/inner.py',
      error_type: 'LockTimeout',
    });
    expect(viewOf(errorEvent({ exceptions: [raised, bare] }))).toMatchObject({
      file_path: 'src/outer.py',
      error_type: 'OSError',
    });
  });

  it('takes the request from the member that is one, when the trace came without (row 14)', () => {
    const trace = errorEvent({ id: 'trace', request: null });
    const answer = event({ id: 'answer', request: request({ path: '/api/orders/12?key=1', status: 502 }) });
    expect(viewOf(trace, [answer])).toMatchObject({ endpoint: 'POST /api/orders/:id', status_code: 502, entries: 2 });
  });

  it('keys an endpoint by route: no host, no query, ids as :id (row 15)', () => {
    const view = viewOf(
      errorEvent({ request: request({ path: '/users/4f9c2a7e-1b1d-4c55-9f3e-7a1f0d2b6c11/mail?to=a%40b.ch' }) }),
    );
    expect(view.endpoint).toBe('POST /users/:id/mail');
  });

  it('names its severity by number where the source had no word', () => {
    expect(severityName(event({ severityText: null, severityNumber: 17 }))).toBe('ERROR');
    expect(severityName(event({ severityText: null, severityNumber: 0 }))).toBe('DEFAULT');
    expect(severityName(event({ severityText: 'Notice', severityNumber: 10 }))).toBe('Notice');
  });
});

describe('the worst incidents', () => {
  it('begin with signals, then severity; every issue is seen before one is seen twice', () => {
    const often = issueOf(3, START, {}, 'often');
    const once = issueOf(1, START, {}, 'once');
    const fatal = issueOf(1, START, { severityNumber: 21 }, 'fatal');
    const died = outOfMemory(null);
    const order = worstIncidents([often, once, fatal, died], 'error', 10).map(({ issue: of }) => of.id);
    expect(order).toEqual([died.id, 'fatal', 'often', 'once', 'often', 'often']);
  });

  it('are of one kind, and as many as the knob says', () => {
    const issues = [issueOf(20), warningIssue(20)];
    expect(worstIncidents(issues, 'error', 10)).toHaveLength(10);
    expect(worstIncidents(issues, 'warning', 10).every(({ incident: one }) => one.kind === 'warning')).toBe(true);
  });

  it('count a trace without severity as an error', () => {
    const silent = issueOf(1, START, { severityNumber: 0, severityText: null }, 'silent');
    const loud = issueOf(1, START, {}, 'loud');
    expect(worstIncidents([silent, loud], 'error', 2).map(({ issue: of }) => of.id)).toEqual(['silent', 'loud']);
  });
});

describe('signals and latency', () => {
  it('tell to which issue they belong, and how many requests a death cost', () => {
    const died = outOfMemory({ limitMib: 1024, usedMib: 1062 });
    const signals = died.incidents.flatMap((one) => one.signal ?? []);
    const [view] = signalViews(signals, 3, contextOf([died]));
    expect(view).toMatchObject({ type: 'OOM', affected_requests: 3, full_context: { issue_id: died.id } });
  });

  it('are bounded, and a slow request that failed nowhere belongs to no issue', () => {
    const latency = [slowRequest(6120.4), slowRequest(5000), slowRequest(4000), slowRequest(3500)];
    const views = latencyViews(latency, 3, contextOf([]));
    expect(views.map((view) => view.duration_ms)).toEqual([6120, 5000, 4000]);
    expect(views[0]?.full_context).toMatchObject({ incident_id: '', issue_id: '', endpoint: 'GET /api/search' });
  });
});
