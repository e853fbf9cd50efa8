/** A sentence that a platform writes when a process died or is unhealthy. Anchored to the whole sentence: a mere word is none. */
export interface PlatformMessage {
  /** Names the rule in explanations and fingerprints; never changes its meaning. */
  rule: string;
  type: 'OOM' | 'UNHEALTHY' | 'CRASH';
  /** Which logs may say it: `cloud-run-system` is checked against the log's name where the source tells it. */
  from: 'cloud-run-system' | 'anywhere';
  /** Whose words follow the beginning of a line. Linear: no nested repetition. */
  pattern: RegExp;
  /** The part of the match that tells two such failures apart (an exit code, a unit), or null when the match is an ordinary end. */
  detail?: (match: RegExpExecArray) => string | null;
}

/** Ends that were asked for: 0, and by SIGINT (2, 130) or SIGTERM (15, 143). */
const ORDERLY = new Set(['0', '2', '15', '130', '143']);
const exitCode = (group: number) => (match: RegExpExecArray) => {
  const code = match[group] ?? '';
  return ORDERLY.has(code) ? null : code;
};
/** What syslog and dmesg leave in front of a kernel's line. */
const KERNEL = String.raw`^(?:kernel: )?(?:\[ {0,8}\d{1,12}\.\d{1,9}\] )?`;

export const PLATFORM_MESSAGES: readonly PlatformMessage[] = [
  {
    rule: 'cloud-run-memory-limit',
    type: 'OOM',
    from: 'cloud-run-system',
    pattern: /^Memory limit of (\d{1,9}) ?(MiB|GiB|M|G) exceeded with (\d{1,9}) ?(MiB|GiB|M|G) used\b/,
  },
  {
    rule: 'cloud-run-exit',
    type: 'CRASH',
    from: 'cloud-run-system',
    pattern: /^Container called exit\((-?\d{1,9})\)\.?\s*$/,
    detail: exitCode(1),
  },
  {
    rule: 'cloud-run-signal',
    type: 'CRASH',
    from: 'cloud-run-system',
    pattern: /^(?:Container terminated on signal|Uncaught signal:) (\d{1,3})\b/,
    detail: exitCode(1),
  },
  {
    rule: 'cloud-run-probe',
    type: 'UNHEALTHY',
    from: 'cloud-run-system',
    pattern: /^(?:Default )?(STARTUP|LIVENESS|READINESS) (?:TCP|HTTP|GRPC|gRPC) probe failed\b/,
    detail: (match) => match[1] ?? '',
  },
  {
    rule: 'cloud-run-not-ready',
    type: 'UNHEALTHY',
    from: 'cloud-run-system',
    pattern:
      /^(?:[\w./ ]{1,80}: )?Ready condition status changed to False for (Service|Revision|Job|Execution|WorkerPool)\b/,
    detail: (match) => match[1] ?? '',
  },
  {
    rule: 'kubernetes-probe',
    type: 'UNHEALTHY',
    from: 'anywhere',
    pattern: /^(?:Unhealthy:? )?(Liveness|Readiness|Startup) probe failed: /,
    detail: (match) => match[1] ?? '',
  },
  {
    rule: 'kubernetes-restart',
    type: 'CRASH',
    from: 'anywhere',
    pattern: /^(?:BackOff:? )?Back-off restarting failed container\b/,
  },
  {
    rule: 'kubernetes-crash-loop',
    type: 'CRASH',
    from: 'anywhere',
    pattern: /\bCrashLoopBackOff: \\?"?back-off \S{1,20} restarting failed container=/,
  },
  {
    rule: 'kubernetes-oom-killed',
    type: 'OOM',
    from: 'anywhere',
    pattern: /^(?:Container \S{1,128} (?:was |terminated: ))?OOMKilled(?: \(exit code 137\))?\.?\s*$/,
  },
  {
    rule: 'linux-oom-killer',
    type: 'OOM',
    from: 'anywhere',
    pattern: new RegExp(
      `${KERNEL}(?:Memory cgroup out of memory|Out of memory): Kill(?:ed)? process \\d{1,10},? ?\\(?([^\\s,()]{1,64})`,
    ),
    detail: (match) => match[1] ?? '',
  },
  {
    rule: 'linux-segfault',
    type: 'CRASH',
    from: 'anywhere',
    pattern: new RegExp(`${KERNEL}([^\\s\\[]{1,64})\\[\\d{1,10}\\]: segfault at [0-9a-f]{1,16} ip `),
    detail: (match) => match[1] ?? '',
  },
  {
    rule: 'shell-segfault',
    type: 'CRASH',
    from: 'anywhere',
    pattern: /^(?:Segmentation fault|Bus error|Aborted|Illegal instruction|Killed) \(core dumped\)\s*$/,
  },
  {
    rule: 'node-heap',
    type: 'OOM',
    from: 'anywhere',
    pattern: /^FATAL ERROR: [^\n]{0,200}JavaScript heap out of memory/,
  },
  {
    rule: 'go-memory',
    type: 'OOM',
    from: 'anywhere',
    pattern: /^fatal error: runtime: (?:out of memory|cannot allocate memory)/,
  },
  {
    rule: 'systemd-oom',
    type: 'OOM',
    from: 'anywhere',
    pattern:
      /^(\S{1,128}\.(?:service|scope)): (?:A process of this unit has been killed by the OOM killer|Failed with result 'oom-kill')/,
    detail: (match) => match[1] ?? '',
  },
  {
    rule: 'systemd-exit',
    type: 'CRASH',
    from: 'anywhere',
    pattern: /^\S{1,128}\.(?:service|scope): Main process exited, code=(?:exited|killed|dumped), status=(\d{1,3})\//,
    detail: exitCode(1),
  },
  {
    rule: 'compose-exit',
    type: 'CRASH',
    from: 'anywhere',
    pattern: /^[\w.-]{1,128} exited with code (-?\d{1,9})(?: \(restarting\))?\s*$/,
    detail: exitCode(1),
  },
  {
    rule: 'dyno-exit',
    type: 'CRASH',
    from: 'anywhere',
    pattern: /^Process exited with status (\d{1,9})\s*$/,
    detail: exitCode(1),
  },
  {
    rule: 'pm2-exit',
    type: 'CRASH',
    from: 'anywhere',
    pattern: /^(?:PM2 +\| )?App \[[^\]\n]{1,64}\] exited with code \[(-?\d{1,9})\]/,
    detail: exitCode(1),
  },
];
