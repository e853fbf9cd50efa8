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
  /** For reading outside transactions, so that a slow search delays no write; may be the writer itself. */
  reader: Executor;
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
}

class ExecutorDriver implements Driver {
  readonly #executors: SqliteExecutors;
  readonly #turns = new Turns();

  constructor(executors: SqliteExecutors) {
    this.#executors = executors;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<ExecutorConnection> {
    return new ExecutorConnection(this.#executors, this.#turns);
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
    const { reader, writer } = this.#executors;
    if (reader !== writer) await reader.close();
    await writer.close();
  }
}

class ExecutorConnection implements DatabaseConnection {
  readonly #executors: SqliteExecutors;
  readonly #turns: Turns;
  #release: (() => void) | null = null;

  constructor(executors: SqliteExecutors, turns: Turns) {
    this.#executors = executors;
    this.#turns = turns;
  }

  async begin(): Promise<void> {
    const release = await this.#turns.take();
    try {
      await this.#executors.writer.execute('BEGIN IMMEDIATE', []);
      this.#release = release;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** A COMMIT that fails (full disk) leaves the transaction open; Kysely then asks for the ROLLBACK. */
  async end(statement: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    try {
      await this.#executors.writer.execute(statement, []);
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
    if (this.#release) return toResult(await this.#executors.writer.execute(sql, parameters));
    const { reader, writer } = this.#executors;
    if (reader !== writer && /^\s*select\b/i.test(sql)) return toResult(await reader.execute(sql, parameters));
    const release = await this.#turns.take();
    try {
      return toResult(await writer.execute(sql, parameters));
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

  async take(): Promise<() => void> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    return resolve;
  }
}
