/** The row of a deployment: what is searched for in columns, the whole in `deployment`. */
export interface DeploymentTable {
  id: string;
  service: string;
  /** deploy, rollback. */
  kind: string;
  phase: string;
  /** 1: not over; unique per service. */
  is_open: number;
  build_id: number;
  revision: string | null;
  /** passed, superseded, or null. */
  watch: string | null;
  /** The last of its intents. */
  sequence: number;
  cooldown_until: number | null;
  created_at: number;
  finished_at: number | null;
  /** When it is carried on; null: it waits for a person, or is over. */
  next_at: number | null;
  /** Until then somebody carries it on. */
  claimed_until: number;
  /** Grows with every write: a writer who read an older one writes nothing. */
  version: number;
  /** Packed JSON of `Deployment`. */
  deployment: Uint8Array;
}

export interface DeploymentStepTable {
  deployment_id: string;
  number: number;
  kind: string;
  intent_id: string;
  /** intended, done, failed. */
  state: string;
  intended_at: number;
  ended_at: number | null;
  attempts: number;
  /** JSON of facts. */
  detail: string;
}
