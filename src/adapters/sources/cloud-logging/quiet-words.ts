/**
 * The words by which a text or a key shows that it may matter to a report. Each word has classes (bits); words are looked up by hash,
 * so that a million texts are read without making a string. A hash that meets another word's by chance only makes an entry parsed.
 */

/** May tell of a failure, or stand in a stack trace, or come from the platform. */
export const RISKY = 1;
/** A measured time follows, in seconds unless `MILLISECONDS`. */
export const MEASURED = 2;
export const MILLISECONDS = 4;
/** An HTTP status may follow. */
export const STATUS = 8;
/** A level follows. */
export const LEVEL = 16;
/** The key of a text that may be a line of a stack trace. */
export const MESSAGE = 32;
/** Stands only in stack traces. */
export const TRACE = 64;
/** A unit: it makes a key a measured time only behind `_`, `-` or `.`, for `12 ms` is common in texts. */
export const UNIT = 128;
/** With `LEVEL`: a number under it may be in any scale, so none is known to be quiet. */
export const ANY_SCALE = 256;

const WORDS: [classes: number, words: string][] = [
  [
    RISKY,
    'error errors err warn warning warnings fatal critical crit alert emergency emerg severe panic panicked wrn eror crt ftl dpanic',
  ],
  [RISKY, 'exception exceptions exc stack stacktrace stacktraces uncaught unhandled caused suppressed wrapped during'],
  [
    RISKY,
    'thrown created repeated failed fails fail failing failure failures malformed crash crashed crashes abort aborted',
  ],
  [
    RISKY,
    'memory exceeded probe probes readiness liveness ready unhealthy exit exited exiting signal terminated terminating',
  ],
  [
    RISKY,
    'terminate killed kill oom sigterm sigkill sigsegv sigabrt segfault assertion assert timeout timed unavailable',
  ],
  [RISKY, 'refused denied overflow deadlock undefined rejected rejection reportederrorevent levelno'],
  [RISKY | TRACE, 'traceback goroutine backtrace'],
  [MEASURED, 'rt duration latency elapsed took requesttime processtime processingtime executiontime totaltime'],
  [MEASURED | UNIT, 'secs seconds sec'],
  [MEASURED | MILLISECONDS | UNIT, 'ms msec msecs millis milliseconds'],
  [MEASURED | MILLISECONDS, 'durationms latencyms elapsedms tookms responsetime responsetimems'],
  [MEASURED | MILLISECONDS, 'requesttimems processtimems durationmillis latencymillis elapsedmillis'],
  [STATUS, 'status statuscode httpstatus httpstatuscode responsestatus code responsecode statuses'],
  [LEVEL, 'level lvl levelname loglevel'],
  [LEVEL | ANY_SCALE, 'severity severitynumber severitytext priority'],
  [MESSAGE, 'message msg text event body log line'],
];

const SLOTS = 1024;
const hashes = new Int32Array(SLOTS);
const classes = new Uint16Array(SLOTS);

/** One step of the hash of a lower-case word; starts from 0. */
export function hashLetter(hash: number, lowerCaseByte: number): number {
  return (Math.imul(hash, 31) + lowerCaseByte) | 0;
}

for (const [bits, words] of WORDS) {
  for (const word of words.split(' ')) {
    let hash = 0;
    for (let index = 0; index < word.length; index++) hash = hashLetter(hash, word.charCodeAt(index));
    let slot = hash & (SLOTS - 1);
    while (classes[slot] !== 0 && hashes[slot] !== hash) slot = (slot + 1) & (SLOTS - 1);
    hashes[slot] = hash;
    classes[slot] = classes[slot]! | bits;
  }
}

/** The classes of the word with this hash; 0 for every other word. */
export function classesOf(hash: number): number {
  let slot = hash & (SLOTS - 1);
  while (classes[slot] !== 0) {
    if (hashes[slot] === hash) return classes[slot]!;
    slot = (slot + 1) & (SLOTS - 1);
  }
  return 0;
}
