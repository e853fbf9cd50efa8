import { describe, expect, it } from 'vitest';
import { event, exception } from '../../issues/event-fixtures.ts';
import type { IssueEvidence } from '../issue-evidence.ts';
import { fixabilityOf, levelOf } from './fixability.ts';

const origin = { isApplication: true, rule: 'tracked', path: 'src/shop.js' };
const frame = {
  file: '/app/src/shop.js',
  line: 3,
  column: null,
  function: 'price',
  module: null,
  code: null,
  inApp: null,
};

function evidence(changes: Partial<IssueEvidence> = {}, type = 'TypeError'): IssueEvidence {
  const failed = { ...exception(type, 'no price', []), frames: [{ ...frame, origin }] };
  return {
    issueId: 'issue-1',
    truth: 'running revision',
    commit: 'a'.repeat(40),
    reason: '',
    exceptions: [failed],
    culprits: [{ frame: { ...frame, origin }, exception: 0, rank: 1, score: 1, path: 'src/shop.js' }],
    snippets: [{} as IssueEvidence['snippets'][number]],
    suspects: { verdict: 'ranked', reason: null, suspects: [{ confidence: 'high' } as never] },
    owners: [],
    testCommand: 'npm test',
    firstSeenRevision: null,
    lastRevisionWithout: null,
    ...changes,
  };
}

const request = { method: 'POST', path: '/api/orders', route: null, host: null, status: 500, durationMs: 3 };
const representative = event({ request: { ...request, userAgent: null, clientAddress: null, id: null } });
const full = { evidence: evidence(), representative, signal: null, services: 1, isNewlyDeployed: true } as const;

describe('fixability', () => {
  it('is the sum of its signals, 100 with all of them', () => {
    const { score, points, cap } = fixabilityOf(full);
    expect(score).toBe(100);
    expect(Object.fromEntries(points.map((one) => [one.signal, one.points]))).toEqual({
      'application-code': 25,
      'deterministic-type': 20,
      'input-captured': 15,
      'one-service': 10,
      'high-suspect': 10,
      'test-command': 10,
      'newly-deployed': 10,
    });
    expect(cap).toBeNull();
  });

  it('lacks the points of what is not there', () => {
    expect(fixabilityOf({ ...full, isNewlyDeployed: false, services: 2 }).score).toBe(80);
    expect(fixabilityOf({ ...full, representative: event() }).score).toBe(85);
    expect(fixabilityOf({ ...full, evidence: evidence({ testCommand: null }, 'SomethingOdd') }).score).toBe(70);
    expect(fixabilityOf({ ...full, evidence: null, representative: null }).score).toBe(10);
  });

  it.each([
    [
      'no frame of the application',
      evidence({ exceptions: [exception('TypeError', 'x', [])] }),
      30,
      'no-application-frame',
    ],
    ['an error of the surroundings', evidence({}, 'requests.exceptions.ConnectTimeout'), 35, 'environment-error'],
    ['another revision than what runs', evidence({ truth: 'nearest revision' }), 50, 'source-differs'],
    ['code that is not where the trace says', evidence({ snippets: [] }), 50, 'source-differs'],
  ])('is held down by %s', (_, given, at, reason) => {
    expect(fixabilityOf({ ...full, evidence: given })).toMatchObject({ score: at, cap: { at, reason } });
  });

  it('is held down by the lowest of several, and by an instance without memory', () => {
    const both = evidence({ truth: 'nearest revision', exceptions: [exception('TypeError', 'x', [])] });
    expect(fixabilityOf({ ...full, evidence: both }).score).toBe(30);
    expect(fixabilityOf({ ...full, signal: 'OOM' }).score).toBe(35);
  });

  it.each([
    ['java.lang.NullPointerException', 20],
    ['builtins.KeyError', 20],
    ['MyApp\\DivisionByZeroError', 20],
    ['java.net.SocketTimeoutException', 0],
    ['OutOfMemoryError', 0],
  ])('knows whether %s comes every time', (type, worth) => {
    const { points } = fixabilityOf({ ...full, evidence: evidence({}, type) });
    expect(points.find(({ signal }) => signal === 'deterministic-type')?.points ?? 0).toBe(worth);
  });

  it.each([
    [0, 'tell'],
    [39, 'tell'],
    [40, 'cause'],
    [65, 'cause'],
    [66, 'diff'],
    [77, 'diff'],
    [78, 'pull request'],
    [100, 'pull request'],
  ])('%i allows: %s', (score, level) => {
    expect(levelOf(score)).toBe(level);
  });
});
