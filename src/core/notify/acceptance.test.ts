import { describe, expect, it } from 'vitest';
import { DATABASES } from '../../../test/contract/open-stores.ts';
import { GuardianError } from '../shared/index.ts';
import {
  type Act,
  ANA,
  acceptance,
  directoryOf,
  HOUR,
  insertRow,
  MINUTE,
  NOON,
  type Seen,
  TO_ANA,
} from './acceptance-fixtures.ts';
import type { NotifyKnobs } from './index.ts';

const QUIET = { ...ANA, quietHours: { from: '21:00', to: '07:00', release: '07:05' } };
/** Seconds after which a message that leaves at once has left. */
const AT_ONCE = 0.01;

describe('grouping', () => {
  it('lets the first leave at once, and those of the next five minutes as one', () =>
    acceptance({ until: 30 }, ({ push, want }) => {
      push(0, { fire: 'hall' });
      want(0, AT_ONCE, { of: ['hall'] });
      push(1, { fire: 'foyer' });
      push(4, { fire: 'studio' });
      want(5, 5 + AT_ONCE, { of: ['foyer', 'studio'], says: /2 messages/ });
      push(7, { fire: 'attic' });
      want(7, 7 + AT_ONCE, { of: ['attic'] });
    }));

  it('holds nothing back that is graver than all before it', () =>
    acceptance({ until: 30 }, ({ push, want }) => {
      push(0, { fire: 'hall' });
      want(0, AT_ONCE, { of: ['hall'] });
      push(1, { fire: 'foyer', severity: 'critical' });
      want(1, 1 + AT_ONCE, { of: ['foyer'] });
      push(2, { fire: 'studio', severity: 'critical' });
      want(5, 5 + AT_ONCE, { of: ['studio'] });
    }));

  it('tells nothing twice of what became graver while it waited', () =>
    acceptance({ until: 30 }, ({ push, want }) => {
      push(0, { fire: 'hall' });
      want(0, AT_ONCE, { of: ['hall'] });
      push(1, { fire: 'foyer' });
      push(2, { fire: 'foyer', severity: 'critical' });
      want(2, 2 + AT_ONCE, { of: ['foyer'], says: /CRITICAL/ });
    }));

  it('tells the end of the first at once, and nothing of what began and ended within the time', () =>
    acceptance({ until: 30 }, ({ push, want }) => {
      push(0, { fire: 'hall' });
      want(0, AT_ONCE, { of: ['hall'], occasion: 'alert_fired' });
      push(1, { fire: 'foyer' });
      push(2, { resolve: 'foyer' });
      push(3, { resolve: 'hall' });
      want(3, 3 + AT_ONCE, { of: ['hall'], occasion: 'alert_resolved' });
    }));
});

describe.each(DATABASES)('a day with a piano in $name', (database) => {
  it('is told, repeated, taken on, over, and told again', () =>
    acceptance({ until: 12 * 60, database }, ({ push, want }) => {
      push(0, { fire: 'hall' });
      want(0, AT_ONCE, { of: ['hall'] });
      push(1, { fire: 'foyer', severity: 'error' });
      want(1, 1 + AT_ONCE, { of: ['foyer'] });
      push(2, { fire: 'studio' });
      want(5, 5 + AT_ONCE, { of: ['studio'] });
      push(3, { acknowledge: 'foyer' });
      push(4, { acknowledge: 'studio' });
      want(240, 240 + AT_ONCE, { of: ['hall'], says: /reminder 1/ });
      push(241, { resolve: 'hall' });
      want(241, 241 + AT_ONCE, { of: ['hall'], occasion: 'alert_resolved' });
      push(242, { resolve: 'foyer' });
      push(242, { resolve: 'studio' });
      want(245, 245 + AT_ONCE, { of: ['foyer', 'studio'], occasion: 'alert_resolved' });
      push(300, { fire: 'hall' });
      want(300, 300 + AT_ONCE, { of: ['hall'], occasion: 'alert_fired' });
      push(310, { resolve: 'hall' });
      want(310, 310 + AT_ONCE, { of: ['hall'], occasion: 'alert_resolved' });
    }));
});

describe('the cool-down (F18, F26)', () => {
  it('keeps back the same again for half an hour; what still fires when it is over is told then', () =>
    acceptance({ until: 60, knobs: { groupMs: 0 } }, ({ push, want }) => {
      push(0, { fire: 'hall' });
      want(0, AT_ONCE);
      push(5, { resolve: 'hall' });
      want(5, 5 + AT_ONCE, { occasion: 'alert_resolved' });
      push(10, { fire: 'hall' });
      push(12, { resolve: 'hall' });
      push(20, { fire: 'hall' });
      want(30, 30 + AT_ONCE, { occasion: 'alert_fired' });
    }));

  it('lets pass what became graver, and says it once', () =>
    acceptance({ until: 60, knobs: { groupMs: 0 } }, ({ push, want }) => {
      push(0, { fire: 'hall' });
      want(0, AT_ONCE, { says: /WARNING/ });
      push(3, { fire: 'hall', severity: 'critical' });
      want(3, 3 + AT_ONCE, { says: /CRITICAL/ });
      push(4, { fire: 'hall', severity: 'warning' });
      push(5, { fire: 'hall', severity: 'critical' });
    }));

  it('F26: a job that fails every five minutes is told twice in an hour, and its recovery once', () =>
    acceptance({ until: 90 }, ({ push, want }) => {
      for (let minute = 0; minute < 60; minute += 5) push(minute, { row: failedRun(minute) });
      want(0, AT_ONCE, { occasion: 'job_failed' });
      want(30, 30 + AT_ONCE, { occasion: 'job_failed' });
      push(61, { row: recoveredRun() });
      want(61, 61 + AT_ONCE, { occasion: 'job_recovered' });
      push(62, { row: recoveredRun('again') });
    }));

  it('F26: a job that fails again after people heard that it works is told when the half hour is over, and so is its end', () =>
    acceptance({ until: 90 }, ({ push, want }) => {
      push(0, { row: failedRun(0) });
      want(0, AT_ONCE, { occasion: 'job_failed' });
      push(5, { row: recoveredRun() });
      want(5, 5 + AT_ONCE, { occasion: 'job_recovered' });
      push(20, { row: failedRun(20) });
      push(25, { row: failedRun(25) });
      want(30, 30 + AT_ONCE, { of: ['Full sync'], occasion: 'job_failed' });
      push(50, { row: recoveredRun('again') });
      want(50, 50 + AT_ONCE, { occasion: 'job_recovered' });
    }));

  it('F26: of a job that failed again and works again before the half hour was over nothing more is told', () =>
    acceptance({ until: 90 }, ({ push, want }) => {
      push(0, { row: failedRun(0) });
      want(0, AT_ONCE, { occasion: 'job_failed' });
      push(5, { row: recoveredRun() });
      want(5, 5 + AT_ONCE, { occasion: 'job_recovered' });
      push(20, { row: failedRun(20) });
      push(25, { row: recoveredRun('again') });
    }));

  it('F12: has the occasion in its key: that a job is late is told to those who heard that it failed', () =>
    acceptance({ until: 30, knobs: { groupMs: 0 } }, ({ push, want }) => {
      push(0, { row: failedRun(0) });
      want(0, AT_ONCE, { occasion: 'job_failed' });
      push(1, {
        row: {
          kind: 'job-late',
          subjectId: 'full_sync',
          payload: { jobId: 'full_sync', label: 'Full sync', what: 'start', tick: 5 },
        },
      });
      want(1, 1 + AT_ONCE, { occasion: 'job_late', says: /it has not started/ });
    }));
});

describe('repeat (C5, C8)', () => {
  it('comes every four hours until somebody acknowledges it, and again when that lapses', () =>
    acceptance({ until: 24 * 60 }, ({ push, want }) => {
      push(0, { fire: 'hall' });
      want(0, AT_ONCE);
      want(240, 240 + AT_ONCE, { says: /reminder 1\b/ });
      want(480, 480 + AT_ONCE, { says: /reminder 2\b/ });
      push(500, { acknowledge: 'hall' });
      want(740, 740 + AT_ONCE, { of: ['hall'] });
      want(980, 980 + AT_ONCE, { of: ['hall'] });
      push(1_000, { resolve: 'hall' });
      want(1_000, 1_000 + AT_ONCE, { occasion: 'alert_resolved' });
    }));

  it('C5: means what it says, whatever the cool-down: every 20 minutes is every 20 minutes', () =>
    acceptance({ until: 65, knobs: { repeatMs: 20 * MINUTE } }, ({ push, want }) => {
      push(0, { fire: 'hall' });
      for (const minute of [0, 20, 40, 60]) want(minute, minute + AT_ONCE);
    }));
});

describe('escalation (C8)', () => {
  const bo = { ...ANA, id: 'bo', roles: [], addresses: { sms: ['+15148880001'] } };
  const cy = { ...ANA, id: 'cy', roles: [], addresses: { slack: ['https://hooks.slack.com/services/T/B/cy'] } };
  const directory = directoryOf([ANA, bo, cy]);
  const step = { severityAtLeast: null };
  const escalation = [
    { ...step, afterMs: 15 * MINUTE, to: ['bo'], channels: ['sms' as const] },
    { ...step, afterMs: 60 * MINUTE, to: ['cy'], channels: ['slack' as const] },
  ];

  it('goes step by step to those it names, each once, and its end to all who were told', () =>
    acceptance({ until: 120, directory, knobs: { escalation } }, ({ push, want }) => {
      push(0, { fire: 'hall' });
      want(0, AT_ONCE);
      want(15, 15 + AT_ONCE, { to: '+15148880001', says: /Nobody has answered/ });
      want(60, 60 + AT_ONCE, { to: 'https://hooks.slack.com/services/T/B/cy' });
      push(70, { resolve: 'hall' });
      for (const to of ['ana@piano.ca', '+15148880001', 'https://hooks.slack.com/services/T/B/cy'])
        want(70, 70 + AT_ONCE, { to, occasion: 'alert_resolved' });
    }));

  it('stops with the acknowledgement, and goes on when that lapses', () =>
    acceptance({ until: 330, directory, knobs: { escalation } }, ({ push, want }) => {
      push(0, { fire: 'hall' });
      want(0, AT_ONCE);
      want(15, 15 + AT_ONCE, { to: '+15148880001' });
      push(20, { acknowledge: 'hall', by: 'link:bo' });
      want(260, 260 + AT_ONCE);
      want(320, 320 + AT_ONCE, { to: 'https://hooks.slack.com/services/T/B/cy' });
    }));
});

describe('escalation of what was answered for, and is so no longer', () => {
  const bo = { ...ANA, id: 'bo', roles: [], addresses: { sms: ['+15148880001'] } };
  const cy = { ...ANA, id: 'cy', roles: [], addresses: { slack: ['https://hooks.slack.com/services/T/B/cy'] } };
  const directory = directoryOf([ANA, bo, cy]);
  const [toBo, toCy] = ['+15148880001', 'https://hooks.slack.com/services/T/B/cy'];
  const escalation: NotifyKnobs['escalation'] = [
    { severityAtLeast: null, afterMs: 15 * MINUTE, to: ['bo'], channels: ['sms'] },
    { severityAtLeast: null, afterMs: 60 * MINUTE, to: ['cy'], channels: ['slack'] },
  ];
  const knobs = { escalation, repeatMs: null };
  const act = (subject: string, kind: 'resolve' | 'reopen'): Act => ({
    call: async ({ alerts, idOf }) => void (await alerts.act([idOf(subject)], { kind, notes: 'not yet' }, 'louise')),
  });

  it('begins anew when it became graver: each step in its time', () =>
    acceptance({ until: 300, directory, knobs }, ({ push, want }) => {
      push(0, { fire: 'hall' });
      want(0, AT_ONCE);
      push(5, { acknowledge: 'hall' });
      push(180, { fire: 'hall', severity: 'critical' });
      want(180, 180 + AT_ONCE, { says: /CRITICAL/ });
      want(195, 195 + AT_ONCE, { to: toBo });
      want(240, 240 + AT_ONCE, { to: toCy });
    }));

  it('is not put off by what goes to and fro, and takes the steps of the graver from when it became so', () => {
    const grave: NotifyKnobs['escalation'] = [
      escalation[0]!,
      { severityAtLeast: 'critical', afterMs: 20 * MINUTE, to: ['cy'], channels: ['slack'] },
      { severityAtLeast: 'critical', afterMs: 40 * MINUTE, to: ['ana'], channels: ['email'] },
    ];
    return acceptance({ until: 300, directory, knobs: { escalation: grave, repeatMs: null } }, ({ push, want }) => {
      push(0, { fire: 'hall' });
      want(0, AT_ONCE);
      want(15, 15 + AT_ONCE, { to: toBo });
      push(100, { fire: 'hall', severity: 'critical' });
      want(100, 100 + AT_ONCE, { says: /CRITICAL/ });
      push(110, { fire: 'hall', severity: 'warning' });
      push(112, { fire: 'hall', severity: 'critical' });
      want(115, 115 + AT_ONCE, { to: toBo });
      want(120, 120 + AT_ONCE, { to: toCy });
      want(140, 140 + AT_ONCE, { says: /Nobody has answered/ });
    });
  });

  it('begins anew when it is reopened, which is told with who and why', () =>
    acceptance({ until: 300, directory, knobs }, ({ push, want }) => {
      push(0, { fire: 'hall' });
      want(0, AT_ONCE);
      push(5, act('hall', 'resolve'));
      want(5, 5 + AT_ONCE, { occasion: 'alert_resolved' });
      push(180, act('hall', 'reopen'));
      want(180, 180 + AT_ONCE, { occasion: 'alert_fired', says: /By: louise\nNotes: not yet/ });
      want(195, 195 + AT_ONCE, { to: toBo });
      want(240, 240 + AT_ONCE, { to: toCy });
    }));

  it('F6: who heard that it is over hears when that is taken back, and the steps begin anew', () => {
    let undo = '';
    return acceptance({ until: 300, directory, knobs }, ({ push, want }) => {
      push(0, { fire: 'hall' });
      want(0, AT_ONCE);
      push(5, {
        call: async ({ alerts, idOf }) => {
          undo = (await alerts.act([idOf('hall')], { kind: 'resolve', notes: null }, 'louise')).undo!;
        },
      });
      want(5, 5 + AT_ONCE, { occasion: 'alert_resolved' });
      push(180, { call: async ({ alerts }) => void (await alerts.undo(undo, 'louise')) });
      want(180, 180 + AT_ONCE, { occasion: 'alert_fired' });
      want(195, 195 + AT_ONCE, { to: toBo });
      want(240, 240 + AT_ONCE, { to: toCy });
    });
  });
});

describe('PagerDuty', () => {
  it('is told of each by itself, that somebody answers for it, and of its end', async () => {
    const ana = { ...ANA, addresses: { pagerduty: ['R0UT1NG'] } };
    const directory = directoryOf([ana], [{ ...TO_ANA, channels: ['pagerduty'] }]);
    const { seen } = await acceptance({ until: 30, directory }, ({ push, want }) => {
      const to = 'R0UT1NG';
      push(0, { fire: 'hall' });
      push(0, { fire: 'foyer' });
      want(0, AT_ONCE, { to, of: ['hall'] });
      want(0, AT_ONCE, { to, of: ['foyer'] });
      push(1, { acknowledge: 'hall' });
      want(1, 1 + AT_ONCE, { to, of: ['hall'] });
      push(2, { resolve: 'hall' });
      want(2, 2 + AT_ONCE, { to, of: ['hall'] });
    });
    expect(seen.map(({ message }) => message.action)).toEqual(['trigger', 'trigger', 'acknowledge', 'resolve']);
    expect(seen[0]!.message.dedupeKey).toBe(seen[3]!.message.dedupeKey);
  });
});

describe('PagerDuty and jobs', () => {
  const to = 'R0UT1NG';
  const ana = { ...ANA, addresses: { pagerduty: [to], email: ['ana@piano.ca'] } };
  const occasions = ['job_late', 'chain_finished'] as const;
  const directory = directoryOf([ana], [{ ...TO_ANA, occasions, channels: ['pagerduty', 'email'] }]);
  const late = (more: object) => ({
    kind: 'job-late',
    subjectId: 'full_sync',
    payload: {
      jobId: 'full_sync',
      label: 'Full sync',
      what: 'start',
      tick: 5,
      chainRunId: 'c1',
      status: null,
      ...more,
    },
  });
  const ended = (id: string, more: object = {}) => ({
    kind: 'run-finished',
    subjectId: id,
    payload: { jobId: 'full_sync', label: 'Full sync', status: 'success', chainRunId: id, ...more },
  });
  const pages = (seen: readonly Seen[]) =>
    seen.filter(({ channel }) => channel === 'pagerduty').map(({ message }) => [message.action, message.dedupeKey]);

  it('F26: the incident of a late job ends with its run, which people are not told of', async () => {
    const { seen } = await acceptance({ until: 60, directory }, ({ push, want }) => {
      push(0, { row: late({}) });
      want(0, AT_ONCE, { to });
      want(0, AT_ONCE);
      push(5, { row: ended('c0') });
      push(20, { row: ended('c1') });
      want(20, 20 + AT_ONCE, { to });
      push(30, { row: ended('c1-again', { chainRunId: 'c1' }) });
    });
    expect(pages(seen)).toEqual([
      ['trigger', 'job:full_sync:late'],
      ['resolve', 'job:full_sync:late'],
    ]);
  });

  it('of a job that runs elsewhere it ends with whatever is heard of it, also within the same moment', async () => {
    const elsewhere = { what: 'report', chainRunId: null };
    const { seen } = await acceptance({ until: 60, directory }, ({ push, want }) => {
      push(0, { row: late(elsewhere) });
      push(0, { row: ended('c7', { reason: 'missed', status: 'skipped' }) });
      push(0, {
        call: async (context) => {
          for (const row of [late({ ...elsewhere, tick: 6 }), ended('c8')]) await insertRow(context, row);
        },
      });
      for (const at of [0, 0, 0]) want(at, AT_ONCE, { to });
      want(0, AT_ONCE);
    });
    expect(pages(seen).map(([action]) => action)).toEqual(['trigger', 'trigger', 'resolve']);
  });

  it('nobody is paged for lateness that is over when it is seen, nor for a chain that has ended', async () => {
    const { seen } = await acceptance({ until: 60, directory, knobs: { groupMs: 0 } }, ({ push, want }) => {
      push(0, { row: late({ status: 'success', runId: 'r1' }) });
      push(1, { row: { kind: 'chain-finished', subjectId: 'c1', payload: { jobId: 'full_sync', outcomes: [] } } });
      for (const at of [0, 1]) {
        want(at, at + AT_ONCE, { to });
        want(at, at + AT_ONCE);
      }
    });
    expect(pages(seen).map(([action]) => action)).toEqual(['none', 'none']);
  });
});

describe('quiet hours (C7)', () => {
  const directory = directoryOf([QUIET]);
  const at = (local: string) => `2026-01-${local}:00-05:00`;

  it('hold from their first moment to their last what is not critical; at the release one digest of what still fires', () =>
    acceptance({ start: Date.parse(at('12T20:00')), until: at('13T07:30'), directory }, ({ push, want }) => {
      push('2026-01-12T20:59:59.999-05:00', { fire: 'before' });
      want('2026-01-12T20:59:59.999-05:00', at('12T21:00'), { of: ['before'] });
      push(at('12T21:00'), { fire: 'first' });
      push(at('13T00:00'), { fire: 'over' });
      push(at('13T01:00'), { fire: 'grave', severity: 'critical' });
      want(at('13T01:00'), at('13T01:01'), { of: ['grave'] });
      push(at('13T03:00'), { resolve: 'over' });
      push('2026-01-13T06:59:59.999-05:00', { fire: 'last' });
      // Each once, though repeats fell into the hours too.
      want(at('13T07:05'), '2026-01-13T07:05:00.100-05:00', {
        of: ['before', 'first', 'last'],
        says: /1 ended by themselves/,
      });
      push(at('13T07:00'), { fire: 'after' });
      want(at('13T07:00'), at('13T07:01'), { of: ['after'] });
      // The critical one is repeated within the hours.
      want(at('13T05:00'), at('13T05:01'), { of: ['grave'] });
    }));

  it('send no digest when all is over', () =>
    acceptance({ start: Date.parse(at('12T22:00')), until: at('13T12:00'), directory }, ({ push }) => {
      push(0, { fire: 'hall' });
      push(60, { resolve: 'hall' });
    }));

  it('hold the end of what was told before them, and tell it at the release', () =>
    acceptance({ start: Date.parse(at('12T20:30')), until: at('13T12:00'), directory }, ({ push, want }) => {
      push(0, { fire: 'hall' });
      want(0, AT_ONCE);
      push(60, { resolve: 'hall' });
      want(at('13T07:05'), '2026-01-13T07:05:00.100-05:00', { of: ['hall'], occasion: 'alert_resolved' });
    }));

  it('hold what waited for its group when they began', () =>
    acceptance(
      { start: Date.parse(at('12T20:57')), until: at('13T12:00'), directory, knobs: { repeatMs: null } },
      ({ push, want }) => {
        push(0, { fire: 'hall' });
        want(0, AT_ONCE);
        push(1, { fire: 'foyer' });
        want(at('13T07:05'), '2026-01-13T07:05:00.100-05:00', { of: ['foyer'] });
      },
    ));

  it.each([
    ['spring', '2026-03-07T22:00:00-05:00', '2026-03-08T07:05:00-04:00', '2026-03-08T12:00:00-04:00'],
    ['autumn', '2026-10-31T22:00:00-04:00', '2026-11-01T07:05:00-05:00', '2026-11-01T12:00:00-05:00'],
  ])('F21: end by the clock on the wall in the night the clocks change in %s', async (_, fired, release, until) => {
    await acceptance({ start: Date.parse(fired), until, directory, knobs: { repeatMs: null } }, ({ push, want }) => {
      push(0, { fire: 'hall' });
      want(release, release, { of: ['hall'] });
    });
  });
});

describe('quiet hours of who has machines told', () => {
  it('hold nothing back from them', () => {
    const ana = { ...QUIET, addresses: { pagerduty: ['R0UT1NG'] } };
    const directory = directoryOf([ana], [{ ...TO_ANA, channels: ['pagerduty'] }]);
    const start = Date.parse('2026-01-12T22:00:00-05:00');
    return acceptance({ start, until: 30, directory }, ({ push, want }) => {
      push(0, { fire: 'hall' });
      want(0, AT_ONCE, { to: 'R0UT1NG' });
    });
  });
});

describe('recovery', () => {
  const down =
    (until: number) =>
    ({ at }: { at: number }) =>
      at < NOON + until * MINUTE ? new GuardianError('delivery_unreachable', { reason: 'connection refused' }) : null;

  it('goes to nobody who was not told, and what was not sent is not sent any more', async () => {
    const { deliveries } = await acceptance(
      {
        until: 48 * 60,
        answer: down(3),
        knobs: { fallback: [] },
        directory: directoryOf([ANA], [{ ...TO_ANA, occasions: ['alert_fired', 'alert_resolved'] }]),
      },
      ({ push }) => {
        push(0, { fire: 'hall' });
        push(2, { resolve: 'hall' });
      },
    );
    expect(deliveries).toMatchObject([{ state: 'suppressed', reason: 'ended' }]);
  });

  it('does not ask routes: who was told hears of the end, though no route names it', () =>
    acceptance(
      { until: 30, directory: directoryOf([ANA], [{ ...TO_ANA, occasions: ['alert_fired'] }]) },
      ({ push, want }) => {
        push(0, { fire: 'hall' });
        want(0, AT_ONCE);
        push(10, { resolve: 'hall' });
        want(10, 10 + AT_ONCE, { occasion: 'alert_resolved' });
      },
    ));
});

describe('a burst', () => {
  it('past twenty messages in ten minutes is one summary', () =>
    acceptance({ until: 60, knobs: { groupMs: 0, repeatMs: null } }, ({ push, want }) => {
      for (let index = 0; index < 50; index++) push(index / 60, { fire: `piano-${index}` });
      for (let index = 0; index < 20; index++) want(index / 60, index / 60 + AT_ONCE, { of: [`piano-${index}`] });
      want(10, 10 + AT_ONCE, { says: /30 messages at once/ });
    }));
});

describe('fallback (C2)', () => {
  const ana = { ...ANA, addresses: { email: ['ana@piano.ca'], sms: ['+15148880002'] } };
  const directory = directoryOf([ana], [{ ...TO_ANA, occasions: ['alert_fired'] }]);
  const mailDown =
    (until: number) =>
    ({ channel, at }: { channel: string; at: number }) =>
      channel === 'email' && at < NOON + until * MINUTE
        ? new GuardianError('delivery_unreachable', { reason: 'connect ECONNREFUSED' })
        : null;

  it('sends by SMS what mail has not delivered for five minutes, once, and tells that mail fails', async () => {
    const { deliveries } = await acceptance(
      { until: 60, directory, answer: mailDown(30), knobs: { repeatMs: null } },
      ({ push, want }) => {
        push(0, { fire: 'hall' });
        want(5, 5 + AT_ONCE, { to: '+15148880002', of: ['hall'] });
        // Guardian's own trouble goes to the administrators, whose mail fails too.
        want(10, 10.6, { to: '+15148880002', says: /messages over email do not arrive/ });
        want(30, 60, { of: ['hall'] });
        want(30, 60, { says: /messages over email do not arrive/ });
      },
    );
    expect(deliveries.every(({ state }) => state === 'sent')).toBe(true);
  });

  it('takes over at once what was refused for good, and the end goes where it was told', () =>
    acceptance(
      {
        until: 60,
        directory,
        knobs: { repeatMs: null },
        answer: ({ channel }) =>
          channel === 'email' ? new GuardianError('delivery_refused', { reason: '550 no such mailbox' }) : null,
      },
      ({ push, want }) => {
        push(0, { fire: 'hall' });
        want(0, AT_ONCE, { to: '+15148880002', of: ['hall'] });
        want(0, 6, { to: '+15148880002', says: /messages over email do not arrive/ });
        push(20, { resolve: 'hall' });
        want(20, 20 + AT_ONCE, { to: '+15148880002', occasion: 'alert_resolved' });
      },
    ));
});

describe('attempts (F11, C2)', () => {
  it('are ten over twenty-four hours, then the message is dead, with the error as it was', async () => {
    const { seen, deliveries, failures } = await acceptance(
      {
        until: 30 * 60,
        directory: directoryOf(
          [ANA],
          [{ ...TO_ANA, occasions: ['job_failed', 'guardian_degraded'], channels: ['email'] }],
        ),
        knobs: { fallback: [] },
        answer: () => new GuardianError('delivery_unreachable', { reason: 'HTTP 503: busy' }),
      },
      ({ push }) => push(0, { row: failedRun(0) }),
    );
    const ours = seen.filter(({ message }) => message.notifications[0]?.occasion === 'job_failed');
    expect(ours).toHaveLength(10);
    expect(Math.round((ours.at(-1)!.at - ours[0]!.at) / HOUR)).toBe(24);
    expect(new Set(ours.map(({ message }) => message.date)).size).toBe(1);
    expect(deliveries.find(({ occasion }) => occasion === 'job_failed')).toMatchObject({ state: 'dead' });
    expect(failures.filter((failure) => failure === 'email ana@piano.ca delivery_unreachable dead')).toHaveLength(2);
  });

  it('wait for as long as the other side asks', async () => {
    const busy = new GuardianError('delivery_unreachable', { reason: 'HTTP 429', retryAfterMs: 10 * MINUTE });
    const { seen } = await acceptance(
      { until: 60, knobs: { groupMs: 0, undeliveredMs: HOUR }, answer: ({ number }) => (number === 1 ? busy : null) },
      ({ push, want }) => {
        push(0, { fire: 'hall' });
        push(1, { fire: 'foyer' });
        want(10, 10 + AT_ONCE, { of: ['hall'] });
        want(10, 10 + AT_ONCE, { of: ['foyer'] });
      },
    );
    expect(seen).toHaveLength(3);
  });
});

function failedRun(minute: number) {
  const payload = {
    jobId: 'full_sync',
    label: 'Full sync',
    status: 'error',
    isFailing: true,
    error: 'ECONNRESET',
    attempts: 1,
    failuresInRow: minute / 5 + 1,
    heldBack: [{ runId: 'r', jobId: 'timeline_report', label: 'Timeline report', status: 'upstream_failed' }],
  };
  return { kind: 'run-finished', subjectId: `run-${minute}`, payload };
}

function recoveredRun(name = 'well') {
  return {
    kind: 'run-finished',
    subjectId: `run-${name}`,
    payload: { jobId: 'full_sync', label: 'Full sync', status: 'success', isFailing: false, isRecovery: true },
  };
}
