import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { markersIn } from './wire-batches.ts';

/** Reads the database as it lies there, past the server: what its own queries would hide is seen. */
export interface RowReader {
  rows<Row>(statement: string): Promise<Row[]>;
  close(): Promise<void>;
}

export function openRows({ folder, databaseUrl }: { folder: string; databaseUrl?: string | undefined }): RowReader {
  return databaseUrl ? postgresRows(databaseUrl) : sqliteRows(join(folder, '.guardian', 'guardian.db'));
}

function sqliteRows(path: string): RowReader {
  const database = new DatabaseSync(path, { readOnly: true });
  return {
    rows: async <Row>(statement: string) => database.prepare(statement).all() as Row[],
    close: async () => database.close(),
  };
}

function postgresRows(connectionString: string): RowReader {
  const client = new pg.Client({ connectionString });
  const connected = client.connect();
  return {
    async rows<Row>(statement: string) {
      await connected;
      const { rows } = await client.query(statement);
      return rows.map((row: Record<string, unknown>) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [name, isNumeral(value) ? Number(value) : value]),
        ),
      ) as Row[];
    },
    close: () => client.end(),
  };
}

/** BIGINT and NUMERIC come as text. */
const isNumeral = (value: unknown) => typeof value === 'string' && /^-?\d{1,16}$/.test(value);

export interface StoredMarkers {
  stored: number;
  missing: string[];
  doubled: string[];
}

/** Each acknowledged marker against the rows of events. */
export async function compareMarkers(reader: RowReader, acknowledged: ReadonlySet<string>): Promise<StoredMarkers> {
  const times = new Map<string, number>();
  const rows = await reader.rows<{ body: string }>('SELECT body FROM event');
  for (const { body } of rows)
    for (const marker of new Set(markersIn(body))) times.set(marker, (times.get(marker) ?? 0) + 1);
  return {
    stored: times.size,
    missing: [...acknowledged].filter((marker) => !times.has(marker)),
    doubled: [...times].filter(([, count]) => count > 1).map(([marker]) => marker),
  };
}

/** Pairs of figures that must be equal, each from other rows; those that are not, in words. */
export async function disagreements(reader: RowReader): Promise<string[]> {
  const one = async (statement: string) => (await reader.rows<{ n: number | null }>(statement))[0]?.n ?? 0;
  const events = await one('SELECT count(*) AS n FROM event');
  const found: string[] = [];
  const expectEqual = (what: string, given: number, expected: number) => {
    if (given !== expected) found.push(`${what}: ${given} instead of ${expected}`);
  };
  for (const width of [60_000, 3_600_000])
    expectEqual(
      `event_count of ${width} ms`,
      await one(`SELECT sum(events) AS n FROM event_count WHERE width = ${width}`),
      events,
    );
  expectEqual('source_hour', await one('SELECT sum(events) AS n FROM source_hour'), events);
  expectEqual(
    'events with an issue',
    await one('SELECT count(*) AS n FROM event WHERE issue_id IS NOT NULL'),
    await one('SELECT count(*) AS n FROM incident_event'),
  );
  expectEqual('members whose event names another issue', await one(STRAY_MEMBERS), 0);
  expectEqual('events of two incidents', await one(SHARED_EVENTS), 0);
  expectEqual('errors without an issue', await one(UNTOLD_ERRORS), 0);
  for (const [column, counted] of [
    ['incidents', 'SELECT count(*) FROM incident WHERE issue_id = issue.id'],
    ['events', 'SELECT coalesce(sum(events), 0) FROM incident WHERE issue_id = issue.id'],
    ['events', MEMBERS_OF_ISSUE],
    ['incidents', 'SELECT coalesce(sum(incidents), 0) FROM issue_hour WHERE issue_id = issue.id'],
    ['events', 'SELECT coalesce(sum(events), 0) FROM issue_hour WHERE issue_id = issue.id'],
  ] as const)
    expectEqual(
      `issues whose ${column} are not ${counted}`,
      await one(`SELECT count(*) AS n FROM issue WHERE ${column} <> (${counted})`),
      0,
    );
  return found;
}

const STRAY_MEMBERS = `SELECT count(*) AS n FROM incident_event
  JOIN incident ON incident.id = incident_event.incident_id LEFT JOIN event ON event.seq = incident_event.event_seq
  WHERE event.seq IS NULL OR event.issue_id IS NULL OR event.issue_id <> incident.issue_id`;
const SHARED_EVENTS = `SELECT count(*) AS n FROM
  (SELECT event_seq FROM incident_event GROUP BY event_seq HAVING count(*) > 1) AS shared`;
const UNTOLD_ERRORS = 'SELECT count(*) AS n FROM event WHERE severity >= 17 AND issue_id IS NULL';
const MEMBERS_OF_ISSUE = `SELECT count(*) FROM incident_event
  JOIN incident ON incident.id = incident_event.incident_id WHERE incident.issue_id = issue.id`;
