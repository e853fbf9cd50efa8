import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshPostgresDatabase, type TestDatabase } from '../fixtures/postgres.ts';
import { killRun, SETTLED } from './kill-run.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshPostgresDatabase();
});
afterAll(() => database.drop());

it('PostgreSQL: SIGKILL at any moment loses nothing that was acknowledged, and stores nothing twice', async () => {
  const outcome = await killRun({ kills: 8, databaseUrl: database.url });
  expect(outcome).toMatchObject(SETTLED);
  expect(outcome.acknowledged).toBeGreaterThan(500);
}, 180_000);
