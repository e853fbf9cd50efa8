/** Columns of debates. */

export interface DebateTable {
  id: string;
  topic: string;
  /** `running`, `ended`, `cancelled`, `failed`. */
  state: string;
  started_at: number;
  ended_at: number | null;
  ended_because: string | null;
  /** JSON. */
  synthesis: string | null;
  agreement: number | null;
  is_one_voice: number;
  /** JSON. */
  config: string;
  /** JSON. */
  cost: string;
  /** While it runs: whoever holds it says so again before. */
  alive_until: number;
}

export interface DebateTurnTable {
  debate_id: string;
  /** Orders the turns: by round, then by agent. */
  position: number;
  /** JSON. */
  turn: string;
}
