import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningServer, startGuardian } from '../../test/fixtures/running-server.ts';

/** `guardian start` with a configuration, in a folder of its own that goes with it. */
export async function startWith(
  configuration: Record<string, unknown>,
  databaseUrl?: string,
): Promise<RunningServer & { folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-bench-'));
  writeFileSync(join(folder, 'guardian.config.ts'), `export default ${JSON.stringify(configuration)};\n`);
  const server = await startGuardian({ folder, databaseUrl });
  return {
    ...server,
    folder,
    async stop() {
      const status = await server.stop();
      rmSync(folder, { recursive: true, force: true });
      return status;
    },
  };
}

/** The value below which `share` of all lie; values in any order. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.floor(sorted.length * share));
  return Math.round((sorted[at] ?? Number.NaN) * 10) / 10;
}

/** On SQLite, then on a PostgreSQL of its own. */
export async function onBothDatabases<T>(
  measure: (databaseUrl: string | undefined) => Promise<T>,
): Promise<{ sqlite: T; postgres: T }> {
  const sqlite = await measure(undefined);
  const { openPostgres } = await import('../../test/fixtures/postgres.ts');
  const server = await openPostgres();
  try {
    return { sqlite, postgres: await measure(await server.createDatabase()) };
  } finally {
    await server.stop();
  }
}
