import type { Generated } from 'kysely';

export interface ProjectTable {
  id: Generated<number>;
  slug: string;
  name: string;
  created_at: number;
  /** The number its newest issue got; numbers are never given twice. */
  last_issue_number: Generated<number>;
}

/** Public by nature (it stands in browsers), so it is kept as it is. */
export interface IngestKeyTable {
  /** 32 hex digits. */
  key: string;
  project_id: number;
  label: string;
  /** `service` or `page`. */
  kind: Generated<string>;
  /** Events a minute; null: the configured default. */
  rate_per_minute: number | null;
  created_at: number;
  revoked_at: number | null;
}

export interface ApiKeyTable {
  id: string;
  /** SHA-256 of the key, hex: the key itself is shown once. */
  hash: string;
  label: string;
  /** `read`, `write` (read included) or `admin` (all). */
  scope: string;
  created_by: string;
  created_at: number;
  last_used_at: number | null;
  expires_at: number | null;
  revoked_at: number | null;
}

export interface SavedViewTable {
  id: string;
  user_id: string;
  name: string;
  page: string;
  query: string;
  created_at: number;
}

export interface SettingTable {
  name: string;
  /** JSON. */
  value: string;
}

/** Of the steps before the audit trail: gone since. */
export interface AuditTable {
  id: Generated<number>;
  at: number;
  actor: string;
  action: string;
  target: string;
  detail: string | null;
  address: string | null;
}

/** Work that one process does at a time. */
export interface LeaseTable {
  name: string;
  holder: string;
  expires_at: number;
}
