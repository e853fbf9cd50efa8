import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openMailbox, TEST_AUTHORITY } from '../../../test/fixtures/smtp-mailbox.ts';
import { createSmtpChannel } from '../../adapters/channels/email/smtp.ts';
import { openDeliveryFile } from '../../adapters/store/delivery-file.ts';
import { type DeliverReportInput, deliverReport } from './deliver-report.ts';
import { DEFAULT_MAIL_POLICY } from './mail-policy.ts';

const folder = mkdtempSync(join(tmpdir(), 'deliver-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const mailbox = await openMailbox({
  onRcptTo: ({ address }, _session, done) =>
    address.startsWith('gone') ? done(Object.assign(new Error('no such user'), { responseCode: 550 })) : done(),
});
const channel = createSmtpChannel({
  host: '127.0.0.1',
  port: mailbox.port,
  user: null,
  password: null,
  encryption: 'starttls',
  timeoutMs: 5_000,
  certificateAuthority: TEST_AUTHORITY,
  sender: { address: 'guardian@example.org', name: null },
});
afterAll(async () => {
  channel.close();
  await mailbox.close();
});

let now = Date.UTC(2025, 0, 1);
let composed = 0;
const input = (path: string, over: Partial<DeliverReportInput> = {}): DeliverReportInput => ({
  service: 'shop',
  occasion: { status: 'CRITICAL', issues: ['v1:app:a'] },
  recipients: ['dev@example.org', 'gone@example.org', 'ops@example.org'].map((address) => ({
    address,
    policy: DEFAULT_MAIL_POLICY,
  })),
  compose: () => {
    composed += 1;
    return { subject: 'subject', text: 'text', html: '<p>html</p>', attachments: [], date: now, language: 'en' };
  },
  channel,
  log: openDeliveryFile(join(folder, path), { isSending: true }),
  clock: { now: () => now },
  isForced: false,
  isDryRun: false,
  ...over,
});

describe('delivering a report', () => {
  it('is one delivery for each recipient; one that is refused keeps nobody else from theirs, and is due again', async () => {
    const first = await deliverReport(input('rows.jsonl'));
    expect(first.map(({ outcome }) => outcome)).toEqual(['sent', 'failed', 'sent']);
    expect(mailbox.messages.map(({ to }) => to)).toEqual([['dev@example.org'], ['ops@example.org']]);
    expect(composed).toBe(1);

    now += 3_600_000;
    const second = await deliverReport(input('rows.jsonl'));
    expect(second.map(({ outcome }) => outcome)).toEqual(['not due', 'failed', 'not due']);
  });

  it('delivers and remembers nothing on a dry run', async () => {
    const before = mailbox.messages.length;
    const results = await deliverReport(input('dry.jsonl', { isDryRun: true }));
    expect(results.map(({ outcome, detail }) => `${outcome} ${detail}`)).toEqual(Array(3).fill('dry run subject'));
    expect(mailbox.messages).toHaveLength(before);
    expect(
      await openDeliveryFile(join(folder, 'dry.jsonl'), { isSending: true }).told('shop', 'dev@example.org'),
    ).toEqual([]);
  });

  it('reads past a line that was cut by a crash', async () => {
    const path = join(folder, 'torn.jsonl');
    await deliverReport(input('torn.jsonl'));
    writeFileSync(path, '{"at":17', { flag: 'a' });
    const log = openDeliveryFile(path, { isSending: true });
    expect(await log.told('shop', 'dev@example.org')).toMatchObject([{ outcome: 'sent', status: 'CRITICAL' }]);
    expect(await log.told('other', 'dev@example.org')).toEqual([]);
  });
});
