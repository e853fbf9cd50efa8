/** A key that records were sealed with, wrapped by a key that is not here. */
export interface SealingKeyTable {
  /** 32 hex digits. */
  id: string;
  project_id: number;
  /** Names the key that wrapped it. */
  wrapped_by: string;
  /** Hex. */
  wrapped: string;
  created_at: number;
  received_at: number;
}
