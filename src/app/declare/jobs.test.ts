import { describe, expect, it } from 'vitest';
import { type ConfigurationInput, configurationSchema } from '../../config/schema.ts';
import { declaredJobs } from './jobs.ts';

const declare = (jobs: ConfigurationInput['jobs'], rest: ConfigurationInput = {}) =>
  declaredJobs(configurationSchema.parse({ timeZone: 'America/Montreal', ...rest, jobs }), {
    folder: '/srv/workshop',
    projectId: (slug) => (slug === 'workshop' ? 7 : null),
  });
const one = (job: NonNullable<ConfigurationInput['jobs']>[string]) => declare({ one: job })[0]!;

describe('a job of the configuration', () => {
  it('has the defaults of the requirements where nothing is said', () => {
    expect(one({ shell: 'true' })).toEqual({
      id: 'one',
      label: 'one',
      origin: 'configuration',
      projectId: null,
      work: { kind: 'shell', command: 'true', folder: '/srv/workshop', environment: {} },
      trigger: { kind: 'none' },
      condition: null,
      taskType: null,
      overlap: { kind: 'skip' },
      concurrency: null,
      retries: { count: 0, firstDelayMs: 30_000, factor: 2, longestDelayMs: 900_000, jitter: 0.2 },
      timeoutMs: 3_600_000,
      catchUp: { kind: 'last', lookBackMs: 86_400_000 },
      mustStartBy: null,
      mustFinishBy: null,
      failWhen: [],
      warnWhen: [],
      failureThreshold: 1,
      recoveryThreshold: 1,
    });
  });

  it.each([
    [
      { function: { module: './sync.ts', export: 'fullSync' } },
      { kind: 'function', module: '/srv/workshop/sync.ts', export: 'fullSync', input: null, heapMib: 512 },
    ],
    [
      { function: { module: '/opt/sync.ts', input: { year: 2026 }, heapMib: 64 } },
      { kind: 'function', module: '/opt/sync.ts', export: 'default', input: { year: 2026 }, heapMib: 64 },
    ],
    [
      { shell: { command: ['node', 'report.js'], folder: 'scripts', environment: { A: '1' } } },
      { kind: 'shell', command: ['node', 'report.js'], folder: '/srv/workshop/scripts', environment: { A: '1' } },
    ],
    [
      { http: 'https://workshop.piano.ca/health' },
      {
        kind: 'http',
        method: 'GET',
        url: 'https://workshop.piano.ca/health',
        headers: {},
        body: null,
        expectedStatus: [200, 201, 202, 204],
        expectedText: null,
        slowAfterMs: null,
      },
    ],
    [
      { http: { url: 'https://workshop.piano.ca/x', method: 'POST', status: [202], text: 'ok', slowAfter: '2s' } },
      {
        kind: 'http',
        method: 'POST',
        url: 'https://workshop.piano.ca/x',
        headers: {},
        body: null,
        expectedStatus: [202],
        expectedText: 'ok',
        slowAfterMs: 2_000,
      },
    ],
    [{ watched: { grace: '30m' } }, { kind: 'watched', graceMs: 1_800_000 }],
    [{ watched: {} }, { kind: 'watched', graceMs: 300_000 }],
  ] as const)('does %j', (given, work) => {
    expect(one(given as never).work).toEqual(work);
  });

  it('keeps its times in its own zone, else in the installation’s; never in the host’s', () => {
    const jobs = declare({
      a: { shell: 'true', cron: '0 1 * * *', mustFinishBy: '05:00', mustStartBy: '10m' },
      b: { shell: 'true', cron: '0 1 * * *', timeZone: 'Europe/Paris', dst: { gap: 'skip', overlap: 'both' } },
      c: { shell: 'true', cron: '30 8 * * *', onlyIf: { job: 'a', waitUntil: '11:00' } },
    });
    expect(jobs[0]).toMatchObject({
      trigger: { kind: 'cron', pattern: '0 1 * * *', timeZone: 'America/Montreal', gap: 'run-after', overlap: 'once' },
      mustFinishBy: { kind: 'local', time: '05:00', timeZone: 'America/Montreal' },
      mustStartBy: { kind: 'after', ms: 600_000 },
    });
    expect(jobs[1]!.trigger).toMatchObject({ timeZone: 'Europe/Paris', gap: 'skip', overlap: 'both' });
    expect(jobs[2]!.condition).toEqual({
      job: 'a',
      timeZone: 'America/Montreal',
      waitUntil: { kind: 'local', time: '11:00', timeZone: 'America/Montreal' },
    });
  });

  it('comes after others, at intervals, and under the policies that are written', () => {
    const [, after, every] = declare({
      a: { shell: 'true' },
      b: { shell: 'true', after: ['a', { job: 'a', strict: true }], rule: 'all_done', retries: 3, project: 'workshop' },
      c: {
        shell: 'true',
        every: '5m',
        anchor: '2026-01-31T00:00:00Z',
        overlap: { queue: 4 },
        concurrency: { key: 'database', limit: 2 },
        catchUp: { all: 10 },
        lookBack: '2h',
      },
    });
    expect(after).toMatchObject({
      projectId: 7,
      trigger: {
        kind: 'after',
        rule: 'all_done',
        edges: [
          { job: 'a', isStrict: false },
          { job: 'a', isStrict: true },
        ],
      },
      retries: { count: 3, firstDelayMs: 30_000 },
    });
    expect(every).toMatchObject({
      trigger: { kind: 'interval', everyMs: 300_000, anchor: Date.parse('2026-01-31T00:00:00Z') },
      overlap: { kind: 'queue', bound: 4 },
      concurrency: { key: 'database', limit: 2 },
      catchUp: { kind: 'all', limit: 10, lookBackMs: 7_200_000 },
    });
    expect(one({ shell: 'true', overlap: 'queue' }).overlap).toEqual({ kind: 'queue', bound: 10 });
    expect(one({ shell: 'true', concurrency: 'database' }).concurrency).toEqual({ key: 'database', limit: 1 });
  });

  it.each([
    [{ one: { shell: 'true', project: 'nobody' } }, 'jobs.one.project', 'there is no project "nobody"'],
    [
      { one: { shell: 'true', onlyIf: { job: 'two', waitUntil: '1h' } } },
      'jobs.one.onlyIf.job',
      'there is no job "two"',
    ],
    [
      { one: { shell: 'true', onlyIf: { job: 'one', waitUntil: '1h' } } },
      'jobs.one.onlyIf.job',
      'the job waits for itself',
    ],
  ])('F2: that can never run stops the start: %j', (jobs, key, reason) => {
    expect(() => declare(jobs)).toThrow(
      expect.objectContaining({ code: 'configuration_invalid', about: { key, reason } }),
    );
  });
});
