import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import type { MailOccasion } from './mail-policy.ts';
import type { MailMessage } from './ports.ts';
import { deliveryId, queueReport } from './queue-report.ts';

const START = Date.UTC(2025, 9, 20, 3, 0);
const HOUR = 3_600_000;
const POLICY = { minimumStatus: 'DEGRADED', coolDownMs: 6 * HOUR } as const;
let now = START;
let stores: OpenedStores;
let composed: number;

beforeEach(async () => {
  now = START;
  composed = 0;
  stores = await DATABASES[0]!.open({ clock: { now: () => now } });
});
afterEach(() => stores.close());

const message: MailMessage = { subject: 's', text: 't', html: 'h', attachments: [], date: START, language: 'en' };
const ana = { address: 'ana@example.org', policy: POLICY };
const oncall = { address: 'on-call@example.org', policy: { ...POLICY, minimumStatus: 'CRITICAL' as const } };

function queue(
  reportId: string,
  occasion: Partial<MailOccasion> = {},
  { project = 0, service = 'shop', recipients = [ana] as (typeof ana | typeof oncall)[] } = {},
) {
  return queueReport({
    reportId,
    projectId: stores.projectIds[project]!,
    service,
    occasion: { status: 'DEGRADED', issues: ['v1:app:a'], now, ...occasion },
    recipients,
    compose: () => {
      composed++;
      return message;
    },
    store: stores.main.deliveries,
  });
}
const told = async (...given: Parameters<typeof queue>) =>
  (await queue(...given)).map(({ recipient, decision, isQueued }) => [recipient, decision.reason, isQueued]);
const rows = async () => (await stores.main.deliveries.list({ cursor: null, limit: 100 })).items;

describe('a report', () => {
  it('becomes a row for each recipient whose policy wants it, composed once, and only when somebody gets it', async () => {
    expect(await told('r1', { status: 'OK', issues: [] }, { recipients: [ana, oncall] })).toEqual([
      ['ana@example.org', 'status below minimum', false],
      ['on-call@example.org', 'status below minimum', false],
    ]);
    expect(composed).toBe(0);
    expect(await told('r2', {}, { recipients: [ana, oncall] })).toEqual([
      ['ana@example.org', 'first', true],
      ['on-call@example.org', 'status below minimum', false],
    ]);
    const both = [ana, oncall, { ...ana, address: 'bo@example.org' }];
    expect(await told('r3', { status: 'CRITICAL' }, { recipients: both })).toEqual([
      ['ana@example.org', 'worse status', true],
      ['on-call@example.org', 'first', true],
      ['bo@example.org', 'first', true],
    ]);
    expect(composed).toBe(2);
    expect(await rows()).toHaveLength(4);
  });

  it('that is queued again reaches nobody twice', async () => {
    await queue('r1');
    expect((await queue('r1')).map(({ isQueued }) => isQueued)).toEqual([false]);
    now += 7 * HOUR;
    expect(await told('r1')).toEqual([['ana@example.org', 'first', false]]);
    expect((await rows()).map(({ id }) => id)).toEqual([deliveryId('r1', 'ana@example.org')]);
  });
});

describe('the cool-down', () => {
  it('keeps the same issues back until it is over, and says until when', async () => {
    await queue('r1');
    now += 6 * HOUR - 1;
    const [kept] = await queue('r2');
    expect(kept).toEqual({
      recipient: 'ana@example.org',
      decision: { isSent: false, reason: 'cool-down', until: START + 6 * HOUR },
      isQueued: false,
    });
    now += 1;
    expect(await told('r3')).toEqual([['ana@example.org', 'first', true]]);
  });

  it.each([
    ['a worse status', { status: 'CRITICAL' as const }, 'worse status'],
    ['an issue that no mail told yet', { issues: ['v1:app:a', 'v1:app:b'] }, 'new issue'],
    ['a regression', { issues: ['v1:app:a', 'v1:app:a regressed'] }, 'new issue'],
  ])('is no reason to keep back %s', async (_, occasion, reason) => {
    await queue('r1');
    now += 60_000;
    expect(await told('r2', occasion)).toEqual([['ana@example.org', reason, true]]);
  });

  it('is of each issue by itself, though others were told meanwhile', async () => {
    await queue('r1');
    now += 2 * HOUR;
    expect(await told('r2', { issues: ['v1:app:b'] })).toEqual([['ana@example.org', 'new issue', true]]);
    now += 2 * HOUR;
    expect(await told('r3')).toEqual([['ana@example.org', 'cool-down', false]]);
    now += 2 * HOUR;
    expect(await told('r4', { issues: ['v1:app:b'] })).toEqual([['ana@example.org', 'cool-down', false]]);
    expect(await told('r5')).toEqual([['ana@example.org', 'new issue', true]]);
  });

  it('is each project’s, each service’s and each recipient’s own', async () => {
    await queue('r1');
    expect(await told('r0', {}, { project: 1 })).toEqual([['ana@example.org', 'first', true]]);
    expect(new Set((await rows()).map(({ about }) => about.projectId))).toEqual(new Set(stores.projectIds));
    expect(await told('r2', {}, { service: 'pay' })).toEqual([['ana@example.org', 'first', true]]);
    expect(await told('r3', {}, { recipients: [{ ...ana, address: 'bo@example.org' }] })).toEqual([
      ['bo@example.org', 'first', true],
    ]);
  });

  it('does not count a message that was given up: it reached nobody', async () => {
    await queue('r1');
    const [queued] = await rows();
    const settled = { nextAttemptAt: now, sentAt: null, lastError: 'no such mailbox', receipt: null };
    await stores.main.deliveries.settle(queued!.id, { state: 'failed', ...settled });
    expect(await told('r2')).toEqual([['ana@example.org', 'first', true]]);
  });
});
