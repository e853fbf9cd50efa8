import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { runGuardian } from './run-guardian.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const folder = mkdtempSync(join(tmpdir(), 'guardian-sealing-keys-'));
const [young, old] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
let server: RunningServer;

const keys = (...args: string[]) => runGuardian(['sealing-keys', ...args], { folder });
const WHY = ['--why', 'the customer left', '--yes'];

beforeAll(async () => {
  server = await startGuardian({ folder });
  const lines = [young, old].map((id) =>
    JSON.stringify({
      ...{ version: 1, id, wrappedBy: 'local:0123', wrapped: 'ab'.repeat(60) },
      createdAt: new Date().toISOString(),
    }),
  );
  const posted = await fetch(`${server.url}/api/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  });
  expect(await posted.json()).toMatchObject({ accepted: 2 });
  const database = new DatabaseSync(join(folder, '.guardian', 'guardian.db'), { timeout: 20_000 });
  const before = Date.now() - 1_000 * DAY_MS;
  database.prepare('UPDATE sealing_key SET created_at = ?, received_at = ? WHERE id = ?').run(before, before, old);
  database.close();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const audited = async () =>
  (
    (await (await fetch(`${server.url}/api/audit?action=sealing%20key%20removed`)).json()) as {
      items: { object: string; outcome: string; fields: unknown }[];
    }
  ).items.map(({ object, outcome, fields }) => ({ object, outcome, fields }));

describe('guardian sealing-keys', () => {
  it('lists them, the newest first', async () => {
    const listed = await keys('list', '--json');
    expect([listed.status, listed.stderr]).toEqual([0, '']);
    const rows = listed.stdout.trim().split('\n');
    expect(rows.map((row) => (JSON.parse(row) as { id: string }).id)).toEqual([young, old]);
    expect(JSON.parse(rows[0]!)).toMatchObject({ project: 'default', wrappedBy: 'local:0123' });
    expect((await keys('list')).stdout).toContain(`${old}  `);
  });

  it('removes none without a reason and a confirmation, and says what would be lost', async () => {
    const asked = await keys('remove', old, '--yes');
    expect([asked.status, asked.stderr]).toEqual([64, expect.stringContaining('--why REASON')]);
    const unsure = await keys('remove', old, '--why', 'the customer left');
    expect(unsure.status).toBe(64);
    expect(unsure.stderr).toContain('can never be read again. Repeat it with --yes');
    expect((await keys()).stderr).toContain('guardian sealing-keys list');
    expect((await keys('remove', 'nope', ...WHY)).status).toBe(64);
    expect((await keys('remove', '0'.repeat(32), ...WHY)).stderr).toContain(`sealing key ${'0'.repeat(32)}`);
    expect((await keys('remove', old, '--project', 'nowhere', ...WHY)).stderr).toContain('project nowhere');
    expect(await audited()).toEqual([]);
  });

  it('refuses one whose records may be kept, and notes that it was asked', async () => {
    const refused = await keys('remove', young, '--lang', 'fr', ...WHY);
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain('30 jours de plus');
    expect((await keys('list')).stdout).toContain(young);
    expect(await audited()).toEqual([
      { object: young, outcome: 'denied', fields: { project: 'default', reason: 'the customer left' } },
    ]);
  });

  it('removes one that nothing needs, which the audit trail tells, and is intact', async () => {
    const removed = await keys('remove', old, ...WHY);
    expect([removed.stderr, removed.status]).toEqual(['', 0]);
    expect(removed.stdout).toBe(`Removed: sealing key ${old} of default\n`);
    expect((await keys('list')).stdout).not.toContain(old);
    expect((await audited())[0]).toMatchObject({ object: old, outcome: 'success' });
    expect((await runGuardian(['audit', 'verify', '--trail', 'guardian'], { folder })).status).toBe(0);
  });
});
