import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../test/contract/open-stores.ts';
import { appended } from '../../test/contract/stored-events.ts';
import { rawEvent } from '../../test/fixtures/raw-event.ts';
import { sampleOkReport, sampleReport } from '../../test/fixtures/sample-report.ts';
import type { ConfigurationInput } from '../config/index.ts';
import { configurationSchema } from '../config/schema.ts';
import type { Change } from '../contracts/api/overview.ts';
import type { MailMessage } from '../core/notify/index.ts';
import type { Report, StoredReport } from '../core/reports/index.ts';
import { GuardianError } from '../core/shared/index.ts';
import { openTelling, type TellingOptions } from './telling.ts';
import type { ReportRequest } from './work-methods.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2025, 9, 20, 3, 0);
let now: number;
const clock = { now: () => now };
let stores: OpenedStores;
let made: ReportRequest[];
let changes: Change[];
let failures: string[];
let mails: { recipient: string; message: MailMessage }[];

beforeEach(async () => {
  now = START;
  made = [];
  changes = [];
  failures = [];
  mails = [];
  stores = await DATABASES[0]!.open({ clock });
});
afterEach(() => stores.close());

async function addReport(
  fields: Partial<StoredReport> = {},
  content: Report | null = sampleReport(),
): Promise<StoredReport> {
  const stored: StoredReport = {
    id: `report-${now}-${fields.service ?? 'shop'}-${fields.id ?? ''}`,
    projectId: stores.projectIds[0],
    service: 'shop',
    status: content === null ? 'could not look' : content.status,
    occasion: 'schedule',
    from: now - HOUR,
    to: now,
    madeAt: now,
    intervalMs: null,
    errors: 3,
    warnings: 0,
    problem: content === null ? 'the store is away' : null,
    ...fields,
  };
  await stores.main.reports.add(stored, content);
  return stored;
}

function open(
  given: ConfigurationInput = {},
  {
    makeReport,
    sources,
  }: { makeReport?: (request: ReportRequest) => Promise<never> } & Pick<TellingOptions, 'sources'> = {},
) {
  const configuration = configurationSchema.parse({
    mail: { recipients: ['ana@example.org'], ...given.mail },
    reports: { digestAt: '08:00', ...given.reports },
    ...(given.timeZone ? { timeZone: given.timeZone } : {}),
    ...(given.language ? { language: given.language } : {}),
  });
  const telling = openTelling({
    configuration,
    store: stores.main,
    channel: {
      async send(message, recipient) {
        mails.push({ recipient, message });
        return { outcome: 'sent', detail: '250 taken', messageId: 'm' };
      },
      close() {},
    },
    makeReport: async (request) => {
      made.push(request);
      if (makeReport) return makeReport(request);
      const content = sampleReport();
      const { occasion, service, projectId } = request;
      return { stored: await addReport({ occasion, service, projectId, id: String(made.length) }, content), content };
    },
    onChange: (change) => changes.push(change),
    onFailure: (what, { code }) => failures.push(`${what}: ${code}`),
    ...(sources ? { sources } : {}),
    clock,
  });
  return (name: 'outbox' | 'intake' | 'deliveries' | 'reports' | 'digest', signal = new AbortController().signal) =>
    ({
      outbox: () => telling.rounds[0]!.run(signal),
      intake: () => telling.intake.pass(signal),
      deliveries: () => telling.worker.pass(signal),
      reports: () => telling.makeReports(signal),
      digest: () => telling.queueDigest(),
    })[name]();
}

async function addRow(kind: string, payload: Record<string, unknown>, subject = 'issue-1') {
  const row = {
    at: now,
    kind,
    project_id: stores.projectIds[0],
    subject_id: subject,
    payload: JSON.stringify(payload),
  };
  await stores.main.kysely
    .insertInto('outbox')
    .values({ ...row, done_at: null })
    .execute();
}
const opened = (fields: object = {}) =>
  addRow('issue-opened', { service: 'shop', severity: 18, signal: null, ...fields });
const queued = async () => (await stores.main.deliveries.list({ cursor: null, limit: 100 })).items;
const undone = async () =>
  stores.main.outbox.due(
    ['issue-opened', 'issue-regressed', 'issue-escalated', 'issue-changed', 'report-made', 'report-wanted'],
    500,
  );

describe('an issue that opens at CRITICAL', () => {
  it('makes a report of its service at once, and its mail', async () => {
    const run = open();
    await opened();
    await run('outbox');
    expect(made).toEqual([
      { projectId: stores.projectIds[0], service: 'shop', freshness: '1h', occasion: 'critical', intervalMs: null },
    ]);
    await run('outbox');
    await run('deliveries');
    expect(mails.map(({ recipient }) => recipient)).toEqual(['ana@example.org']);
    expect(mails[0]!.message.subject).toContain(sampleReport().status);
    expect(await undone()).toEqual([]);
    expect(changes.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['report', 'issue', 'delivery']));
    await run('outbox');
    await run('deliveries');
    expect([made.length, mails.length]).toEqual([1, 1]);
  });

  it('beside others of its service makes one report in five minutes, and none is forgotten', async () => {
    const run = open();
    await opened();
    await opened({ signal: 'OOM', severity: 17 });
    await run('outbox');
    expect(made).toHaveLength(1);
    now += MINUTE;
    for (let issue = 0; issue < 150; issue++) await opened();
    for (let passes = 0; passes < 3; passes++) await run('outbox');
    expect([made.length, (await undone()).length]).toEqual([1, 150]);
    now += 4 * MINUTE;
    for (let passes = 0; passes < 3; passes++) await run('outbox');
    expect([made.length, await undone()]).toEqual([2, []]);
  });

  it('that waits for the gap keeps back no mail of a report that was made', async () => {
    const run = open();
    await opened();
    await run('outbox');
    now += MINUTE;
    for (let issue = 0; issue < 120; issue++) await opened();
    await addReport({ service: 'pay' });
    await run('outbox');
    expect((await queued()).map(({ about }) => about.service)).toContain('pay');
  });

  it('of another service or project has a report of its own', async () => {
    const run = open();
    await opened();
    await opened({ service: 'cart' });
    await run('outbox');
    expect(made.map(({ service }) => service)).toEqual(['shop', 'cart']);
  });

  it.each([
    ['an error that is none', 'issue-opened', { severity: 17 }, 0],
    ['a regression', 'issue-regressed', { severity: 18 }, 1],
    ['one that escalates', 'issue-escalated', { severity: 21 }, 1],
    ['a death of the process', 'issue-opened', { severity: 17, signal: 'OOM' }, 1],
    [
      'one that becomes so',
      'issue-changed',
      { severity: 17, signal: 'OOM', action: 'graver', formerSeverity: 17, formerSignal: null },
      1,
    ],
    ['one that was so', 'issue-changed', { severity: 19, action: 'graver', formerSeverity: 18, formerSignal: null }, 0],
    ['what a person did to it', 'issue-changed', { severity: 18, action: 'resolved' }, 0],
    ['a row without a word', 'issue-opened', {}, 0],
  ])('or not: %s', async (_, kind, payload, reports) => {
    const run = open();
    await addRow(kind, { service: 'shop', ...payload });
    await run('outbox');
    expect([made.length, await undone()].flat().slice(0, 1)).toEqual([reports]);
    expect(changes).toContainEqual({ kind: 'issue', id: 'issue-1', action: kind });
  });

  it('has a report too where a deployment of its service met a critical error, once', async () => {
    const run = open();
    await addRow('report-wanted', { service: 'shop', reason: 'critical_error' }, 'dep-1');
    await run('outbox');
    expect(made).toEqual([
      { projectId: stores.projectIds[0], service: 'shop', freshness: '1h', occasion: 'critical', intervalMs: null },
    ]);
    await run('outbox');
    expect([made.length, await stores.main.outbox.due(['report-wanted'], 10)]).toEqual([1, []]);
    expect(changes.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['report']));
  });

  it('makes none when that is switched off', async () => {
    await opened();
    await addRow('report-wanted', { service: 'shop' }, 'dep-1');
    await open({ reports: { onCritical: false } })('outbox');
    expect([made, await undone()]).toEqual([[], []]);
  });

  it('whose report fails for good is told, and holds nothing up; one the store cannot take now comes again', async () => {
    let code: 'internal' | 'store_unavailable' = 'store_unavailable';
    const run = open(
      {},
      {
        makeReport: async () => {
          throw new GuardianError(code, { reason: 'the work thread ended' });
        },
      },
    );
    await opened();
    await opened({ service: 'cart' });
    await expect(run('outbox')).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await undone()).toHaveLength(2);
    code = 'internal';
    await run('outbox');
    expect([await undone(), failures]).toEqual([
      [],
      ['issue-opened issue-1: internal', 'issue-opened issue-1: internal'],
    ]);
  });
});

describe('a report that was made', () => {
  it('becomes mail rows by policy: the second of the same issues within the cool-down does not', async () => {
    const run = open();
    await addReport();
    await run('outbox');
    now += HOUR;
    await addReport();
    await run('outbox');
    expect(await queued()).toHaveLength(1);
    now += 6 * HOUR;
    await addReport();
    await run('outbox');
    expect(await queued()).toHaveLength(2);
  });

  it('tells of a regression once, though the issue stays regressed', async () => {
    const run = open();
    const regressed = sampleReport();
    const calm = structuredClone(regressed);
    for (const issue of calm.issues) issue.is_regression = false;
    for (const content of [calm, calm, regressed, regressed, regressed]) {
      await addReport({}, content);
      await run('outbox');
      now += MINUTE;
    }
    expect(await queued()).toHaveLength(2);
  });

  it('of one project keeps back none of another, though service and issues have the same names', async () => {
    const run = open();
    const [staging, production] = stores.projectIds;
    await addReport({ projectId: staging, id: 'staging' });
    await run('outbox');
    now += HOUR;
    await addReport({ projectId: production, id: 'production' });
    await run('outbox');
    expect((await queued()).map(({ about }) => about.projectId)).toEqual([production, staging]);
    // Nor does a look that failed there make news of what was told here.
    for (const id of ['one', 'two']) {
      now += MINUTE;
      await addReport({ projectId: production, id }, null);
      await run('outbox');
    }
    now += MINUTE;
    await addReport({ projectId: staging, id: 'again' });
    await run('outbox');
    expect((await queued()).map(({ occasion }) => occasion.split(':')[0])).toEqual([
      'could-not-look',
      'report',
      'report',
    ]);
  });

  it('of issues that come by turns is no news within the cool-down of each', async () => {
    const run = open();
    const of = (fingerprint: string) => {
      const report = sampleReport();
      return { ...report, issues: [{ ...report.issues[0]!, fingerprint, is_regression: false }] };
    };
    for (const fingerprint of ['v1:app:a', 'v1:app:b', 'v1:app:a', 'v1:app:b']) {
      await addReport({}, of(fingerprint));
      await run('outbox');
      now += 2 * HOUR;
    }
    expect((await queued()).map(({ about }) => about.issues)).toEqual([['v1:app:b'], ['v1:app:a']]);
    // It is 11:00: of the one they were told at 03:00, of the other at 05:00.
    await addReport({}, of('v1:app:a'));
    await run('outbox');
    expect(await queued()).toHaveLength(3);
  });

  it('becomes none when all is well, or nothing is mailed', async () => {
    await addReport({}, sampleOkReport());
    await open()('outbox');
    now += 1;
    await addReport();
    await open({ mail: { enabled: false, recipients: ['ana@example.org'] } })('outbox');
    expect([await queued(), await undone()]).toEqual([[], []]);
  });
});

describe('a look that failed', () => {
  const fail = async (run: ReturnType<typeof open>, fields: Partial<StoredReport> = {}) => {
    await addReport(fields, null);
    await run('outbox');
    now += 10 * MINUTE;
  };

  it('is told after two in a row, then not before the cool-down is over', async () => {
    const run = open();
    await fail(run);
    expect(await queued()).toEqual([]);
    await fail(run);
    expect(await queued()).toHaveLength(1);
    // Across midnight, noon and whatever else the clock shows: six hours are 36 looks.
    for (let looks = 0; looks < 35; looks++) await fail(run);
    expect(await queued()).toHaveLength(1);
    await fail(run);
    expect(await queued()).toHaveLength(2);
    const { message } = (await queued())[0]!;
    expect(message.subject).toContain('COULD NOT LOOK');
    expect(message.text).toContain('shop');
  });

  it('in an outage of days is told once in each cool-down', async () => {
    const run = open();
    for (let looks = 0; looks < 2 * 24 * 6; looks++) await fail(run);
    expect((await queued()).length).toBe(8);
  });

  it('after one that succeeded is a new outage', async () => {
    const run = open();
    await fail(run);
    await fail(run);
    await addReport({}, sampleOkReport());
    now += MINUTE;
    await fail(run);
    expect(await queued()).toHaveLength(1);
    await fail(run);
    expect(await queued()).toHaveLength(2);
  });

  it('of one service is not counted with those of another, nor of all together', async () => {
    const run = open();
    await fail(run, { service: 'shop' });
    await fail(run, { service: 'cart' });
    await fail(run, { service: null, projectId: null });
    expect(await queued()).toEqual([]);
  });

  it('does not keep back the next report, whatever it finds', async () => {
    const run = open();
    await fail(run);
    await fail(run);
    await addReport();
    await run('outbox');
    expect((await queued()).map(({ occasion }) => occasion.split(':')[0])).toEqual(['report', 'could-not-look']);
  });
});

describe('the digest', () => {
  const day = (instant: string) => Date.parse(instant);
  const run = async (round: ReturnType<typeof open>, instant: string) => {
    now = day(instant);
    await round('digest');
    return (await queued()).filter(({ occasion }) => occasion.startsWith('digest:'));
  };

  it('comes once a day, on the clock of its readers, with what was not well since the one before', async () => {
    const round = open({ timeZone: 'Europe/Paris' });
    expect(await run(round, '2025-06-10T12:00:00Z')).toEqual([]);
    now = day('2025-06-10T13:00:00Z');
    await addReport();
    now = day('2025-06-11T06:30:00Z');
    await addReport({ service: 'later' });
    expect(await run(round, '2025-06-11T05:59:00Z')).toEqual([]);
    const [digest, ...others] = await run(round, '2025-06-11T07:00:00Z');
    expect(others).toEqual([]);
    expect(digest!.message.text).toContain('shop');
    expect(digest!.message.text).not.toContain('later');
    expect(await run(round, '2025-06-11T23:00:00Z')).toHaveLength(1);
    expect(await run(round, '2025-06-12T06:00:00Z')).toHaveLength(2);
    expect((await queued())[0]!.message.text).toContain('later');
  });

  it('tells who asked for CRITICAL only of nothing less, and that a look failed', async () => {
    const critical = { address: 'boss@example.org', minimumStatus: 'CRITICAL' as const };
    const round = open({ mail: { recipients: ['ana@example.org', critical] } });
    await run(round, '2025-06-10T12:00:00Z');
    const add = (service: string, status: 'DEGRADED' | 'CRITICAL') =>
      addReport({ service, status }, { ...sampleReport(), status });
    await add('pay', 'DEGRADED');
    const [only, ...others] = await run(round, '2025-06-11T08:30:00Z');
    expect([only!.recipient, others]).toEqual(['ana@example.org', []]);
    await add('pay', 'DEGRADED');
    await add('shop', 'CRITICAL');
    await addReport({ service: 'cart' }, null);
    const mails = (await run(round, '2025-06-12T08:30:00Z')).filter(({ createdAt }) => createdAt === now);
    const textTo = (address: string) => mails.find(({ recipient }) => recipient === address)!.message.text;
    const failed = 'cart: could not look';
    for (const words of ['3 of 3 reports were not OK', failed, 'shop: CRITICAL', 'pay: DEGRADED'])
      expect(textTo('ana@example.org')).toContain(words);
    for (const words of ['2 of 3 reports were CRITICAL or could not look', failed, 'shop: CRITICAL'])
      expect(textTo('boss@example.org')).toContain(words);
    expect(textTo('boss@example.org')).not.toContain('pay');
  });

  it('of a day of 25 hours leaves out no hour', async () => {
    const round = open({ timeZone: 'Europe/Paris' });
    await run(round, '2025-10-25T06:00:00Z');
    now = day('2025-10-25T06:30:00Z');
    await addReport();
    expect(await run(round, '2025-10-26T07:00:00Z')).toHaveLength(1);
  });

  it('is silent when all was well, before the first day is over, and when it is switched off', async () => {
    const round = open();
    await addReport();
    expect(await run(round, '2025-06-10T12:00:00Z')).toEqual([]);
    now = day('2025-06-10T13:00:00Z');
    await addReport({}, sampleOkReport());
    expect(await run(round, '2025-06-11T08:00:00Z')).toEqual([]);
    await addReport();
    expect(await run(open({ reports: { digestAt: null } }), '2025-06-12T08:00:00Z')).toEqual([]);
  });

  it('is French for French readers, and not double after a crash before it was noted', async () => {
    const round = open({ language: 'fr' });
    await run(round, '2025-06-10T12:00:00Z');
    await addReport();
    await run(round, '2025-06-11T08:00:00Z');
    await stores.main.settings.set('digest.last', day('2025-06-10T08:00:00Z'));
    const [digest, ...others] = await run(round, '2025-06-11T08:01:00Z');
    expect([others, digest!.message.language]).toEqual([[], 'fr']);
  });
});

describe('the schedule', () => {
  const seen = async (service: string) => {
    const event = rawEvent({ id: `${service}-${now}`, time: now - MINUTE, service });
    await stores.ingest.events.append(appended(stores.projectIds[0], [event], { at: now }));
  };

  it('reports on every service that was heard of in the last day', async () => {
    const run = open({ reports: { everyMs: HOUR, freshness: '2h' } });
    await seen('shop');
    await seen('cart');
    now += HOUR;
    expect(await run('reports')).toEqual({ reports: 2, failed: 0 });
    expect(made.map(({ service, freshness, intervalMs }) => [service, freshness, intervalMs])).toEqual([
      ['cart', '2h', HOUR],
      ['shop', '2h', HOUR],
    ]);
    now += 25 * HOUR;
    expect(await run('reports')).toEqual({ reports: 0, failed: 0 });
  });

  it('looks at what nobody heard of for a day when its source cannot be read', async () => {
    const about = {
      source: 'cloud-logging:p',
      kind: 'cloud-logging',
      name: 'Cloud Logging p',
      everyMs: MINUTE,
    } as const;
    const failing = { ...about, projectId: 1, service: null, seenUntil: null, problem: '403', failingSince: now };
    const sources = {
      statesFor: async ({ service }: { service: string | null }) => (service === 'shop' ? [failing] : []),
    };
    const run = open({ reports: { everyMs: HOUR } }, { sources });
    await seen('shop');
    await seen('cart');
    now += 26 * HOUR;
    expect(await run('reports')).toEqual({ reports: 1, failed: 0 });
    expect(made.map(({ service }) => service)).toEqual(['shop']);
  });

  it('goes on with the others when one fails, and ends with its signal', async () => {
    const failing = async () => {
      throw new GuardianError('internal', { reason: 'out of memory' });
    };
    await seen('shop');
    await seen('cart');
    const run = open({ reports: { everyMs: HOUR } }, { makeReport: failing });
    expect(await run('reports')).toEqual({ reports: 0, failed: 2 });
    expect([made.length, failures]).toEqual([2, ['report on cart: internal', 'report on shop: internal']]);
    now += HOUR;
    await open({ reports: { everyMs: HOUR } })('reports', AbortSignal.abort());
    expect(made).toHaveLength(2);
  });
});
