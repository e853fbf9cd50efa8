import {
  CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Executor } from './thread-connection.ts';

export interface SqliteExecutors {
  /** The one connection that writes. */
  writer: Executor;
  /**
   * For reading outside transactions, so that a slow search delays no write; null: the writer reads. It is opened by the first read that finds
   * the writer busy, or takes long: a server at rest does without its thread, which takes 13 MB.
   */
  openReader: (() => Promise<Executor>) | null;
}

/** ms; a read that takes longer would be felt by whoever writes. */
const SLOW_READ_MS = 20;

/** The second connection, from when it is needed. */
class Reader {
  opened: Executor | null = null;
  readonly #open: () => Promise<Executor>;
  #opening: Promise<Executor> | null = null;

  constructor(open: () => Promise<Executor>) {
    this.#open = open;
  }

  open(): Promise<Executor> {
    this.#opening ??= this.#open().then(
      (executor) => {
        this.opened = executor;
        return executor;
      },
      (error) => {
        this.#opening = null;
        throw error;
      },
    );
    return this.#opening;
  }

  async close(): Promise<void> {
    const executor = await this.#opening?.catch(() => null);
    await executor?.close();
  }
}

/** A Kysely dialect over node:sqlite: transactions hold the writer, one after another; plain SELECTs go to the reader. */
export function sqliteDialect(executors: SqliteExecutors): Dialect {
  return {
    createAdapter: () => new TransactionalSqliteAdapter(),
    createDriver: () => new ExecutorDriver(executors),
    createIntrospector: (db: Kysely<unknown>): DatabaseIntrospector => new SqliteIntrospector(db),
    createQueryCompiler: (): QueryCompiler => new SqliteQueryCompiler(),
  };
}

/** SQLite undoes CREATE TABLE with its transaction, so that a migration is carried out whole or not at all. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  /** Who writes waits for their turn below; without this Kysely would let every reader wait with them. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class ExecutorDriver implements Driver {
  readonly #writer: Executor;
  readonly #reader: Reader | null;
  readonly #turns = new Turns();

  constructor({ writer, openReader }: SqliteExecutors) {
    this.#writer = writer;
    this.#reader = openReader && new Reader(openReader);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<ExecutorConnection> {
    return new ExecutorConnection(this.#writer, this.#reader, this.#turns);
  }

  /** IMMEDIATE: a transaction that reads first and then writes would fail where it now waits. */
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as ExecutorConnection).begin();
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as ExecutorConnection).end('COMMIT');
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as ExecutorConnection).end('ROLLBACK');
  }

  async savepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`SAVEPOINT "${name}"`));
  }

  async rollbackToSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`ROLLBACK TO "${name}"`));
  }

  async releaseSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`RELEASE "${name}"`));
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    (connection as ExecutorConnection).giveBack();
  }

  async destroy(): Promise<void> {
    await this.#reader?.close();
    await this.#writer.close();
  }
}

class ExecutorConnection implements DatabaseConnection {
  readonly #writer: Executor;
  readonly #reader: Reader | null;
  readonly #turns: Turns;
  #release: (() => void) | null = null;

  constructor(writer: Executor, reader: Reader | null, turns: Turns) {
    this.#writer = writer;
    this.#reader = reader;
    this.#turns = turns;
  }

  async begin(): Promise<void> {
    const release = await this.#turns.take();
    try {
      await this.#writer.execute('BEGIN IMMEDIATE', []);
      this.#release = release;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** A COMMIT that fails (full disk) leaves the transaction open; Kysely then asks for the ROLLBACK. */
  async end(statement: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    try {
      await this.#writer.execute(statement, []);
    } catch (error) {
      // SQLite has rolled back by itself after some errors; then there is nothing left to undo.
      if (statement === 'COMMIT' || !/no transaction is active/.test(String(error))) throw error;
    }
    this.giveBack();
  }

  giveBack(): void {
    this.#release?.();
    this.#release = null;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { sql, parameters } = query;
    if (this.#release) return toResult(await this.#writer.execute(sql, parameters));
    const reader = this.#reader;
    if (reader && /^\s*select\b/i.test(sql)) {
      if (reader.opened || this.#turns.areTaken) return toResult(await (await reader.open()).execute(sql, parameters));
      const began = performance.now();
      const result = await this.#inTurn(sql, parameters);
      // Who asked has its answer; that no thread could be opened is for the next to find out.
      if (performance.now() - began > SLOW_READ_MS) reader.open().catch(() => {});
      return toResult(result);
    }
    return toResult(await this.#inTurn(sql, parameters));
  }

  async #inTurn(statement: string, parameters: readonly unknown[]) {
    const release = await this.#turns.take();
    try {
      return await this.#writer.execute(statement, parameters);
    } finally {
      release();
    }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }
}

function toResult<R>({ rows, changes, insertId }: Awaited<ReturnType<Executor['execute']>>): QueryResult<R> {
  return { rows: rows as R[], numAffectedRows: BigInt(changes), insertId: BigInt(insertId) };
}

/** Whoever takes the writer has it until it is given back; the next in line follows. */
class Turns {
  #last: Promise<void> = Promise.resolve();
  #taken = 0;

  get areTaken(): boolean {
    return this.#taken > 0;
  }

  async take(): Promise<() => void> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    this.#taken++;
    await before;
    return () => {
      this.#taken--;
      resolve();
    };
  }
}
