import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addIssue } from '../../../../test/contract/fixes-fixtures.ts';
import { type ImapMailbox, openImapMailbox } from '../../../../test/fixtures/imap-mailbox.ts';
import { mailOf } from '../../../adapters/replies/replies-fixtures.ts';
import { configurationSchema } from '../../../config/schema.ts';
import type { MailMessage } from '../../../core/notify/index.ts';
import { ask, makeShop, openTestServer, type TestServer } from '../../../server/server-fixtures.ts';
import { type OpenedFixes, openFixes } from '../open-fixes.ts';

const SECRET = 'a secret of the provider';
const SETTINGS = {
  mail: { enabled: true, from: 'guardian@example.com', recipients: ['bob@example.com'] },
  fixes: {
    agents: { ana: { way: 'mail' as const, address: 'ana@example.com' } },
    replies: { address: 'fixes@example.com', webhookSecret: SECRET },
  },
};

let server: TestServer;
let fixId: string;
let sent: MailMessage;
beforeEach(async () => {
  server = await openTestServer({
    configuration: SETTINGS,
    fixMaterialOf: async () => ({
      handOff: { markdown: '# Hand-off of SHOP-1\n', json: {} as never },
      fixability: { score: 80, points: [], cap: null },
      ...{ revision: 'r-1', commit: 'a'.repeat(40), testCommand: null, isPublic: false, isNew: true },
    }),
  });
  const { id: projectId } = await makeShop(server);
  await addIssue(server.store, { id: 'issue-1', projectId });
  const made = await ask(server, '/api/fixes', { method: 'POST', json: { issue: 'SHOP-1', way: 'mail' } });
  fixId = ((await made.json()) as { id: string }).id;
  const queued = async () => (await server.store.deliveries.list({ cursor: null, limit: 5 })).items[0];
  await expect.poll(queued).toBeDefined();
  sent = (await queued())!.message;
});
afterEach(() => server.close());

const BASIC = `Basic ${Buffer.from(`sendgrid:${SECRET}`).toString('base64')}`;
async function post(raw: string, headers: Record<string, string> = { authorization: BASIC }) {
  const response = await ask(server, '/api/replies/mail', {
    method: 'POST',
    headers: { 'content-type': 'message/rfc822', ...headers },
    body: raw,
  });
  return [response.status, await response.json()] as const;
}
const answer = (text: string, more: Parameters<typeof mailOf>[0] = {}) => mailOf({ to: sent.replyTo!, text, ...more });
const state = async () => (await server.store.fixes.get(fixId))?.state;
const notes = async () =>
  (await server.store.fixes.about(fixId))!.history
    .filter(({ action }) => action === 'note')
    .map(({ detail }) => detail?.text);

describe('the mail of a hand-off', () => {
  it('goes to the agent as what it is, and names the fix where answers come back', async () => {
    const reader = await server.store.notifications.log.list({}, { cursor: null, limit: 5 });
    expect(reader.items[0]).toMatchObject({ occasion: 'hand_off', address: 'ana@example.com' });
    const number = fixId.slice('fix-'.length);
    expect(sent.replyTo).toMatch(new RegExp(`^fixes\\+${number}-[0-9a-f]{24}@example\\.com$`));
    expect(sent.messageId).toMatch(new RegExp(`^<${number}-[0-9a-f]{24}@example\\.com>$`));
    expect(sent.replyTo!.split('@')[0]!.length).toBeLessThanOrEqual(64);
    expect(sent.subject).toBe(`Hand-off of SHOP-1 (${fixId})`);
    expect(sent.text).toContain('PROPOSED (with a branch or the address of a pull request), MERGED');
    expect(sent.attachments.map(({ filename }) => filename)).toEqual(['hand-off.md', 'hand-off.json']);
  });
});

describe('an answer by mail', () => {
  it('moves the fix on by its first words, and says who wrote in history and audit trail', async () => {
    const [status, said] = await post(answer('PROPOSED https://github.com/acme/shop/pull/7\r\n'));
    expect([status, said]).toEqual([200, { taken: fixId }]);
    const fix = await server.store.fixes.get(fixId);
    expect(fix).toMatchObject({ state: 'proposed', proposal: { url: 'https://github.com/acme/shop/pull/7' } });
    const about = await server.store.fixes.about(fixId);
    expect(about?.history.at(-1)).toMatchObject({ actor: 'mail:ana@example.com', action: 'proposed' });
    const entries = await server.store.audit.entries('guardian', 0, 100);
    expect(entries.find(({ action }) => action === 'fix answered by mail')).toMatchObject({
      actor: 'mail:ana@example.com',
      object: fixId,
    });
    await post(answer('DÉPLOYÉ r-2', { headers: { 'Message-ID': '<2@mail>' } }));
    expect(await server.store.fixes.get(fixId)).toMatchObject({ state: 'deployed', revisionWithFix: 'r-2' });
  });

  it('is a note where it has no such word, or what it says cannot be', async () => {
    await post(answer('We look at it on Monday.'));
    await post(answer('PROPOSED', { headers: { 'Message-ID': '<2@mail>' } }));
    expect([await state(), await notes()]).toEqual(['handed off', ['We look at it on Monday.', 'PROPOSED']]);
    await post(answer('DECLINED', { headers: { 'Message-ID': '<3@mail>' } }));
    await post(answer('MERGED', { headers: { 'Message-ID': '<4@mail>' } }));
    expect([await state(), (await notes()).at(-1)]).toEqual(['declined', 'MERGED']);
  });

  it('is known by the Message-ID it answers as well, never by what its subject or text say', async () => {
    const { messageId } = sent;
    expect(await post(mailOf({ headers: { 'In-Reply-To': messageId! }, text: 'MERGED' }))).toEqual([
      200,
      { taken: fixId },
    ]);
    const forged = fixId.slice('fix-'.length);
    for (const one of [
      { subject: `Re: Hand-off of SHOP-1 (${fixId})`, text: `DECLINED ${fixId}` },
      { to: `fixes+${forged}-${'0'.repeat(24)}@example.com`, text: 'DECLINED' },
      { to: `fixes+${forged}@example.com`, text: 'DECLINED' },
      { headers: { References: `<${forged}-${'f'.repeat(24)}@example.com>` }, text: 'DECLINED' },
    ])
      expect(await post(mailOf(one))).toEqual([200, { passedOver: 'not-ours' }]);
    expect(await state()).toBe('merged');
  });

  it('counts from those whom the configuration names alone', async () => {
    for (const from of [
      'eve@evil.example',
      'Ana <ana@example.com>, eve@evil.example',
      '"ana@example.com" <eve@evil.example>',
      '',
    ])
      expect(await post(answer('MERGED', { from }))).toEqual([200, { passedOver: 'unknown-sender' }]);
    expect(await state()).toBe('handed off');
    expect(await post(answer('MERGED', { from: 'Bob <BOB@example.com>' }))).toEqual([200, { taken: fixId }]);
  });

  it.each([
    ['an out-of-office', { 'Auto-Submitted': 'auto-replied' }],
    ['a vacation notice of before', { Precedence: 'auto_reply' }],
    ['what a list passes on', { Precedence: 'list', 'List-Id': '<team.example.com>' }],
    ['a bounce', { 'Return-Path': '<>' }],
    ['a delivery report', { 'Content-Type': 'multipart/report; boundary=b' }],
    ['a mail daemon', { From: 'MAILER-DAEMON@example.com' }],
    ['its own echo', { From: 'guardian@example.com' }],
  ])('of a program is passed over: %s', async (_, headers) => {
    expect(await post(answer('MERGED', { headers }))).toEqual([200, { passedOver: 'automatic' }]);
    expect(await state()).toBe('handed off');
  });

  it('that is played again changes nothing, also under another Message-ID', async () => {
    const raw = answer('A note');
    await post(raw);
    expect(await post(raw)).toEqual([200, { passedOver: 'replay' }]);
    expect(await post(raw.replace('<1@mail.example.com>', '<2@mail.example.com>'))).toEqual([
      200,
      { passedOver: 'replay' },
    ]);
    expect(await notes()).toEqual(['A note']);
  });

  it.each(['A note', 'PROPOSED https://github.com/acme/shop/pull/7'])(
    'that comes several times at once counts once: %s',
    async (text) => {
      const raw = answer(text);
      const said = await Promise.all(Array.from({ length: 4 }, () => post(raw)));
      expect(said.filter(([, one]) => 'taken' in (one as object))).toHaveLength(1);
      expect(said.filter(([, one]) => (one as { passedOver?: string }).passedOver === 'replay')).toHaveLength(3);
      expect((await server.store.fixes.about(fixId))?.history).toHaveLength(2);
    },
  );
});

describe('what a provider posts', () => {
  it('is taken apart as SendGrid does it, or whole in its form', async () => {
    const form = new FormData();
    const raw = answer('DEPLOYED r-7');
    form.set('headers', raw.split('\r\n\r\n')[0]!);
    form.set('text', 'DEPLOYED r-7\n');
    form.set('html', '<p>DECLINED</p>');
    form.set('from', 'Eve <eve@evil.example>');
    form.set('envelope', JSON.stringify({ to: [sent.replyTo], from: 'eve@evil.example' }));
    const posted = new Request('http://localhost/', { method: 'POST', body: form });
    const response = await ask(server, '/api/replies/mail', {
      method: 'POST',
      headers: { authorization: BASIC, 'content-type': posted.headers.get('content-type')! },
      body: await posted.bytes(),
    });
    expect(await response.json()).toEqual({ taken: fixId });
    expect(await server.store.fixes.get(fixId)).toMatchObject({ state: 'deployed', revisionWithFix: 'r-7' });

    const whole = new FormData();
    whole.set('email', answer('A note', { headers: { 'Message-ID': '<9@mail>' } }));
    const second = new Request('http://localhost/', { method: 'POST', body: whole });
    const taken = await ask(server, '/api/replies/mail', {
      method: 'POST',
      headers: { authorization: BASIC, 'content-type': second.headers.get('content-type')! },
      body: await second.bytes(),
    });
    expect(await taken.json()).toEqual({ taken: fixId });
    expect(await notes()).toEqual(['A note']);
  });

  it('is let in by a signature over its body within five minutes, and by nothing else', async () => {
    const raw = answer('MERGED');
    const signed = (body: string, at: number, secret = SECRET) => {
      const timestamp = String(Math.floor(at / 1_000));
      const signature = createHmac('sha256', secret).update(`msg_1.${timestamp}.${body}`).digest('base64');
      return { 'webhook-id': 'msg_1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
    };
    const now = server.clock.now();
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: `Basic ${Buffer.from('x:wrong').toString('base64')}` },
      signed(raw, now - 301_000),
      signed(raw, now, 'another secret'),
      signed(`${raw}x`, now),
      { ...signed(raw, now), 'webhook-id': 'msg_2' },
    ]) {
      const [status, problem] = await post(raw, headers as Record<string, string>);
      expect([status, (problem as { code: string }).code]).toEqual([401, 'unauthorized']);
    }
    expect(await state()).toBe('handed off');
    expect(await post(raw, signed(raw, now))).toEqual([200, { taken: fixId }]);
  });

  it('is bounded, and passed over where it is no mail', async () => {
    expect((await post('x'.repeat(1024 * 1024 + 1)))[0]).toBe(413);
    expect(await post('{}', { authorization: BASIC, 'content-type': 'application/json' })).toEqual([
      200,
      { passedOver: 'unreadable' },
    ]);
  });

  it('is not there without a secret', async () => {
    const other = await openTestServer();
    const response = await ask(other, '/api/replies/mail', { method: 'POST', body: 'x' });
    expect(response.status).toBe(404);
    await other.close();
  });
});

describe('the mailbox that is looked into', () => {
  let mailbox: ImapMailbox;
  let opened: OpenedFixes;
  const failures: string[] = [];
  beforeEach(async () => {
    mailbox = await openImapMailbox();
    const imap = {
      host: '127.0.0.1',
      port: mailbox.port,
      user: 'fixes@example.com',
      password: 'right password',
      encryption: 'none' as const,
    };
    const configuration = configurationSchema.parse({
      ...SETTINGS,
      fixes: { ...SETTINGS.fixes, replies: { address: 'fixes@example.com', imap } },
    });
    opened = openFixes({
      ...{ configuration, folder: '/', store: server.store, clock: server.clock },
      work: { fixMaterialOf: () => Promise.reject(new Error('nothing is handed off here')) },
      onFailure: (what, error) => failures.push(`${what}: ${error.message}`),
    });
  });
  afterEach(() => mailbox.close());

  it('moves fixes on by what it finds there', async () => {
    mailbox.mails.push({ raw: mailOf({ text: 'hello' }), isSeen: false });
    mailbox.mails.push({ raw: answer('MERGED'), isSeen: false });
    const round = opened.rounds.find(({ name }) => name === 'mail replies')!;
    await round.run(new AbortController().signal);
    expect(await state()).toBe('merged');
    expect(mailbox.mails.map(({ isSeen }) => isSeen)).toEqual([true, true]);
    mailbox.behaviour.does = 'bye';
    await expect(round.run(new AbortController().signal)).rejects.toMatchObject({ code: 'mail_unreachable' });
    await opened.stop();
    expect(failures).toEqual([]);
  });
});
