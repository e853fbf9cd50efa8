import { describe, expect, it } from 'vitest';
import {
  culprit,
  errorEvent,
  event,
  exception,
  FORMER,
  frame,
  incident,
  issue,
  issueEvidence,
  issueOf,
  libraryFrame,
  RUNNING,
  repositoryEvidence,
  START,
  understandingOf,
} from '../../../test/fixtures/understanding.ts';
import type { IssueEvidence } from '../evidence/index.ts';
import { type Issue, originLookup } from '../issues/index.ts';
import { messagesFor } from '../shared/index.ts';
import { issueViews } from './issue-views.ts';
import { DEFAULT_REPORT_KNOBS, type ReportKnobs } from './knobs.ts';
import { findPlaces } from './places.ts';

function views(
  issues: Issue[],
  gathered: IssueEvidence[] = [],
  knobs: Partial<ReportKnobs> = {},
  context = [event({ time: START - 1 })],
) {
  const evidence = repositoryEvidence(gathered);
  return issueViews({
    understanding: understandingOf(issues, { context }),
    evidence,
    places: findPlaces(evidence, originLookup()),
    runningRevision: RUNNING,
    now: START,
    messages: messagesFor('en'),
    knobs: { ...DEFAULT_REPORT_KNOBS, ...knobs },
  });
}

describe('an issue in the report', () => {
  it('carries what a person or an agent needs to fix it', () => {
    const [view] = views([issueOf(3)], [issueEvidence('issue-1')]);
    expect(view).toMatchObject({
      id: 'issue-1',
      incidents: 3,
      first_seen: '2026-03-14T09:00:00.000Z',
      last_seen: '2026-03-14T09:00:02.000Z',
      error_type: 'KeyError',
      location: { file: 'src/checkout/cart.py', line: 88, function: 'total' },
      endpoints: ['POST /api/orders/:id/pay'],
      revisions: [RUNNING],
      suspect_commits: { verdict: 'ranked', commits: [{ rank: 1, confidence: 'high' }] },
      owners: [{ owner: '@shop/checkout' }],
      evidence: {
        truth: 'running revision',
        test_command: 'python -m pytest',
        request: { path: '/api/orders/8841/pay' },
      },
    });
  });

  it('is done after a test that failed before, and silence by the knobs', () => {
    const [view] = views([issueOf(1)]);
    expect(view?.done_when).toBe(
      'A test that failed before the fix passes, and this fingerprint stays silent for 24 h and 100 requests on a revision that holds the fix.',
    );
    expect(views([issueOf(1)], [], { silentHours: 2, silentRequests: 7 })[0]?.done_when).toContain(
      '2 h and 7 requests',
    );
  });

  it('is new only when a revision before the running one is known to have been without it', () => {
    const known = issueEvidence('issue-1', { firstSeenRevision: RUNNING, lastRevisionWithout: FORMER });
    const unknown = issueEvidence('issue-1', { firstSeenRevision: RUNNING, lastRevisionWithout: null });
    const old = issueEvidence('issue-1', { firstSeenRevision: FORMER, lastRevisionWithout: 'shop-00040' });
    expect([known, unknown, old].map((gathered) => views([issueOf(1)], [gathered])[0]?.is_new)).toEqual([
      true,
      false,
      false,
    ]);
    expect(views([issueOf(1)])[0]?.is_new).toBe(false);
  });

  it('without gathered evidence shows its own trace, classified, and says that nobody looked', () => {
    const raw = errorEvent({
      exceptions: [exception({ frames: [frame({ origin: null }), libraryFrame({ origin: null })] })],
    });
    const [view] = views([issue({ incidents: [incident({ representative: raw })] })]);
    expect(view?.suspect_commits).toEqual({
      verdict: 'could not look',
      reason: 'No repository was given.',
      commits: [],
    });
    expect(view?.evidence).toMatchObject({ truth: 'unavailable', commit: null, reason: 'No repository was given.' });
    expect(view?.evidence.exceptions[0]?.frames.map((one) => one.is_application)).toEqual([true, false]);
  });

  it('marks the culprits in the frames, by the path the repository knows', () => {
    const traced = frame({
      file: '/srv/shop/cart.py',
      origin: { isApplication: true, rule: 'guess', path: 'srv/shop/cart.py' },
    });
    const one = incident({ representative: errorEvent({ exceptions: [exception({ frames: [traced] })] }) });
    const gathered = issueEvidence('issue-1', {
      exceptions: [exception({ frames: [traced] })],
      culprits: [culprit({ frame: traced, path: 'backend/shop/cart.py' })],
    });
    const [view] = views([issue({ incidents: [one] })], [gathered]);
    expect(view?.location?.file).toBe('backend/shop/cart.py');
    expect(view?.evidence.exceptions[0]?.frames).toMatchObject([{ file: 'backend/shop/cart.py', culprit_rank: 1 }]);
  });

  it('says that the log cut its trace', () => {
    const cut = errorEvent({ exceptions: [exception({ truncated: true, type: null })] });
    const [view] = views([issue({ incidents: [incident({ representative: cut })] })]);
    expect(view?.evidence.truncated).toBe(true);
  });

  it('has a log tail of at most 20 entries that ends around its representative', () => {
    const context = Array.from({ length: 60 }, (_, index) =>
      event({ id: `c${index}`, time: START - index * 100, body: 'x'.repeat(999) }),
    );
    const tail = views([issueOf(1)], [], {}, context)[0]?.evidence.log_tail ?? [];
    expect(tail).toHaveLength(20);
    expect(tail.at(-1)?.message).toBe("KeyError: 'CHF'");
    expect(Math.max(...tail.map((entry) => entry.message.length))).toBe(500);
  });

  it('is one of as many as the knob lists', () => {
    const issues = Array.from({ length: 9 }, (_, index) => issueOf(1, START, {}, `issue-${index}`));
    expect(views(issues, [], { listedIssues: 4 }).map((view) => view.id)).toEqual([
      'issue-0',
      'issue-1',
      'issue-2',
      'issue-3',
    ]);
  });

  it('bounds the frames it lists, not the trace it shows', () => {
    const deep = exception({ frames: Array.from({ length: 900 }, () => frame()) });
    const [view] = views([issue({ incidents: [incident({ representative: errorEvent({ exceptions: [deep] }) })] })]);
    expect(view?.evidence.exceptions[0]?.frames).toHaveLength(100);
  });
});
