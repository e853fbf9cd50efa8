/** A summary of usage as it was reported, one of each window; half-open. */
export interface UsageReportTable {
  to_at: number;
  from_at: number;
  made_at: number;
  /** JSON of the contract's `usageSummary`. It names users: an erasure searches it, and retention forgets it with their rows. */
  json: string;
}
