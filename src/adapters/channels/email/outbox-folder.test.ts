import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { afterEach, describe, expect, it } from 'vitest';
import { createOutboxFolder } from './outbox-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the outbox folder', () => {
  it('stores a whole message that a mail program opens, and never says that it was sent', async () => {
    const outbox = createOutboxFolder({
      folder: join(folder, 'outbox'),
      sender: { address: 'guardian@example.org', name: null },
    });
    const message = {
      subject: '⚠️ déjà vu',
      text: 'texte',
      html: '<b>page</b>',
      attachments: [],
      date: Date.UTC(2025, 0, 2),
      language: 'fr',
    };
    const first = await outbox.send(message, 'dev@example.org');
    const second = await outbox.send(message, 'ops@example.org');
    expect([first.outcome, second.outcome]).toEqual(['stored', 'stored']);
    expect(readdirSync(join(folder, 'outbox'))).toHaveLength(2);
    const mail = await simpleParser(readFileSync(first.detail));
    expect(mail).toMatchObject({ subject: '⚠️ déjà vu', messageId: first.messageId });
    expect(mail.html).toContain('<b>page</b>');
    expect(statSync(first.detail).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'outbox')).mode & 0o777).toBe(0o700);
  });
});
