import type {
  ColumnDataType,
  DeleteQueryBuilder,
  DeleteResult,
  Expression,
  InsertQueryBuilder,
  InsertResult,
  Kysely,
  QueryCreator,
  RawBuilder,
  SqlBool,
  Transaction,
} from 'kysely';
import type { EventTable } from '../schema/events.ts';
import type { Schema } from '../schema.ts';

/** What differs between the databases; everything else is one Kysely query. */
export interface StoreDialect {
  kind: 'sqlite' | 'postgres';
  kysely: Kysely<Schema>;
  /**
   * For looks into queues, outside transactions. On PostgreSQL these connections go through a small index row by row, and pass over what is dead in it;
   * who gathers all rows of it first reads the dead ones again each time, which grew to 8 ms a look within a minute.
   */
  queues: Kysely<Schema>;
  types: ColumnTypes;
  bulk: BulkWriter;
  text: FullText;
  /**
   * Joined to the rows that are added to the fold queue, so that until the end of the transaction nobody else adds any: numbers of arrival then
   * become visible in their order, and a reader that goes on after the last one it saw misses none. Null: nobody else writes anyway.
   */
  queueTurn: RawBuilder<{ turn: unknown }> | null;
  /** Writes to different tables, and to different rows of one, in one way to the database and back. */
  writeTogether(trx: Transaction<Schema>, writes: readonly Write[]): Promise<void>;
  /** Rows that are handed to a statement, as a table in it. */
  given<Row extends object>(columns: GivenColumns<Row>, rows: readonly Row[]): RawBuilder<Row>;
  /** The end of a SELECT whose rows nobody else may change before this transaction ends. */
  lock: RowLock;
  /**
   * Statements of this transaction walk through an index in the order that is asked for, instead of sorting what they expect to be few rows:
   * a queue is empty whenever its rows are counted, and long when it matters.
   */
  walkInOrder(trx: Transaction<Schema>): Promise<void>;
  /** The transaction lost against another one for no fault of its own: begun anew it may succeed. */
  isContention(error: unknown): boolean;
  /** Bytes that the database takes. */
  bytes(): Promise<number>;
  close(): Promise<void>;
}

/** A statement that adds or removes rows, made by the transaction or as a part of another statement. */
export type Write = (db: QueryCreator<Schema>) => AnyWrite;
type AnyWrite = { [Table in keyof Schema]: WriteOf<Table> }[keyof Schema];
type WriteOf<Table extends keyof Schema> =
  | InsertQueryBuilder<Schema, Table, InsertResult>
  | DeleteQueryBuilder<Schema, Table, DeleteResult>;

/** Every column, with how its values are handed over. */
export type GivenColumns<Row extends object> = Readonly<Record<keyof Row & string, 'text' | 'integer' | 'number'>>;

export interface RowLock {
  /** False: only one transaction writes at a time, and the rest is nothing. */
  isNeeded: boolean;
  /** Waits for who has them. */
  wait: RawBuilder<unknown>;
  /** Leaves out those that somebody has; only of this table of a join. */
  skip(table: string): RawBuilder<unknown>;
}

/** How the columns of `schema/` are called. */
export interface ColumnTypes {
  /** Instants, counts and sequences: 64 bits. */
  integer: ColumnDataType;
  bytes: ColumnDataType;
  /** Flags and instants as better-auth expects them. */
  authFlag: ColumnDataType;
  authInstant: ColumnDataType;
}

/** An event's row and what of it is searched for. */
export interface EventRow {
  event: EventTable;
  /** Of the text, in order: see `search/tokens.ts`. */
  words: string[];
  /** Of the exact fields. */
  fields: string[];
}

/** `stored`: how many events the issue has with this one; null where it came before that was kept. */
export interface IssueOfEvent {
  issueId: string;
  stored: number | null;
}

export interface BulkWriter {
  /** The highest seq of each of these milliseconds that has one. */
  topSeqs(trx: Transaction<Schema>, milliseconds: readonly number[]): Promise<Map<number, number>>;
  /** Stores events with their searchable text; those whose `dedupe` is known change nothing. Gives the seqs that were stored. */
  insertEvents(trx: Transaction<Schema>, rows: readonly EventRow[]): Promise<Set<number>>;
  /** The transaction of the last call came to nothing. */
  undone(): void;
  /** Gives events to an issue, or takes them from any (null); those that are its own already stay as they are. */
  setIssues(trx: Transaction<Schema>, changes: ReadonlyMap<number, IssueOfEvent | null>): Promise<void>;
}

/** One thing that must (or must not) be found: a word, or a phrase; `isPrefix` is about its last token. */
export interface TextTerm {
  tokens: readonly string[];
  isPrefix: boolean;
}

/** All groups must be found, each by any of its terms; none of `excluded` may be. At least one group. */
export interface TextQuery {
  groups: readonly (readonly TextTerm[])[];
  excluded: readonly TextTerm[];
}

/** Full text beside the events: rows are found by seq. */
export interface FullText {
  /** Makes the index, in a migration. */
  create(db: Kysely<Schema>): Promise<void>;
  remove(trx: Transaction<Schema>, seqs: readonly number[]): Promise<void>;
  /** Seqs in the order asked for. */
  find(query: TextQuery, range: SeqRange, page: SeqPage, where: SeqCondition | null): Promise<number[]>;
  /** Matches by step, the newest `limit` of them, and the oldest seq among these. */
  count(query: TextQuery, range: SeqRange, step: CountStep, where: SeqCondition | null): Promise<CountedMatches>;
}

/** About the row of an event, asked by its seq: what the text does not know. */
export type SeqCondition = (seq: Expression<number>) => Expression<SqlBool>;

export interface CountStep {
  fromMs: number;
  stepMs: number;
  limit: number;
}

export interface SeqPage {
  limit: number;
  isNewestFirst: boolean;
}

/** From (inclusive) to (exclusive). */
export interface SeqRange {
  from: number;
  to: number;
}

export interface CountedMatches {
  steps: StepCount[];
  /** Null: there are none. */
  oldest: number | null;
}

export interface StepCount {
  step: number;
  matches: number;
}
