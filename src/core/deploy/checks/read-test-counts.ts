export interface TestCounts {
  passed: number;
  /** Without those that were skipped. */
  total: number;
}

const OUTPUT_TAIL = 8_192;
// Colours of a terminal.
const COLOUR = /\u001b\[[0-9;]{0,8}m/g;

/** Null: it is not its form. `unknown`: it is, and tells that something never ran: what was counted is not all. */
type Form = (lines: readonly string[]) => TestCounts | 'unknown' | null;

/**
 * How many tests passed, as a runner says at the end of its output; a runner's own words come before `12/13` and `12 of 13`, which may stand in the text of a
 * failure too. An error counts as a test that failed. Null: it says nothing, or files of it did not load, and nobody knows what is in them.
 */
export function readTestCounts(output: string): TestCounts | null {
  const lines = output.slice(-OUTPUT_TAIL).replace(COLOUR, '').split('\n').reverse();
  for (const form of FORMS) {
    const counts = form(lines);
    if (counts !== null) return counts === 'unknown' ? null : counts;
  }
  return null;
}

/** node:test, as it prints for people and as TAP: one number a line. */
const nodeTest: Form = (lines) => {
  const passed = lastNumber(lines, /^[ℹ#] pass (\d{1,7})$/);
  if (passed === null) return null;
  const failed = lastNumber(lines, /^[ℹ#] fail (\d{1,7})$/) ?? 0;
  return countsOf(passed, failed + (lastNumber(lines, /^[ℹ#] cancelled (\d{1,7})$/) ?? 0));
};

/** `19 passing (12ms)`, and below `1 failing`. */
const mocha: Form = (lines) => {
  const passed = lastNumber(lines, /^\s*(\d{1,7}) passing\b/);
  return passed === null ? null : countsOf(passed, lastNumber(lines, /^\s*(\d{1,7}) failing$/) ?? 0);
};

/** `Tests run: 20, Failures: 1, Errors: 2, Skipped: 1` of JUnit and its kin; Gradle: `20 tests completed, 1 failed, 4 skipped`. */
const junit: Form = (lines) => {
  const line = lines.find((one) => /\bTests(?: run)?: \d{1,7}, |\b\d{1,7} tests? completed\b/.test(one));
  if (line === undefined) return null;
  const named = (name: string) => numberIn(line, new RegExp(`\\b${name}: (\\d{1,7})\\b`));
  const failed = (named('Failures') ?? numberOf(line, 'failed') ?? 0) + (named('Errors') ?? 0);
  const skipped = named('Skipped') ?? numberOf(line, 'skipped') ?? 0;
  const run = named('Tests run') ?? named('Tests') ?? numberIn(line, /\b(\d{1,7}) tests? completed\b/) ?? 0;
  return countsOf(run - failed - skipped, failed);
};

/** pytest, Jest, Vitest, Rust: `1 failed, 9 passed`, in any order. */
const inWords: Form = (lines) => {
  const line = lines.find((one) => !OF_FILES.test(one) && (OF_TESTS.test(one) || ERRORS_ALONE.test(one)));
  const files = lines.find((one) => OF_FILES.test(one));
  const [tests, unloaded] = [line ?? '', files ?? ''];
  if (tests === '' && unloaded === '') return null;
  const outside = lastNumber(lines, /^\s*Errors\s+(\d{1,7}) errors?$/) ?? 0;
  const failed = (numberOf(tests, 'failed') ?? 0) + (numberOf(tests, 'errors?') ?? 0);
  if ((numberOf(unloaded, 'failed') ?? 0) > failed) return 'unknown';
  return countsOf(numberOf(tests, 'passed') ?? 0, failed + outside);
};

const OF_FILES = /^\s*Test (?:Suites:|Files )/;
const OF_TESTS = /\b\d{1,7} (?:passed|failed)\b/;
/** Nothing of pytest's ran: `=== 1 error in 0.12s ===`. */
const ERRORS_ALONE = /\b\d{1,7} errors? in \d/;

/** `18/20`, `12 of 13 checks`, `Passed: 12/13`: a line of whoever wrote the command. Dates and paths are none. */
const fraction: Form = (lines) => {
  const pattern =
    /^\W{0,8}(?:[A-Za-z ]{1,40}[:=] ?|(?:passed|tests|checks|ok) )?(\d{1,7})(?:\/| of )(\d{1,7})(?!\w|[/-]|\.\d)/i;
  const found = lines.map((line) => pattern.exec(line)).find((match) => match !== null);
  return found ? countsOf(Number(found[1]), Number(found[2]) - Number(found[1])) : null;
};

const FORMS: readonly Form[] = [nodeTest, mocha, junit, inWords, fraction];

function countsOf(passed: number, failed: number): TestCounts | null {
  return passed >= 0 && failed >= 0 && passed + failed > 0 ? { passed, total: passed + failed } : null;
}

function lastNumber(lines: readonly string[], pattern: RegExp): number | null {
  for (const line of lines) {
    const found = numberIn(line, pattern);
    if (found !== null) return found;
  }
  return null;
}

function numberOf(line: string, word: string): number | null {
  return numberIn(line, new RegExp(`\\b(\\d{1,7}) ${word}\\b`));
}

function numberIn(line: string, pattern: RegExp): number | null {
  const found = pattern.exec(line)?.[1];
  return found === undefined ? null : Number(found);
}
