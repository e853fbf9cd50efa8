/** Tables that hold rows of one user, by the names under which they are exported. */
export const PERSONAL_TABLES = ['user_sessions', 'feature_usage', 'user_errors', 'usage_mark', 'usage_user'] as const;
export type PersonalTable = (typeof PERSONAL_TABLES)[number];

/** A row as it is stored; instants are RFC 3339, UTC. */
export type PersonalRow = Readonly<Record<string, string | number | boolean | null>>;

/** Rows of one user beside those of usage; each has all `columns`. */
export interface ExportedTable {
  name: string;
  columns: readonly string[];
  rows(): AsyncIterable<PersonalRow>;
}

export interface ErasedRows {
  /** Place → rows that were deleted, made anonymous, or from which the name was taken. */
  rows: Record<string, number>;
  /** Names so short that they are looked for only where they are a user: in the middle of a text nobody can tell them. */
  unsearched: readonly string[];
}

/** What an erasure did, and what it could not. */
export interface Erasure extends Pick<ErasedRows, 'rows'> {
  user: string;
  /** The names were searched for in what is stored, byte by byte, and not found. */
  isVerified: boolean;
  /** Sentences: what nobody can tell to be this user, or stands where Guardian does not reach. */
  outOfReach: string[];
}

/** One piece of an export at a time: what is kept of one user may be long. */
export interface UserExport {
  format: 'json' | 'csv';
  contentType: string;
  fileName: string;
  text: AsyncIterable<string>;
}

/** What an administrator may do about one user; `openUsagePeople` of the application makes it. */
export interface UsagePeople {
  /** All that is kept of this user, under whatever name Guardian can tell to be theirs. */
  exportUser(user: string, format: 'json' | 'csv'): UserExport;
  eraseUser(user: string): Promise<Erasure>;
  /** Under which names rows of this user may stand: their own, and pseudonyms of salts that still exist. */
  namesOf(user: string): Promise<string[]>;
}
