import { type CompiledQuery, type DatabaseConnection, type Driver, PostgresDialect, PostgresDriver } from 'kysely';
import pg from 'pg';
import { toStoreError } from './store-error.ts';

const INT8 = pg.types.builtins.INT8;
const NUMERIC = pg.types.builtins.NUMERIC;

export interface PostgresDialectOptions {
  url: string;
  poolSize: number;
  /** For connecting. */
  timeoutMs: number;
  /** Statements that each connection begins with. */
  settings?: string;
}

/** Kysely's own PostgreSQL dialect; 64-bit integers and sums as numbers, errors of the catalogue, no NUL in a text. */
export function postgresDialect({ url, poolSize, timeoutMs, settings }: PostgresDialectOptions): PostgresDialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: timeoutMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: 'guardian',
    types: { getTypeParser: (id, format) => numberParser(id) ?? pg.types.getTypeParser(id, format) },
  });
  // A connection that breaks while nobody uses it leaves the pool; whoever asks next gets a new one, or the error.
  pool.on('error', () => {});
  // One that breaks between two statements of a transaction tells it here too; the next statement then fails, which is what is handled.
  pool.on('connect', (client) => client.on('error', () => {}));
  if (settings !== undefined) pool.on('connect', (client) => void client.query(settings).catch(() => {}));
  return new StorePostgresDialect(pool, describeUrl(url));
}

/** Host, port and database: what may be shown. */
function describeUrl(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `postgres://${host}${pathname}`;
  } catch {
    return 'at DATABASE_URL';
  }
}

function numberParser(typeId: number): ((text: string) => number) | null {
  return typeId === INT8 || typeId === NUMERIC ? Number : null;
}

class StorePostgresDialect extends PostgresDialect {
  readonly #pool: pg.Pool;
  readonly #name: string;

  constructor(pool: pg.Pool, name: string) {
    super({ pool });
    this.#pool = pool;
    this.#name = name;
  }

  override createDriver(): Driver {
    return new StorePostgresDriver(this.#pool, this.#name);
  }
}

class StorePostgresDriver extends PostgresDriver {
  readonly #name: string;
  readonly #guarded = new WeakSet<DatabaseConnection>();

  constructor(pool: pg.Pool, name: string) {
    super({ pool });
    this.#name = name;
  }

  override async acquireConnection(
    ...given: Parameters<PostgresDriver['acquireConnection']>
  ): Promise<DatabaseConnection> {
    try {
      const connection = await super.acquireConnection(...given);
      if (!this.#guarded.has(connection)) this.#guard(connection);
      return connection;
    } catch (error) {
      throw toStoreError(error, this.#name);
    }
  }

  /** Once for each connection: its object lives as long as the pool's client. */
  #guard(connection: DatabaseConnection): void {
    const execute = connection.executeQuery.bind(connection);
    const guarded: DatabaseConnection['executeQuery'] = async (query, options) => {
      try {
        return await execute(withoutNul(query), options);
      } catch (error) {
        throw toStoreError(error, this.#name);
      }
    };
    connection.executeQuery = guarded;
    this.#guarded.add(connection);
  }
}

function withoutNul(query: CompiledQuery): CompiledQuery {
  if (!query.parameters.some(hasNul)) return query;
  return { ...query, parameters: query.parameters.map(replaceNul) };
}

function hasNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  return Array.isArray(value) && value.some(hasNul);
}

function replaceNul(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '\uFFFD');
  return Array.isArray(value) ? value.map(replaceNul) : value;
}
