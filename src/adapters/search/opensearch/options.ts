/** Where the cluster is, and how Guardian is let in. */
export interface ClusterOptions {
  /** `https://host:9200`; a path before the names of the interfaces is kept. */
  url: string;
  user: string | null;
  password: string | null;
  /** As it is given out: base64 of id and key. Comes before a user. */
  apiKey: string | null;
  /** PEM, trusted besides the system’s. */
  certificateAuthority: string | null;
  /** Names of indices, templates and policies begin so. */
  indexPrefix: string;
  /** Days that the cluster keeps events, whatever the database has forgotten; null: as long as the database. */
  days: number | null;
  shards: number;
  replicas: number;
  /** ms until what was written can be found. */
  refreshMs: number;
  timeoutMs: number;
  /** Connections held open. */
  connections: number;
}

export const DEFAULT_CLUSTER_OPTIONS: Omit<ClusterOptions, 'url'> = {
  user: null,
  password: null,
  apiKey: null,
  certificateAuthority: null,
  indexPrefix: 'guardian',
  days: null,
  shards: 1,
  replicas: 1,
  refreshMs: 1_000,
  timeoutMs: 10_000,
  connections: 8,
};
