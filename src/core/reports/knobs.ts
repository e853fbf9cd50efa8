/** What decides a report's status and how much of it is listed. A bound on a list never changes a count. */
export interface ReportKnobs {
  /** Error incidents; strictly more make the report CRITICAL. */
  criticalAboveErrors: number;
  /** Critical signals; strictly more make it CRITICAL. */
  criticalAboveSignals: number;
  /** Error incidents; strictly more make it DEGRADED. */
  degradedAboveErrors: number;
  /** Warning incidents; strictly more make it DEGRADED. */
  degradedAboveWarnings: number;
  /** Incidents listed whole, of each kind. */
  listedIncidents: number;
  /** Critical signals listed. */
  listedSignals: number;
  /** Latency issues listed. */
  listedLatency: number;
  /** Log samples around the worst incidents. */
  listedSamples: number;
  /** Recent commits listed. */
  listedCommits: number;
  /** Issues listed with their evidence. */
  listedIssues: number;
  /** Keys listed of each pattern. */
  listedPatterns: number;
  /** Log entries around an issue's representative. */
  logTail: number;
  /** Characters of a message in samples and log tails, and of a payload excerpt; at most 500. */
  excerptCharacters: number;
  /** Frames of one exception that are listed; the stack's text holds all. */
  listedFrames: number;
  /** Files whose code is shown for the report as a whole. */
  snippetFiles: number;
  /** Equal steps of the timeline. */
  timelineSteps: number;
  /** Hours a fingerprint must be silent on a revision with the fix. */
  silentHours: number;
  /** Requests it must be silent for. */
  silentRequests: number;
  /** Hours instead of both, where nobody counts requests. */
  silentHoursAlone: number;
  /** Error incidents; strictly more ask for a rollback. */
  rollbackAboveErrors: number;
  /** MiB, ascending: the sizes memory is sold in. */
  memoryTiersMib: readonly number[];
  /** MiB advised when the platform gave no numbers; said to be an assumption. */
  assumedMemoryMib: number;
}

export const DEFAULT_REPORT_KNOBS: ReportKnobs = {
  criticalAboveErrors: 5, // six failures in an hour are no accident
  criticalAboveSignals: 0, // a process that died is one too many
  degradedAboveErrors: 1, // one alone may be chance
  degradedAboveWarnings: 3, // warnings are common
  listedIncidents: 10, // what a person reads through
  listedSignals: 3,
  listedLatency: 3,
  listedSamples: 15,
  listedCommits: 5,
  listedIssues: 50, // beyond it a report is read by nobody
  listedPatterns: 100, // keeps a scan of distinct paths from filling the report
  logTail: 20,
  excerptCharacters: 500,
  listedFrames: 100, // as many as a fingerprint looks at
  snippetFiles: 3,
  timelineSteps: 12, // five minutes each in the usual hour
  silentHours: 24, // one full day of habits
  silentRequests: 100, // a fault of one request in thirty shows with 95 % probability
  silentHoursAlone: 24,
  rollbackAboveErrors: 10, // twice what makes it CRITICAL
  memoryTiersMib: [512, 1024, 2048, 4096, 8192, 16384],
  assumedMemoryMib: 2048,
};
