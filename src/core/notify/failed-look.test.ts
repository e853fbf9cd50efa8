import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openMailbox, TEST_AUTHORITY } from '../../../test/fixtures/smtp-mailbox.ts';
import { createSmtpChannel } from '../../adapters/channels/email/smtp.ts';
import { openLookFile } from '../../adapters/store/look-file.ts';
import { DEFAULT_FAILED_LOOK_POLICY, tellFailedLook } from './failed-look.ts';

const HOUR = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), 'looks-'));
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
  rmSync(folder, { recursive: true, force: true });
});

describe('a look that failed', () => {
  const log = openLookFile(join(folder, 'looks.jsonl'));
  let now = Date.UTC(2025, 0, 1);
  const fail = async (watched = 'shop') => {
    const told = await tellFailedLook({
      watched,
      recipients: ['gone@example.org', 'dev@example.org'],
      policy: DEFAULT_FAILED_LOOK_POLICY,
      compose: () => ({
        subject: 'could not look',
        text: 'why',
        html: '<p>why</p>',
        attachments: [],
        date: now,
        language: 'en',
      }),
      channel,
      log,
      clock: { now: () => now },
    });
    return told.map(({ outcome }) => (typeof outcome === 'string' ? outcome : outcome.code));
  };

  it('is told at the second in a row, once in six hours, and anew after a look that succeeded', async () => {
    expect(await fail()).toEqual([]);
    now += HOUR;
    expect(await fail('another service')).toEqual([]);
    expect(await fail()).toEqual(['mail_refused', 'sent']);
    now += HOUR;
    expect(await fail()).toEqual([]);
    now += 5 * HOUR;
    expect(await fail()).toEqual(['mail_refused', 'sent']);
    await log.append({ at: now, watched: 'shop', isOk: true, isTold: false });
    expect(await fail()).toEqual([]);
    expect(await fail()).toEqual(['mail_refused', 'sent']);
    expect(mailbox.messages).toHaveLength(3);
  });
});
