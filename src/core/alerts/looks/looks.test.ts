import { describe, expect, it } from 'vitest';
import { HOUR, issueRule, jobRule, MINUTE, START, setUp } from '../alert-fixtures.ts';
import type { PartState } from '../ports.ts';
import type { Limits, Rule } from '../rules/rule.ts';
import { observeMissing } from '../service/removal-guard.ts';
import { issuesOf, jobsOf, storedIncident, storedIssue, storedJob, storedRun } from './look-fixtures.ts';

const from = (value: number): Limits => ({ bad: [{ is: 'from', value }], clear: [], tiers: [] });
const none = { issues: null, jobs: null, usage: null, parts: { parts: async () => [] } };

describe('rules over issues', () => {
  function over(rule: Rule) {
    const rows: Parameters<typeof issuesOf>[0] = { issues: [], incidents: [] };
    const made = setUp([rule], { readers: { ...none, issues: issuesOf(rows) } });
    return { ...made, rows, look: () => made.alerts.evaluateSchedules() };
  }

  it('count incidents, events and users within the time, and end when it is quiet', async () => {
    for (const [of, value] of [
      ['incidents', 3],
      ['events', 12],
      ['users', 2],
    ] as const) {
      const { rows, look, clock, only } = over(issueRule({ of, withinMs: HOUR, ...from(value) }));
      rows.issues.push(storedIssue('a', { lastSeen: START }), storedIssue('old', { lastSeen: START - 2 * HOUR }));
      rows.incidents.push(
        ...[0, 10, 20].map((minute, index) =>
          storedIncident('a', START - minute * MINUTE, { entries: 4, userHash: index === 0 ? 'u1' : 'u2' }),
        ),
        storedIncident('a', START - 2 * HOUR, { entries: 100, userHash: 'u3' }),
      );
      await look();
      expect(only()).toMatchObject({
        state: 'firing',
        value,
        subject: { kind: 'issue', id: 'a', labels: { service: 'shop' } },
      });
      clock.at = START + 55 * MINUTE;
      await look();
      expect(only()).toMatchObject({ state: 'resolved' });
    }
  });

  it('count over pages', async () => {
    const { rows, look, only } = over(issueRule({ of: 'incidents', withinMs: HOUR, ...from(450) }));
    rows.issues.push(storedIssue('a'));
    for (let index = 0; index < 450; index += 1) rows.incidents.push(storedIncident('a', START - index));
    await look();
    expect(only().value).toBe(450);
  });

  it('leave alone what people chose to ignore, and other services', async () => {
    const { rows, look, store } = over(
      issueRule({ of: 'incidents', withinMs: HOUR, ...from(1) }, { services: ['api', 'web'] }),
    );
    rows.issues.push(storedIssue('a', { service: 'api', state: 'ignored' }), storedIssue('b', { service: 'shop' }));
    rows.incidents.push(storedIncident('a', START), storedIncident('b', START));
    await look();
    expect(store.tables.alerts.size).toBe(0);
  });

  it('fire while an issue is regressed', async () => {
    const { rows, look, only } = over(issueRule({ of: 'regression' }));
    rows.issues.push(storedIssue('a', { state: 'regressed' }));
    await look();
    expect(only().description).toBe('Came back after it was resolved: Error a');
    rows.issues[0]!.state = 'resolved';
    await look();
    expect(only().state).toBe('resolved');
  });

  it('F13: fire for issues that are new, not for old ones that are seen for the first time', async () => {
    const { rows, look, only } = over(issueRule({ of: 'opened', withinMs: HOUR }));
    rows.issues.push(
      storedIssue('old', { firstSeen: START - 2 * HOUR }),
      storedIssue('new', { firstSeen: START - MINUTE }),
    );
    await look();
    expect(only().subject.id).toBe('new');
  });

  it('F14: resolve nothing while the look fails, and say so after three', async () => {
    const rule = issueRule({ of: 'regression' });
    const rows = { issues: [storedIssue('a', { state: 'regressed' })], incidents: [] };
    const reader = issuesOf(rows);
    let isAway = false;
    const list: typeof reader.list = async (filter) => {
      if (isAway) throw new Error('connection refused');
      return reader.list(filter);
    };
    const { alerts, store } = setUp([rule], { readers: { ...none, issues: { ...reader, list } } });
    await alerts.evaluateSchedules();
    isAway = true;
    const own = () => [...store.tables.alerts.values()].find(({ type }) => type === 'RULE_CANNOT_LOOK');
    for (let look = 1; look <= 3; look += 1) {
      const [done] = await alerts.evaluateSchedules();
      expect(done?.error?.about.reason).toBe('connection refused');
      expect(own() === undefined).toBe(look < 3);
    }
    expect(own()).toMatchObject({ state: 'firing', description: 'Rule issues could not look: connection refused' });
    expect(alerts.rules().find(({ rule: { name } }) => name === 'issues')?.problem).toBe('connection refused');
    expect([...store.tables.alerts.values()].find(({ type }) => type === 'ERROR_COUNT')?.state).toBe('firing');
    isAway = false;
    await alerts.evaluateSchedules();
    expect(own()?.state).toBe('resolved');
    expect(alerts.rules().find(({ rule: { name } }) => name === 'issues')?.problem).toBeNull();
  });

  it.each([
    [10, 'resolved', null],
    [11, 'firing', 'conflict'],
  ])('F14: %d subjects that are gone at once leave their alerts %s', async (count, state, code) => {
    const { rows, look, store } = over(issueRule({ of: 'regression' }));
    rows.issues.push(...Array.from({ length: count }, (_, index) => storedIssue(`${index}`, { state: 'regressed' })));
    await look();
    expect(store.tables.alerts.size).toBe(count);
    rows.issues.splice(0);
    const [done] = await look();
    expect(done?.error?.code ?? null).toBe(code);
    expect(new Set([...store.tables.alerts.values()].map((alert) => alert.state))).toEqual(new Set([state]));
  });

  it('F14: a look that did not see all takes nothing for gone', async () => {
    const rule = issueRule({ of: 'regression' });
    const { rows, look, store } = over(rule);
    rows.issues.push(storedIssue('a', { state: 'regressed' }));
    await look();
    const gone = { observations: [], missing: async () => null };
    const context = { alerts: store, at: START };
    expect(await observeMissing(rule, { ...gone, isWhole: false }, context)).toEqual([]);
    expect(await observeMissing(rule, { ...gone, isWhole: true }, context)).toMatchObject([{ condition: 'good' }]);
  });

  it('F14: any number that became quiet is no removal', async () => {
    const { rows, look, clock, store } = over(issueRule({ of: 'incidents', withinMs: HOUR, ...from(1) }));
    for (let index = 0; index < 30; index += 1) {
      rows.issues.push(storedIssue(`${index}`));
      rows.incidents.push(storedIncident(`${index}`, START));
    }
    await look();
    clock.at = START + 2 * HOUR;
    const [done] = await look();
    expect(done?.error).toBeNull();
    expect(new Set([...store.tables.alerts.values()].map((alert) => alert.state))).toEqual(new Set(['resolved']));
  });
});

describe('rules over jobs', () => {
  function over(rule: Rule) {
    const rows: Parameters<typeof jobsOf>[0] = { jobs: [storedJob('full_sync')], runs: [] };
    const made = setUp([rule], { readers: { ...none, jobs: jobsOf(rows) } });
    return { ...made, rows, look: () => made.alerts.evaluateSchedules() };
  }

  it('count failures in a row; what did no work neither breaks nor lengthens the row', async () => {
    const { rows, look, only, store } = over(jobRule({ of: 'failures', ...from(3) }));
    const add = (status: Parameters<typeof storedRun>[1]) =>
      rows.runs.push(
        storedRun('full_sync', status, START + rows.runs.length * HOUR, {
          error: status === 'error' ? 'ECONNRESET' : null,
        }),
      );
    for (const status of ['success', 'error', 'skipped', 'timed_out', 'cancelled'] as const) add(status);
    await look();
    expect(store.tables.alerts.size).toBe(0);
    add('error');
    add('running');
    await look();
    expect(only()).toMatchObject({
      value: 3,
      description: 'full_sync failed 3 times in a row: ECONNRESET',
      evidence: { run: rows.runs[5]!.id, error: 'ECONNRESET' },
    });
    add('warning');
    await look();
    expect(only().state).toBe('resolved');
  });

  it('see that a run takes too long while it still runs', async () => {
    const { rows, look, clock, only } = over(jobRule({ of: 'duration', ...from(HOUR) }));
    rows.runs.push(storedRun('full_sync', 'running', START, { finishedAt: null }));
    clock.at = START + 90 * MINUTE;
    await look();
    expect(only()).toMatchObject({
      state: 'firing',
      description: 'full_sync has been running for 1 h 30 min',
      threshold: '1 h or more',
    });
    rows.runs.push(storedRun('full_sync', 'running', START + 95 * MINUTE, { finishedAt: null }));
    clock.at = START + 96 * MINUTE;
    await look();
    expect(only().state).toBe('firing');
    Object.assign(rows.runs[1]!, { status: 'success', finishedAt: START + 100 * MINUTE });
    await look();
    expect(only().state).toBe('resolved');
  });

  it('see that a run starts late, and that one has not started yet', async () => {
    const { rows, look, clock, only } = over(jobRule({ of: 'lateness', ...from(10 * MINUTE) }));
    rows.runs.push(storedRun('full_sync', 'queued', START, { startedAt: null, finishedAt: null }));
    clock.at = START + 12 * MINUTE;
    await look();
    expect(only().description).toBe('full_sync is 12 min late and has not started');
    Object.assign(rows.runs[0]!, { status: 'running', startedAt: START + 13 * MINUTE });
    await look();
    expect(only().description).toBe('full_sync started 13 min late');
    rows.runs.push(storedRun('full_sync', 'success', START + HOUR));
    await look();
    expect(only().state).toBe('resolved');
  });

  it('see that a job has never run', async () => {
    const { rows, look, clock, only } = over(jobRule({ of: 'never-ran', afterMs: 24 * HOUR }));
    clock.at = START + 25 * HOUR;
    await look();
    expect(only().description).toBe('full_sync has never run; it has been known for 1 d 1 h');
    rows.runs.push(storedRun('full_sync', 'success', clock.at));
    await look();
    expect(only().state).toBe('resolved');
  });

  it('F19: one bad record of 4,135 raises nothing; many do, with who and why', async () => {
    const { rows, look, only, store } = over(
      jobRule({
        of: 'record-errors',
        per: 'clients',
        bad: [{ is: 'above', value: 0.01 }],
        clear: [],
        tiers: [{ is: 'above', value: 0.1, severity: 'critical' }],
      }),
    );
    const stats = { clients: 4_135 };
    const kept = [{ subject: 'client 77', reason: 'no address' }];
    rows.runs.push(storedRun('full_sync', 'warning', START, { stats, recordErrors: { total: 1, kept } }));
    await look();
    expect(store.tables.alerts.size).toBe(0);
    rows.runs.push(storedRun('full_sync', 'warning', START + HOUR, { stats, recordErrors: { total: 100, kept } }));
    await look();
    expect(only()).toMatchObject({
      severity: 'warning',
      description: 'full_sync: 100 of 4135 records failed, first client 77 (no address)',
      evidence: { total: 100, records: kept },
    });
  });

  it('F19: without the number of all records the part is unknown, not 0', async () => {
    const { rows, look, store } = over(jobRule({ of: 'record-errors', per: 'clients', ...from(0.1) }));
    rows.runs.push(storedRun('full_sync', 'warning', START, { recordErrors: { total: 50, kept: [] } }));
    await look();
    expect(store.tables.looks.get('jobs:job/full_sync')).toMatchObject({ unknownCount: 1 });
  });

  it('say that a job they name is not there', async () => {
    const { look, only } = over(jobRule({ of: 'failures', ...from(1) }, { jobs: ['full_sink'] }));
    for (let count = 0; count < 3; count += 1) await look();
    expect(only()).toMatchObject({
      type: 'RULE_CANNOT_LOOK',
      description: 'Rule jobs could not look at job/full_sink: There is no job full_sink',
    });
  });
});

describe('rules over Guardian itself', () => {
  it('tell of a part that does not work, and of one whose state nobody knows', async () => {
    const parts: Record<string, PartState[]> = {
      channel: [{ id: 'slack', name: 'Slack', isWorking: false, reason: '410 Gone' }],
      'run-log': [{ id: 'runs', name: '', isWorking: true, reason: null }],
    };
    const { alerts, store, clock } = setUp([], {
      readers: { ...none, parts: { parts: async (kind) => parts[kind] ?? [] } },
    });
    await alerts.evaluateSchedules();
    expect(store.tables.alerts.size).toBe(0);
    clock.at += MINUTE;
    await alerts.evaluateSchedules();
    const row = (type: string) => [...store.tables.alerts.values()].find((alert) => alert.type === type);
    expect(row('CHANNEL_FAILING')).toMatchObject({
      description: 'Channel Slack does not work: 410 Gone',
      state: 'firing',
    });
    parts['run-log'] = [{ id: 'runs', name: '', isWorking: false, reason: 'disk full' }];
    await alerts.evaluateSchedules();
    expect(row('RUN_LOG_FAILED')).toMatchObject({ severity: 'critical', state: 'firing' });
    parts.channel = [{ id: 'slack', name: 'Slack', isWorking: null, reason: null }];
    await alerts.evaluateSchedules();
    expect(row('CHANNEL_FAILING')?.state).toBe('firing');
    parts.channel = [];
    await alerts.evaluateSchedules();
    expect(row('CHANNEL_FAILING')).toMatchObject({ state: 'resolved', evidence: { isGone: true } });
  });
});

const noErrors = { errorRates: async () => [], usersWithErrors: async () => [] };

describe('rules over usage', () => {
  it('judge what each service had; one that had none had 0', async () => {
    const rule: Rule = {
      ...jobRule({ of: 'never-ran', afterMs: 1 }),
      over: 'usage',
      services: [],
      check: { of: 'user-errors', withinMs: HOUR, ...from(5) },
    };
    const rows = [{ service: 'shop', projectId: 1, value: 7 }];
    const { alerts, only } = setUp([rule], { readers: { ...none, usage: { usage: async () => rows, ...noErrors } } });
    await alerts.evaluateSchedules();
    expect(only()).toMatchObject({ state: 'firing', value: 7 });
    rows.splice(0);
    await alerts.evaluateSchedules();
    expect(only()).toMatchObject({ state: 'resolved', value: 0 });
  });
});
