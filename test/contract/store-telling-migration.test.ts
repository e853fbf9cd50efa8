import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { StoreDialect } from '../../src/adapters/store/sql/dialects/dialect.ts';
import { createTellingTables } from '../../src/adapters/store/sql/migrations/0003-telling.ts';
import { createNotificationTables } from '../../src/adapters/store/sql/migrations/0008-notifications.ts';
import { openDialect } from '../../src/adapters/store/sql/open-store.ts';
import { packJson } from '../../src/adapters/store/sql/packed-json.ts';
import { createDeliveryStore } from '../../src/adapters/store/sql/repositories/telling/deliveries.ts';
import { createNotificationStore } from '../../src/adapters/store/sql/repositories/telling/notifications.ts';
import { DEFAULT_STORE_KNOBS } from '../../src/adapters/store/sql/store.ts';
import { freshPostgresDatabase } from '../fixtures/postgres.ts';

const NOW = Date.UTC(2026, 0, 1);
const OPENINGS = [
  {
    name: 'SQLite',
    async open() {
      const folder = mkdtempSync(join(tmpdir(), 'guardian-store-'));
      const { dialect, lock } = await openDialect({ kind: 'sqlite', folder }, 'main', NOW, DEFAULT_STORE_KNOBS);
      const close = async () => {
        await dialect.close();
        lock?.release();
        rmSync(folder, { recursive: true, force: true });
      };
      return { dialect, close };
    },
  },
  {
    name: 'PostgreSQL',
    async open() {
      const { url, drop } = await freshPostgresDatabase();
      const { dialect } = await openDialect({ kind: 'postgres', url }, 'main', NOW, DEFAULT_STORE_KNOBS);
      const close = async () => {
        await dialect.close();
        await drop();
      };
      return { dialect, close };
    },
  },
];

describe.each(OPENINGS)('mails from before notifications in $name', ({ open }) => {
  it('stay what they were: what was sent is sent, what was stored is simulated, what waits is still sent', async () => {
    const { dialect, close } = await open();
    try {
      await createTellingTables(dialect.kysely, dialect);
      const states = [
        ['waits', 'pending', 0],
        ['tried', 'pending', 2],
        ['sent', 'sent', 1],
        ['stored', 'stored', 1],
        ['failed', 'failed', 18],
      ] as const;
      for (const [id, state, attempts] of states) await addOld(dialect, { id, state, attempts });
      await sql`INSERT INTO outbox (at, kind, subject_id) VALUES (${NOW}, 'issue-opened', 'i-1')`.execute(
        dialect.kysely,
      );
      await createNotificationTables(dialect.kysely, dialect);

      const deliveries = createDeliveryStore(dialect.kysely);
      const notifications = createNotificationStore(dialect);
      const { items } = await notifications.log.list({}, { cursor: null, limit: 10 });
      expect(Object.fromEntries(items.map(({ id, state }) => [id, state]))).toEqual({
        waits: 'pending',
        tried: 'failed',
        sent: 'sent',
        stored: 'simulated',
        failed: 'dead',
      });
      expect(await deliveries.get('failed')).toMatchObject({
        occasion: 'report:failed',
        recipient: 'ana@piano.ca',
        state: 'failed',
        message: { subject: 'S failed' },
        about: { service: 'shop' },
      });
      const claimed = await notifications.claim({ at: NOW, holdMs: 1, limit: 10, busy: [] });
      expect(claimed.map(({ id, message }) => [id, message?.subject])).toEqual(
        expect.arrayContaining([
          ['waits', 'S waits'],
          ['tried', 'S tried'],
        ]),
      );
      // What was given up long ago has nothing to stand in for it, and what happened then is no news.
      expect(await notifications.undelivered(NOW + 1, 10)).toEqual([]);
      expect(await notifications.untold(10)).toEqual([]);
      expect(
        await deliveries.queue({
          id: 'again',
          occasion: 'report:sent',
          channel: 'email',
          recipient: 'ana@piano.ca',
          message: { subject: 'S', text: '', html: '', attachments: [], date: NOW, language: 'en' },
          about: { projectId: null, service: 'shop', status: 'OK', issues: [] },
          createdAt: NOW,
        }),
      ).toBe(false);
    } finally {
      await close();
    }
  });
});

interface OldRow {
  id: string;
  state: string;
  attempts: number;
}

async function addOld({ kysely }: StoreDialect, { id, state, attempts }: OldRow): Promise<void> {
  const message = { subject: `S ${id}`, text: 'T', html: '', attachments: [], date: NOW, language: 'en' };
  const about = JSON.stringify({ service: 'shop', status: 'CRITICAL', issues: [] });
  await sql`INSERT INTO delivery (id, occasion, channel, recipient, service, message, state, attempts, created_at, next_attempt_at, about)
    VALUES (${id}, ${`report:${id}`}, 'email', 'ana@piano.ca', 'shop', ${packJson(message)}, ${state}, ${attempts}, ${NOW}, ${NOW}, ${about})`.execute(
    kysely,
  );
}
