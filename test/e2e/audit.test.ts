import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { start, stop, audit as trail } from '../../packages/sdk/src/index.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { openMailbox } from '../fixtures/smtp-mailbox.ts';
import { runGuardian } from './run-guardian.ts';

const folder = mkdtempSync(join(tmpdir(), 'guardian-audit-'));
const elsewhere = mkdtempSync(join(tmpdir(), 'guardian-anchors-'));
const anchorFile = join(elsewhere, 'anchors.ndjson');
const environment = { GUARDIAN_AUDIT_ANCHOR_FILE: anchorFile };
let server: RunningServer;

beforeAll(async () => {
  server = await startGuardian({ folder, environment });
});
afterAll(async () => {
  await stop({ timeoutMs: 1_000 });
  await server.stop();
  for (const one of [folder, elsewhere]) rmSync(one, { recursive: true, force: true });
});

const verify = (...args: string[]) => runGuardian(['audit', 'verify', ...args], { folder, environment });
const inJson = async (...args: string[]) => {
  const { stdout, status } = await verify('--json', ...args);
  const verdicts = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { status, verdicts };
};
const read = async (path: string) => (await fetch(`${server.url}${path}`)).json();
const post = async (path: string, json: unknown) =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify(json),
  });

describe('the audit trail of a Guardian', () => {
  it('holds what administrators did, chained, and is intact; the open end is said', async () => {
    for (const name of ['Shop', 'Desk']) expect((await post('/api/projects', { name })).status).toBe(201);
    const { items } = (await read('/api/audit?object=shop')) as { items: Record<string, unknown>[] };
    expect(items).toMatchObject([
      { action: 'project created', object: 'shop', outcome: 'success', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    const told = await (await post('/api/audit/verify', {})).json();
    expect(told).toMatchObject({ trail: 'guardian', isIntact: true, finding: null, firstBadSequence: null });
    expect((told as { notExcluded: string[] }).notExcluded).toHaveLength(1);
    const run = await verify();
    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/^guardian: intact, \d+ entries/);
    expect((await post('/api/audit/verify', { trail: 'nobody/knows' })).status).toBe(404);
  });

  it('takes the trail of an application, and names it', async () => {
    await start({ url: server.url, key: server.key, service: 'shop', folder: join(folder, 'spool') });
    for (const object of ['order 1', 'order 2', 'order 3'])
      await trail.record({ actor: 'ana', action: 'order.refund', object, outcome: 'denied', fields: { amount: 12.5 } });
    expect(await stop()).toBe(true);
    const trails = (await read('/api/audit/trails')) as { items: { name: string; entries: number }[] };
    const own = trails.items.find(({ name }) => name.startsWith('shop/'))!;
    expect(own).toMatchObject({ entries: 3, lastCheckpoint: { sequence: 3, isAnchored: false } });
    const page = (await read(`/api/audit?trail=${encodeURIComponent(own.name)}&actor=ana`)) as { items: unknown[] };
    expect(page.items).toHaveLength(3);
    expect((await inJson('--trail', own.name)).verdicts).toMatchObject([
      { isIntact: true, entries: 3, checkpoints: 1 },
    ]);
  });

  it('signs at the close, with a key that only its user may read, and anchors it elsewhere', async () => {
    await server.stop();
    const anchors = readFileSync(anchorFile, 'utf8').trim().split('\n');
    expect(JSON.parse(anchors.at(-1)!)).toMatchObject({ checkpoint: { trail: 'guardian', version: 1 } });
    expect(statSync(join(folder, '.guardian', 'audit', 'signing-key.pem')).mode & 0o777).toBe(0o600);
    const { status, verdicts } = await inJson('--trail', 'guardian');
    expect([status, verdicts]).toMatchObject([0, [{ isIntact: true, notExcluded: [] }]]);
  });

  it('names the first bad sequence of what was changed in the database, and exits non-zero', async () => {
    const tampered = async (sql: string) => {
      const database = new DatabaseSync(join(folder, '.guardian', 'guardian.db'), { timeout: 20_000 });
      database.exec(`BEGIN; CREATE TABLE kept AS SELECT * FROM audit_entry; COMMIT; ${sql}`);
      const told = await inJson('--trail', 'guardian');
      database.exec(
        'BEGIN; DELETE FROM audit_entry; INSERT INTO audit_entry SELECT * FROM kept; DROP TABLE kept; COMMIT',
      );
      database.close();
      return told;
    };
    const own = "trail_id = (SELECT id FROM audit_trail WHERE name = 'guardian')";
    const edited = await tampered(`UPDATE audit_entry SET actor = 'nobody' WHERE sequence = 2 AND ${own}`);
    expect([edited.status, edited.verdicts]).toMatchObject([1, [{ finding: 'edited', firstBadSequence: 2 }]]);
    const truncated = await tampered(`DELETE FROM audit_entry WHERE sequence >= 2 AND ${own}`);
    expect([truncated.status, truncated.verdicts]).toMatchObject([1, [{ finding: 'truncated', firstBadSequence: 2 }]]);
    const emptied = await tampered(`DELETE FROM audit_entry WHERE ${own}; DELETE FROM audit_checkpoint`);
    expect([emptied.status, emptied.verdicts]).toMatchObject([1, [{ finding: 'truncated', firstBadSequence: 1 }]]);
    expect((await inJson()).status).toBe(0);
  });

  it('mails a checkpoint to administrators, as a file that verifies the trail it came from', async () => {
    const mailbox = await openMailbox();
    writeFileSync(
      join(folder, 'guardian.config.ts'),
      `export default {
        mail: { from: 'guardian@piano.ca', smtp: { host: '127.0.0.1', port: ${mailbox.port}, encryption: 'none' } },
        recipients: { ana: { roles: ['administrators'], email: 'ana@piano.ca' } },
      };`,
    );
    // What was signed at the close waits as a row, and is told now.
    server = await startGuardian({ folder, environment });
    try {
      await expect.poll(() => mailbox.messages.length).toBe(1);
      const mail = await PostalMime.parse(mailbox.messages[0]!.raw);
      expect(mail.subject).toBe('[CODEX GPT] INFO: Audit checkpoint: guardian');
      expect(mail.text).toContain('Keep this message');
      expect(mail.text).not.toContain('No route names');
      // The mailbox has it before the answer is noted.
      const deliveries = async () => ((await read('/api/deliveries')) as { items: object[] }).items;
      await expect.poll(deliveries).toMatchObject([{ occasion: 'audit_checkpoint', channel: 'email', state: 'sent' }]);
      const kept = join(elsewhere, 'from-mail.ndjson');
      const [attached] = mail.attachments;
      expect(attached).toMatchObject({ filename: 'audit-checkpoint.ndjson' });
      writeFileSync(kept, Buffer.from(attached!.content as ArrayBuffer));
      expect(mail.text).toContain(readFileSync(kept, 'utf8').trim());
      const told = await runGuardian(['audit', 'verify', '--checkpoint', kept, '--json'], { folder });
      expect(JSON.parse(told.stdout.split('\n')[0]!)).toMatchObject({
        ...{ trail: 'guardian', isIntact: true },
        notExcluded: [],
      });
    } finally {
      await mailbox.close();
    }
  });

  it('says in words what it cannot exclude without a checkpoint from elsewhere, and takes one from a file', async () => {
    const alone = await runGuardian(['audit', 'verify', '--trail', 'guardian'], { folder });
    expect(alone.status).toBe(0);
    expect(alone.stdout).toContain('No checkpoint came from elsewhere');
    const given = await runGuardian(['audit', 'verify', '--checkpoint', anchorFile, '--json'], { folder });
    expect(JSON.parse(given.stdout.split('\n')[0]!)).toMatchObject({ trail: 'guardian', notExcluded: [] });
    const torn = join(elsewhere, 'torn.ndjson');
    writeFileSync(torn, readFileSync(anchorFile, 'utf8').slice(0, -20));
    const refused = await runGuardian(['audit', 'verify', '--checkpoint', torn], { folder });
    expect(refused.status).toBe(3);
    expect((await verify('--trail', 'nobody')).status).toBe(66);
    expect((await runGuardian(['audit', 'list'], { folder })).status).toBe(64);
  });
});
