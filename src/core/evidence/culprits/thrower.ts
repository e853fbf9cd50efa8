import type { Frame } from '../../events/index.ts';
import { isRuntimeFault } from './runtime-faults.ts';

/**
 * What a frame does besides the application's work: `reports` only builds or throws the exception (`reportOverflow`,
 * `OrderException.from`), `checks` tests what it was given (`requireNonNull`, `validate`). The fault lies with who called it.
 */
export type ThrowerRole = 'reports' | 'checks' | null;

const REPORTING_VERBS = new Set([
  'report',
  'throw',
  'raise',
  'rethrow',
  'fail',
  'wrap',
  'rewrap',
  'abort',
  'panic',
  'die',
  'violation',
  'unexpected',
  'unsupported',
  'unknown',
  'illegal',
]);
const HANDLED_FAULTS = new Set([
  'violation',
  'error',
  'exception',
  'unknown',
  'missing',
  'failure',
  'bad',
  'weird',
  'unexpected',
  'invalid',
  'unsupported',
]);
const CHECKING_VERBS = new Set([
  'check',
  'assert',
  'require',
  'validate',
  'verify',
  'ensure',
  'expect',
  'guard',
  'precondition',
  'enforce',
]);
const ERROR_NOUNS = new Set(['exception', 'exceptions', 'error', 'errors', 'throwable', 'failure']);
const CHECKING_NOUNS = new Set([
  'precondition',
  'preconditions',
  'validate',
  'validator',
  'validators',
  'assert',
  'asserts',
  'assertion',
  'assertions',
  'check',
  'checks',
  'guard',
  'guards',
  'condition',
  'conditions',
]);

/** `_reportBadInput`, `raise_for_status`, `HTTPError` → their words in lower case. At most 200 characters are looked at. */
export function wordsOf(name: string): string[] {
  return (name.slice(0, 200).match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? []).map((word) => word.toLowerCase());
}

/** Decides by names alone, in any language. `isCrashEnd`: nothing but throwers stands between this frame and the crash. */
export function throwerRole(
  frame: Frame,
  { isCrashEnd, errorType }: { isCrashEnd: boolean; errorType: string | null },
): ThrowerRole {
  // The runtime itself throws these, at the very place: such a frame is no helper, whatever its name.
  if (isRuntimeFault(errorType)) return null;
  const words = wordsOf(lastName(frame.function));
  const classWords = wordsOf(className(frame));
  if (isCrashEnd && (reports(words) || ERROR_NOUNS.has(classWords.at(-1) ?? ''))) return 'reports';
  return CHECKING_VERBS.has(words[0] ?? '') || CHECKING_NOUNS.has(classWords.at(-1) ?? '') ? 'checks' : null;
}

function reports(words: readonly string[]): boolean {
  const [first = ''] = words;
  if (REPORTING_VERBS.has(first) || ERROR_NOUNS.has(words.at(-1) ?? '')) return true;
  return first === 'handle' && words.some((word) => HANDLED_FAULTS.has(word));
}

function lastName(name: string | null): string {
  return name === null
    ? ''
    : name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf(':'), name.lastIndexOf('#')) + 1);
}

/** The outermost class: `com.acme.OrderException$Kind` → `OrderException`; Go and Python modules give their last part. */
function className(frame: Frame): string {
  const module = frame.module ?? '';
  const name = module.slice(Math.max(module.lastIndexOf('.'), module.lastIndexOf('/'), module.lastIndexOf('\\')) + 1);
  return name.split('$')[0] ?? '';
}
