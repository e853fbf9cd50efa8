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
import type { Given, StatementResult } from './connection.ts';
import { createReaderThread, type ReaderThread, type ReaderTiming } from './reader-thread.ts';
import type { Executor } from './thread-connection.ts';

export interface SqliteExecutors {
  /** The one connection that writes. */
  writer: Executor;
  /**
   * For reading outside transactions, so that a slow search delays no write; null: the writer reads. It is opened by the first read that waits
   * long for the writer, or takes long, and closed when none did for a while: a server at rest does without its thread, which takes 11 MB.
   */
  openReader: (() => Promise<Executor>) | null;
  /** `slowMs`: what is long; `restMs`: without such a read until it is closed. */
  readerTiming?: ReaderTiming;
}

/** A read that takes longer than 20 ms would be felt by whoever writes, as would waiting so long for the writer by whoever reads. */
const READER_TIMING: ReaderTiming = { slowMs: 20, restMs: 10_000 };

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
  readonly #reader: ReaderThread | null;
  readonly #turns = new Turns();

  constructor({ writer, openReader, readerTiming = READER_TIMING }: SqliteExecutors) {
    this.#writer = writer;
    this.#reader = openReader && createReaderThread(openReader, readerTiming);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<ExecutorConnection> {
    return new ExecutorConnection(this.#writer, this.#reader, this.#turns);
  }

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
  readonly #reader: ReaderThread | null;
  readonly #turns: Turns;
  #release: (() => void) | null = null;
  /** Its transaction begins with its first statement: a round trip less. */
  #isToBegin = false;

  constructor(writer: Executor, reader: ReaderThread | null, turns: Turns) {
    this.#writer = writer;
    this.#reader = reader;
    this.#turns = turns;
  }

  async begin(): Promise<void> {
    this.#release = await this.#turns.take();
    this.#isToBegin = true;
  }

  /** A COMMIT that fails (full disk) leaves the transaction open; Kysely then asks for the ROLLBACK. */
  async end(wanted: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    // Where none of its statements succeeded, one that failed may have begun it.
    const statement = this.#isToBegin ? 'ROLLBACK' : wanted;
    try {
      await this.#writer.execute({ statement, parameters: [] });
    } catch (error) {
      // SQLite has rolled back by itself after some errors; then there is nothing left to undo.
      if (statement === 'COMMIT' || !/no transaction is active/.test(String(error))) throw error;
    }
    this.giveBack();
  }

  giveBack(): void {
    this.#release?.();
    this.#release = null;
    this.#isToBegin = false;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const given = toGiven(query);
    if (this.#release) {
      const result = await this.#writer.execute({ ...given, isFirst: this.#isToBegin });
      this.#isToBegin = false;
      return toResult(result);
    }
    if (this.#reader && /^\s*select\b/i.test(given.statement)) return toResult(await this.#read(this.#reader, given));
    return toResult(await this.#inTurn(await this.#turns.take(), given));
  }

  async #read(reader: ReaderThread, given: Given): Promise<StatementResult> {
    if (reader.isOpen) return reader.execute(given, { isWriterBusy: this.#turns.heldMs > reader.slowMs });
    const turn = await this.#turns.takeWithin(reader.slowMs);
    if (turn === null) return reader.execute(given, { isWriterBusy: true });
    const began = performance.now();
    const result = await this.#inTurn(turn, given);
    // Who asked has its answer; that no thread could be opened is for the next to find out.
    if (performance.now() - began > reader.slowMs) reader.open().catch(() => {});
    return result;
  }

  async #inTurn(release: () => void, given: Given): Promise<StatementResult> {
    try {
      return await this.#writer.execute(given);
    } finally {
      release();
    }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }
}

/** Statements of a transaction that are carried out together, in their order. Gives what the last gives. */
interface Together extends CompiledQuery {
  before: readonly CompiledQuery[];
}

/** One round trip for statements of which nobody wants what they give. */
export function together(queries: readonly CompiledQuery[]): CompiledQuery {
  const last = queries.at(-1)!;
  const made: Together = { ...last, before: queries.slice(0, -1) };
  return made;
}

function toGiven(query: CompiledQuery | Together): Given {
  const { sql: statement, parameters } = query;
  return 'before' in query ? { statement, parameters, before: query.before.map(toGiven) } : { statement, parameters };
}

function toResult<R>({ rows, changes, insertId }: StatementResult): QueryResult<R> {
  return { rows: rows as R[], numAffectedRows: BigInt(changes), insertId: BigInt(insertId) };
}

/** Whoever takes the writer has it until it is given back; the next in line follows. */
class Turns {
  #last: Promise<void> = Promise.resolve();
  #heldSince: number | null = null;

  /** ms for which whoever has the writer has had it; 0: nobody. */
  get heldMs(): number {
    return this.#heldSince === null ? 0 : performance.now() - this.#heldSince;
  }

  async take(): Promise<() => void> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    this.#heldSince = performance.now();
    return () => {
      this.#heldSince = null;
      resolve();
    };
  }

  /** Null: it did not come in time; the place in line is given up. */
  async takeWithin(ms: number): Promise<(() => void) | null> {
    const turn = this.take();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, ms, null);
    });
    const taken = await Promise.race([turn, late]);
    clearTimeout(timer);
    if (taken === null) void turn.then((release) => release());
    return taken;
  }
}
