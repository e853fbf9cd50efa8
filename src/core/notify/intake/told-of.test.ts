import { describe, expect, it } from 'vitest';
import type { OutboxRow } from '../ports.ts';
import { inWords } from '../worker/in-words.ts';
import { TOLD_KINDS, toldOf } from './told-of.ts';

const AT = Date.UTC(2026, 0, 12, 17, 0);
const row = (kind: string, payload: Record<string, unknown> | null, subjectId = 's-1'): OutboxRow => ({
  id: 7,
  at: AT,
  kind,
  projectId: 1,
  subjectId,
  payload,
});
const alert = (more: Record<string, unknown> = {}) => ({
  id: 'alert-1',
  rule: 'humidity',
  dedupeKey: 'humidity/piano:12',
  type: 'TOO_DRY',
  severity: 'critical',
  subject: { kind: 'piano', id: '12', name: 'Piano 12', labels: { place: 'Hall', client: 'Opera' } },
  value: 28.5,
  unit: '%',
  threshold: 'below 35 %',
  description: 'humidity of Piano 12 is 28.5 %',
  advice: 'Fill the tank',
  firing: 2,
  firingSince: AT - 1_000,
  step: 1,
  ...more,
});
const alertRow = (kind: string, more: Record<string, unknown> = {}, telling = 'alert-1:2:fired:critical') =>
  row(kind, { telling, by: 'guardian', notes: null, alert: alert(more) }, 'alert-1');
const run = (more: Record<string, unknown> = {}) =>
  row('run-finished', {
    jobId: 'full_sync',
    label: 'Full sync',
    taskType: 'sync',
    status: 'error',
    message: 'The command ended with exit status 1',
    error: 'TypeError: x is undefined\n  at sync.ts:4',
    attempts: 3,
    startedAt: AT - 9_000,
    failuresInRow: 4,
    isFailing: true,
    isRecovery: false,
    heldBack: [
      { runId: 'r2', jobId: 'timeline_report', label: 'Timeline report', status: 'upstream_failed' },
      { runId: 'r3', jobId: 'mail', label: 'Mail', status: 'upstream_failed' },
    ],
    environment: 'production',
    ...more,
  });

describe('an alert', () => {
  it('F26: is told with its real value, what it is about, why, and what to do', () => {
    expect(toldOf(alertRow('alert-fired'))).toEqual({
      notification: {
        id: expect.stringMatching(/^notification-[0-9a-f]{16}$/),
        occasion: 'alert_fired',
        key: 'alert:alert-1:2:fired:critical',
        dedupeKey: 'humidity/piano:12',
        at: AT,
        severity: 'critical',
        projectId: 1,
        match: { job: null, type: 'TOO_DRY', service: null, labels: { place: 'Hall', client: 'Opera' } },
        about: { kind: 'alert', id: 'alert-1', firing: 2 },
        facts: {
          title: 'TOO_DRY, Piano 12',
          subject: 'Piano 12 (place: Hall, client: Opera)',
          value: null,
          measured: { value: 28.5, unit: '%' },
          threshold: 'below 35 %',
          since: AT - 1_000,
          cause: 'humidity of Piano 12 is 28.5 %',
          advice: 'Fill the tank',
          path: '/alerts/alert-1',
          details: [],
        },
      },
      episode: 'alert:alert-1:2',
      isEnd: false,
      isRepeat: false,
      mirroredBy: null,
      step: null,
    });
  });

  it('F26: reads "unknown" where nothing could be measured, never 0', () => {
    const { notification } = toldOf(alertRow('alert-fired', { value: null }))!;
    expect(inWords(notification, 'en').facts.value).toBe('unknown');
    expect(inWords(notification, 'fr').facts.value).toMatch(/inconn/);
    const said = (more: Record<string, unknown>, language: 'en' | 'fr' = 'en') =>
      inWords(toldOf(alertRow('alert-fired', more))!.notification, language).facts.value;
    expect(said({ value: 0 })).toBe('0 %');
    expect(said({ value: null, unit: null, threshold: null })).toBeNull();
    // As it stood in rows that were taken in before.
    expect(inWords({ ...notification, facts: { ...notification.facts, value: '3 %' } }, 'fr').facts.value).toMatch(
      /inconn/,
    );
    const { measured: _measured, ...before } = notification.facts;
    expect(inWords({ ...notification, facts: { ...before, value: '3 %' } }, 'fr').facts.value).toBe('3 %');
  });

  it.each([
    [7_234_567, 'ms', '2 h', '2 h'],
    [1_500, 'ms', '1.5 s', '1,5 s'],
    [250, 'ms', '250 ms', '250 ms'],
    [172_800, 's', '2 d', '2 j'],
    [0.012345679012345678, null, '0.0123457', '0,0123457'],
    [1_234_567, null, '1234567', '1234567'],
    [28.5, '%', '28.5 %', '28,5 %'],
  ])('F26: a value of %d %s reads as people read it', (value, unit, english, french) => {
    const { notification } = toldOf(alertRow('alert-fired', { value, unit }))!;
    expect(inWords(notification, 'en').facts.value).toBe(english);
    expect(inWords(notification, 'fr').facts.value).toBe(french);
  });

  it('is matched by the job or the service that it is about', () => {
    const about = (kind: string) => ({ subject: { kind, id: 'x', name: 'X', labels: {} } });
    expect(toldOf(alertRow('alert-fired', about('job')))!.notification.match).toMatchObject({
      job: 'x',
      service: null,
    });
    expect(toldOf(alertRow('alert-fired', about('service')))!.notification.match).toMatchObject({
      job: null,
      service: 'x',
    });
  });

  it('C6: has one key for each firing, severity, step and repeat', () => {
    const keys = [
      'alert-1:2:fired:critical',
      'alert-1:2:fired:error',
      'alert-1:3:fired:critical',
      'alert-1:2:escalated:1',
      'alert-1:2:repeated:5',
    ];
    const kinds = ['alert-fired', 'alert-fired', 'alert-fired', 'alert-escalated', 'alert-repeated'];
    const told = keys.map((key, index) => toldOf(alertRow(kinds[index]!, {}, key))!);
    expect(new Set(told.map(({ notification }) => notification.id)).size).toBe(5);
    expect(told.map(({ isRepeat, step }) => [isRepeat, step])).toEqual([
      [false, null],
      [false, null],
      [false, null],
      [false, 1],
      [true, null],
    ]);
  });

  it('that somebody acknowledged is mirrored where alerts are kept; what else is done to it is no news', () => {
    const changed = (action: string) =>
      row('alert-changed', { action, telling: `t:${action}:5`, alert: alert() }, 'alert-1');
    expect(toldOf(changed('acknowledged'))).toMatchObject({ mirroredBy: ['pagerduty'], episode: 'alert:alert-1:2' });
    for (const action of ['noted', 'archived', 'eased', 'reopened']) expect(toldOf(changed(action))).toBeNull();
  });

  it('that was resolved by hand says by whom and why', () => {
    const ended = row(
      'alert-resolved',
      { telling: 't', by: 'nicolas', notes: 'tank filled', alert: alert() },
      'alert-1',
    );
    const { notification, isEnd } = toldOf(ended)!;
    expect(isEnd).toBe(true);
    expect(inWords(notification, 'en').facts.details).toEqual([
      { label: 'By', text: 'nicolas' },
      { label: 'Notes', text: 'tank filled' },
    ]);
  });
});

describe('a run', () => {
  it('F3: that failed is told with the underlying error as it was, and the runs it held back', () => {
    const { notification, episode } = toldOf(run())!;
    expect(notification).toMatchObject({
      occasion: 'job_failed',
      key: 'run:s-1:failed',
      severity: 'error',
      match: { job: 'full_sync', type: 'sync', labels: { environment: 'production' } },
      facts: {
        title: 'Full sync',
        cause: 'The command ended with exit status 1\nTypeError: x is undefined\n  at sync.ts:4',
        path: '/runs/s-1',
      },
    });
    expect(episode).toBe('job:full_sync');
    expect(inWords(notification, 'en').facts.details).toEqual([
      { label: 'Held back by it', text: 'Timeline report, Mail' },
      { label: 'Attempts', text: '3' },
      { label: 'Failures in a row', text: '4' },
    ]);
  });

  it('that says no more of itself is told with its status, in the reader’s words', () => {
    const { notification } = toldOf(run({ status: 'timed_out', message: null, error: null }))!;
    expect(inWords(notification, 'fr').facts.cause).toBe('délai dépassé');
    expect(inWords(notification, 'en').facts.cause).toBe('timed out');
  });

  it('that made its job well again is the end; success, cancelling, and a failure that does not count yet are no news', () => {
    expect(toldOf(run({ status: 'success', isFailing: false, isRecovery: true }))).toMatchObject({
      notification: { occasion: 'job_recovered' },
      episode: 'job:full_sync',
      isEnd: true,
    });
    expect(toldOf(run({ status: 'success', isFailing: false }))).toBeNull();
    expect(toldOf(run({ status: 'cancelled' }))).toBeNull();
    expect(toldOf(run({ status: 'upstream_failed' }))).toBeNull();
    expect(toldOf(run({ status: 'error', isFailing: false }))).toBeNull();
  });

  it('C12: that is late is told by its job, in words', () => {
    const late = toldOf(
      row('job-late', { jobId: 'a', label: 'A', what: 'finish', deadline: AT, tick: 5, runId: 'r1' }, 'a'),
    )!;
    expect(late.notification).toMatchObject({
      occasion: 'job_late',
      key: 'late:a:5:finish',
      match: { job: 'a' },
      facts: { path: '/runs/r1', since: AT },
    });
    expect(inWords(late.notification, 'en').facts.details).toEqual([
      { label: 'What is late', text: 'it has not finished' },
    ]);
  });

  it('of a chain: each job with its outcome, as grave as the worst', () => {
    const outcomes = [
      { runId: '1', jobId: 'sync', label: 'Sync', status: 'success' },
      { runId: '2', jobId: 'report', label: 'Report', status: 'timed_out' },
    ];
    const { notification } = toldOf(row('chain-finished', { jobId: 'sync', label: 'Sync', outcomes }))!;
    expect(notification).toMatchObject({ occasion: 'chain_finished', severity: 'error', match: { job: 'sync' } });
    expect(inWords(notification, 'en').facts.details).toEqual([
      { label: 'Sync', text: 'success' },
      { label: 'Report', text: 'timed out' },
    ]);
    expect(
      toldOf(row('chain-finished', { jobId: 'sync', outcomes: outcomes.slice(0, 1) }))!.notification.severity,
    ).toBe('info');
  });
});

describe('an issue, a report, a channel', () => {
  it('are told as grave as they are', () => {
    const issue = (severity: number, signal: string | null = null) =>
      toldOf(row('issue-opened', { service: 'shop', severity, signal, title: 'TypeError' }))!.notification;
    expect([issue(9), issue(13), issue(17), issue(18), issue(17, 'OOM')].map(({ severity }) => severity)).toEqual([
      'info',
      'warning',
      'error',
      'critical',
      'critical',
    ]);
    expect(issue(17)).toMatchObject({
      match: { service: 'shop' },
      facts: { title: 'TypeError', subject: 'shop', path: '/issues/s-1' },
    });
    expect(toldOf(row('report-made', { status: 'could not look', service: null }))!.notification.severity).toBe(
      'error',
    );
    const degraded = toldOf(
      row('guardian-degraded', { channel: 'slack', address: 'hooks.slack.com#1', error: 'HTTP 404' }),
    )!;
    expect(degraded.notification).toMatchObject({ occasion: 'guardian_degraded', facts: { cause: 'HTTP 404' } });
    expect(inWords(degraded.notification, 'en').facts.title).toBe('messages over slack do not arrive');
  });

  it('an issue that comes back is news each time, one that opened is not', () => {
    const key = (kind: string, at: number) => toldOf({ ...row(kind, {}), at })!.notification.key;
    expect(key('issue-opened', 1)).toBe(key('issue-opened', 2));
    expect(key('issue-regressed', 1)).not.toBe(key('issue-regressed', 2));
  });
});

describe('whatever a row holds', () => {
  it('comes through as text that every store takes', () => {
    const { notification } = toldOf(alertRow('alert-fired', { description: `a\0b\ud800${'x'.repeat(9_000)}` }))!;
    expect(notification.facts.cause).toMatch(/^a\ufffdb\ufffdx+$/);
    expect(notification.facts.cause).toHaveLength(4_096);
  });

  const odd = [
    null,
    {},
    { alert: null },
    { alert: [] },
    { alert: { type: 5 } },
    { outcomes: 'x', heldBack: 3 },
    { jobId: {}, label: [] },
    { status: 'error', isFailing: true },
  ];
  it.each(TOLD_KINDS)('%s never throws, and tells nothing that is not there', (kind) => {
    for (const payload of odd) {
      const told = toldOf(row(kind, payload as Record<string, unknown> | null));
      if (told) expect(inWords(told.notification, 'fr').facts.title).not.toBe('');
    }
  });
});
