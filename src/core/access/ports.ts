/** Projects, keys, and who did what. Instants are epoch ms. */
export interface Project {
  id: number;
  slug: string;
  name: string;
  createdAt: number;
}

/**
 * `service`: for programs of one's own, which may also tell of their runs, alerts and use. `page`: for web pages; whoever reads the page has it, so it lets
 * events, logs, spans, sessions and feedback in and nothing else.
 */
export type IngestKeyKind = 'service' | 'page';

export interface IngestKey {
  /** 32 hex digits: public, it stands in a DSN. */
  key: string;
  projectId: number;
  label: string;
  kind: IngestKeyKind;
  /** Null: the configured default. */
  ratePerMinute: number | null;
  createdAt: number;
  revokedAt: number | null;
}

export type KeyScope = 'read' | 'write' | 'admin';

export interface ApiKey {
  id: string;
  /** SHA-256 of the key, hex. The key itself is nowhere. */
  hash: string;
  label: string;
  scope: KeyScope;
  createdBy: string;
  createdAt: number;
  lastUsedAt: number | null;
  expiresAt: number | null;
  revokedAt: number | null;
}

export interface ProjectStore {
  list(): Promise<Project[]>;
  /** Throws `name_taken` when the slug is. */
  create(project: Omit<Project, 'id'>): Promise<Project>;
  keys(projectId: number | null): Promise<IngestKey[]>;
  addKey(key: IngestKey): Promise<void>;
  revokeKey(key: string, at: number): Promise<boolean>;
}

export interface ApiKeyStore {
  list(): Promise<ApiKey[]>;
  find(hash: string): Promise<ApiKey | null>;
  add(key: ApiKey): Promise<void>;
  revoke(id: string, at: number): Promise<boolean>;
  used(id: string, at: number): Promise<void>;
}

export interface SavedView {
  id: string;
  userId: string;
  name: string;
  page: string;
  query: string;
  createdAt: number;
}

export interface SavedViewStore {
  list(userId: string): Promise<SavedView[]>;
  add(view: SavedView): Promise<void>;
  remove(id: string, userId: string): Promise<boolean>;
}

/** Small values that outlive a restart: the one-time link's hash, the language, … */
export interface SettingStore {
  get(name: string): Promise<unknown>;
  set(name: string, value: unknown): Promise<void>;
}

/** What came in, and what did not, for screens. */
export interface ActivityStore {
  /** By project and service: events of the last 24 h, newest event, error events by hour. */
  services(now: number): Promise<ServiceActivity[]>;
  /** By project and source kind. */
  dropped(
    since: number,
  ): Promise<{ projectId: number; source: string; reason: string; category: string; quantity: number }[]>;
  sources(now: number): Promise<{ projectId: number; kind: string; lastEventAt: number; eventsLastDay: number }[]>;
}

export interface ServiceActivity {
  projectId: number;
  service: string;
  lastEventAt: number;
  eventsLastDay: number;
  /** Error incidents of each of the last 24 full hours and the current one, oldest first: 24 numbers. */
  incidentsByHour: number[];
  /** Error incidents whose last entry is of the 60 minutes before now. */
  incidentsLastHour: number;
  openIssues: number;
  newestRevision: string | null;
}

/** Work that one process at a time does; a lease that was not renewed falls to the next who asks. */
export interface LeaseStore {
  /** True when `holder` has it until `now + ttlMs`. */
  take(name: string, holder: string, now: number, ttlMs: number): Promise<boolean>;
  release(name: string, holder: string): Promise<void>;
}
