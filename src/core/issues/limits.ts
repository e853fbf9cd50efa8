/**
 * The knobs of understanding, each with its unit and the reason for its default. Reaching a bound never changes a count: it is
 * stated in `Understanding.bounds`.
 */
export interface UnderstandingLimits {
  /** Milliseconds. A request or a measured duration above it is a latency issue. */
  latencyMs: number;
  /** Milliseconds. Events of one trace or request id this close to its first one are one failure. */
  requestWindowMs: number;
  /** Milliseconds. The clock difference allowed between two layers that log the same HTTP request. */
  twinToleranceMs: number;
  /** Milliseconds. Related stacks of one instance this close are one failure. */
  sameInstanceMs: number;
  /** Milliseconds. The same for another or an unknown instance, where one stack must lie strictly inside the other. */
  otherInstanceMs: number;
  /** Milliseconds. Failed requests this long before a death belong to it. */
  deathBeforeMs: number;
  /** Milliseconds. Failed requests this long after a death belong to it. */
  deathAfterMs: number;
  /** Distinct unknown routes answered 403, 404 or 405 to one client in `scanWindowMs` that make it a scanner. */
  scanPaths: number;
  /** Milliseconds. */
  scanWindowMs: number;
  /** Distinct unknown routes in `scanWindowMs`, whoever asked, that make a burst. */
  burstPaths: number;
  /** Path segments that only probes ask for; compared whole, in lower case. */
  listedSegments: readonly string[];
  /** Events held for folding at a time. */
  candidates: number;
  /** Bytes (estimated) of the events held for folding at a time. */
  candidateBytes: number;
  /** Milliseconds. Incidents this far from both ends of what is held are complete and become counts. */
  settleMs: number;
  /** Members kept per incident. */
  membersPerIncident: number;
  /** Incidents kept whole per issue. */
  incidentsPerIssue: number;
  /** Incidents kept whole in all. */
  incidentsKept: number;
  /** Incidents per issue whose events keep their whole payload. */
  payloadsPerIssue: number;
  /** Incidents in all whose events keep their whole payload; each issue's first one always does. */
  payloadsKept: number;
  /** Issues told apart; incidents of further ones are only counted. */
  issues: number;
  /** Keys of each list by endpoint, type and file; hashes, endpoints and users told apart per issue. */
  keys: number;
  /** Context events kept. */
  context: number;
  /** Milliseconds. How far from an incident an event still counts as its context. */
  contextReachMs: number;
  /** Critical signals and latency issues kept whole, each. */
  signals: number;
  /** Event ids remembered to recognise repeats. */
  rememberedIds: number;
  /** Routes remembered as served. */
  servedRoutes: number;
}

export const DEFAULT_UNDERSTANDING_LIMITS: UnderstandingLimits = {
  latencyMs: 3_000, // people leave a page that takes longer
  requestWindowMs: 30_000, // most request time limits
  twinToleranceMs: 1_000, // clocks of one platform, and the time between answering and logging
  sameInstanceMs: 2_000, // an exception passes all layers of one process well within it
  otherInstanceMs: 100, // layers of one failure log within milliseconds; the ladder rule keeps equal failures apart (see related-stacks.ts)
  deathBeforeMs: 60_000, // requests are cut when their instance dies; their entry carries their start
  deathAfterMs: 10_000, // the platform goes on routing to a dead instance for seconds
  scanPaths: 5, // people mistype one path, not five
  scanWindowMs: 60_000,
  burstPaths: 20, // scanners that change their address
  listedSegments: [
    '.env',
    '.git',
    '.svn',
    '.hg',
    '.aws',
    '.ssh',
    '.htaccess',
    '.htpasswd',
    '.ds_store',
    '.vscode',
    '.idea',
    'wp-login.php',
    'wp-admin',
    'wp-content',
    'wp-includes',
    'wp-config.php',
    'xmlrpc.php',
    'phpmyadmin',
    'phpinfo.php',
    'cgi-bin',
    'boaform',
    'hnap1',
    'web-inf',
    'autodiscover.xml',
    'eval-stdin.php',
    'solr',
    'owa',
  ],
  candidates: 100_000,
  candidateBytes: 16 * 1024 * 1024, // keeps a report of any log under 300 MB of memory
  settleMs: 600_000, // events up to 10 minutes late still fold
  membersPerIncident: 50,
  incidentsPerIssue: 50,
  incidentsKept: 2_000,
  payloadsPerIssue: 10,
  payloadsKept: 500, // a report shows ten of each kind whole
  issues: 2_000, // as many as incidents kept; about 8 KB each
  keys: 1_000,
  context: 2_000,
  contextReachMs: 60_000, // what a reader looks at around a failure
  signals: 200,
  rememberedIds: 400_000, // 8 MB; repeats come near each other
  servedRoutes: 50_000,
};
