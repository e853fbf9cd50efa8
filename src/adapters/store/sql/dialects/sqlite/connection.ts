/*
 * What runs in a connection's thread imports Node alone: a thread then takes 12 MB, once its code is in the compile cache that `guardian` keeps;
 * with the error catalogue it took 33.
 */

import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { MessagePort } from 'node:worker_threads';

export interface ConnectionOptions {
  /** The database file; made (0600) when it is missing, unless `isReadOnly`. */
  path: string;
  isReadOnly: boolean;
  busyTimeoutMs: number;
}

export interface StatementResult {
  rows: unknown[];
  /** Rows written. */
  changes: number;
  insertId: number;
}

export interface Given {
  statement: string;
  parameters: readonly unknown[];
  /** A transaction is begun before it, unless one that failed began it. */
  isFirst?: boolean;
  /** Carried out before it; what they give is left out. */
  before?: readonly Given[];
}

/** One connection, in the thread that opened it; every call blocks that thread. Throws what node:sqlite throws. */
export interface Connection {
  execute(given: Given): StatementResult;
  close(): void;
}

/** Prepared statements kept: the hot path needs about twenty, the longest tail is lists of different length. */
const KEPT_STATEMENTS = 300;

/**
 * `synchronous=FULL`: what was answered as accepted survives a power cut. 32 MB of page cache for a writer hold the upper levels of
 * every index at 10 million events; pages are only taken as they are read.
 */
const WRITER_SETTINGS = [
  'journal_mode = WAL',
  'synchronous = FULL',
  'foreign_keys = ON',
  'cache_size = -32768',
  'wal_autocheckpoint = 4000',
  'journal_size_limit = 67108864',
  'temp_store = MEMORY',
];
const READER_SETTINGS = ['query_only = ON', 'cache_size = -65536', 'temp_store = MEMORY'];

export function openConnection({ path, isReadOnly, busyTimeoutMs }: ConnectionOptions): Connection {
  if (!isReadOnly) makeFile(path);
  const database = new DatabaseSync(path, { readOnly: isReadOnly, timeout: 0 });
  const patiently = <T>(work: () => T): T => waitForLock(work, database, busyTimeoutMs);
  try {
    for (const setting of isReadOnly ? READER_SETTINGS : WRITER_SETTINGS) {
      patiently(() => database.exec(`PRAGMA ${setting}`));
    }
    // A file that may not be written is noticed now, not with the first event; BEGIN alone would only read then.
    if (!isReadOnly) patiently(() => database.exec('BEGIN IMMEDIATE; PRAGMA user_version = 1; ROLLBACK'));
  } catch (error) {
    database.close();
    throw error;
  }
  const statements = new Map<string, Prepared>();
  const prepared = (text: string): Prepared => {
    const known = statements.get(text);
    if (known) return known;
    const statement = database.prepare(text);
    const made = { statement, givesRows: statement.columns().length > 0 };
    if (statements.size >= KEPT_STATEMENTS) statements.delete(statements.keys().next().value!);
    statements.set(text, made);
    return made;
  };
  return {
    execute({ statement: text, parameters, isFirst, before = [] }) {
      // IMMEDIATE: a transaction that reads first and then writes would fail where it now waits.
      if (isFirst && !database.isTransaction) patiently(() => prepared('BEGIN IMMEDIATE').statement.run());
      for (const { statement, parameters } of before) {
        patiently(() => prepared(statement).statement.run(...parameters.map(toInput)));
      }
      const { statement, givesRows } = patiently(() => prepared(text));
      const values = parameters.map(toInput);
      if (givesRows) return { rows: patiently(() => statement.all(...values)), changes: 0, insertId: 0 };
      const { changes, lastInsertRowid } = patiently(() => statement.run(...values));
      return { rows: [], changes: Number(changes), insertId: Number(lastInsertRowid) };
    },
    close() {
      statements.clear();
      database.close();
    },
  };
}

const BUSY = 5;
const NEVER = new Int32Array(new SharedArrayBuffer(4));

/**
 * Asks again every few milliseconds while another connection writes. SQLite's own waiting sleeps up to 100 ms between two tries, and so
 * comes too late again and again beside a thread that appends without a break: a write of the serving thread then took up to 3 s, and at
 * 95 of 100 181 ms. Inside a transaction nothing waits: it has the lock.
 */
function waitForLock<T>(work: () => T, database: DatabaseSync, timeoutMs: number): T {
  const until = performance.now() + timeoutMs;
  for (let attempt = 0; ; attempt++) {
    try {
      return work();
    } catch (error) {
      const isBusy = ((faultOf(error).resultCode ?? 0) & 0xff) === BUSY;
      if (!isBusy || database.isTransaction || performance.now() >= until) throw error;
      Atomics.wait(NEVER, 0, 0, attempt < 50 ? 1 : 5);
    }
  }
}

interface Prepared {
  statement: StatementSync;
  givesRows: boolean;
}

/** SQLite would make it with the umask; names and messages of users stand in it. */
function makeFile(path: string): void {
  if (existsSync(path)) return;
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}

/** NUL ends a text for most of SQLite's functions, and PostgreSQL refuses it: it becomes the replacement character in both. */
function toInput(value: unknown): SQLInputValue {
  switch (typeof value) {
    case 'string':
      return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
    // node:sqlite binds every number as REAL, and then `7 / 2` is 3.5.
    case 'number':
      return Number.isInteger(value) ? BigInt(value) : value;
    case 'boolean':
      return value ? 1n : 0n;
    case 'undefined':
      return null;
    case 'object':
      return value instanceof Date ? value.toISOString() : (value as SQLInputValue);
    default:
      return value as SQLInputValue;
  }
}

/** What SQLite says when it refuses; crosses threads as it is. https://www.sqlite.org/rescode.html */
export interface SqliteFault {
  /** Extended result code; its low byte is the primary one. Null: the fault is not SQLite's. */
  resultCode: number | null;
  message: string;
}

export function faultOf(thrown: unknown): SqliteFault {
  const { errcode, message } = thrown as { errcode?: unknown; message?: unknown };
  return {
    resultCode: typeof errcode === 'number' ? errcode : null,
    message: typeof message === 'string' ? message : String(thrown),
  };
}

/** What goes to the thread: a statement, or `null` to close. */
export interface ThreadRequest {
  id: number;
  given: Given | null;
}

export type ThreadReply = { id: number } & ({ result: StatementResult } | { fault: SqliteFault });

/** The thread's side of `openThreadConnection`: one connection, statements in the order they came. */
export function serveConnection(port: MessagePort, options: ConnectionOptions): void {
  let connection: Connection;
  try {
    connection = openConnection(options);
  } catch (error) {
    port.postMessage({ id: 0, fault: faultOf(error) } satisfies ThreadReply);
    port.close();
    return;
  }
  port.postMessage({ id: 0, result: { rows: [], changes: 0, insertId: 0 } } satisfies ThreadReply);
  port.on('message', ({ id, given }: ThreadRequest) => {
    if (given === null) {
      connection.close();
      port.postMessage({ id, result: { rows: [], changes: 0, insertId: 0 } } satisfies ThreadReply);
      port.close();
      return;
    }
    try {
      port.postMessage({ id, result: connection.execute(given) } satisfies ThreadReply);
    } catch (error) {
      port.postMessage({ id, fault: faultOf(error) } satisfies ThreadReply);
    }
  });
}
