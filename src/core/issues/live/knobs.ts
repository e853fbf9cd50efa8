/** The knobs of living folding, each with its unit and the reason for its default. */
export interface FolderKnobs {
  /** Milliseconds after the last arrival of what one failure logged until it is told. */
  quietMs: number;
  /** Milliseconds; the same for a failure whose process died. */
  fatalQuietMs: number;
  /** Milliseconds after which a failure is told although more of it still arrives. */
  longestWaitMs: number;
  /** Milliseconds after its arrival that an event is held, so that what arrives late still meets it. */
  holdMs: number;
  /** Milliseconds around an event in which another one may change what it is folded with. */
  reachMs: number;
  /** Events held at a time; at the bound those that arrived first are settled early. */
  events: number;
  /** Bytes of the queued text of the events held. */
  bytes: number;
  /** Events read from the queue in one pass. */
  readEvents: number;
  /** Incidents that one plan tells, unless the bounds ask for more. */
  toldIncidents: number;
  /** Hashes an issue is found by. */
  hashesPerIssue: number;
  /** Services whose sentences are kept in memory; others are read again when they are needed. */
  sentenceServices: number;
  /** Templates of one service that are known. */
  templates: number;
  /** Issues of one service, the newest, that a new one is compared with. */
  comparedIssues: number;
  /** New issues of one pass that are compared; the others wait for the night. */
  comparedOpenings: number;
}

export const DEFAULT_FOLDER_KNOBS: FolderKnobs = {
  quietMs: 2_000, // loggers and agents send in batches of one or two seconds
  fatalQuietMs: 500, // a death is told at once; its platform's entries come together
  longestWaitMs: 10_000, // a storm in one request still shows
  holdMs: 660_000, // 10 minutes, and the minute that a failure may reach
  reachMs: 60_000, // requests cut by a death, the farthest of all keys
  events: 10_000, // 10 s of 1,000 errors a second; with deep stacks about 60 MB
  bytes: 16 * 1024 * 1024, // three to four times as much in memory
  readEvents: 5_000, // about 100 ms to read
  toldIncidents: 5_000,
  hashesPerIssue: 200,
  sentenceServices: 50, // up to 10 MB each, most under 1 MB
  templates: 10_000,
  comparedIssues: 500, // 5 MB a service
  comparedOpenings: 20,
};
