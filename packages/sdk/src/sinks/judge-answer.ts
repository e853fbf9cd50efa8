import type { Answered, Unanswered } from './post.ts';
import type { SendOutcome } from './sink.ts';

/** A receiver that says "in a year" is not believed. */
const LONGEST_WAIT_MS = 3_600_000;
const TOLD_CHARACTERS = 300;

/** What an answer without success means for the batch; null: a success, to be read by whoever knows the format. */
export function judgeAnswer(answer: Answered | Unanswered, url: URL): SendOutcome | null {
  if ('failure' in answer) return judgeFailure(answer, url);
  const { status, headers, text } = answer;
  if (status >= 200 && status < 300) return null;
  const told = `${url.origin} answered ${status}${text === '' ? '' : `: ${text.slice(0, TOLD_CHARACTERS)}`}`;
  if (status === 408 || status === 429 || status >= 500) {
    const retryAfterMs = readRetryAfter(headers['retry-after'], headers.date);
    return {
      kind: 'retry',
      reason: told,
      retryAfterMs,
      isOverloaded: status === 429 || status === 503 || status === 408,
    };
  }
  if (status === 413) return { kind: 'too-large' };
  if (status === 400 || status === 422) return { kind: 'bad-batch', reason: told };
  if (status === 401 || status === 403) {
    return { kind: 'hold', reason: told, remedy: 'Set a key that is valid and may write.' };
  }
  return { kind: 'hold', reason: told, remedy: `Set the address of the receiver: ${url.href} does not take records.` };
}

function judgeFailure({ failure, isCertificate }: Unanswered, url: URL): SendOutcome {
  if (!isCertificate) {
    return { kind: 'retry', reason: `${url.origin}: ${failure}`, retryAfterMs: null, isOverloaded: false };
  }
  return {
    kind: 'hold',
    reason: `the certificate of ${url.origin} is not trusted: ${failure}`,
    remedy: 'Renew it, or give its authority with the option ca.',
  };
}

/** RFC 9110, 10.2.3: seconds, or a date; the date counts from the answer's own, so that a clock that is wrong here changes nothing. */
function readRetryAfter(value: string | undefined, date: string | undefined): number | null {
  if (value === undefined) return null;
  if (/^\s*\d{1,9}\s*$/.test(value)) return Math.min(LONGEST_WAIT_MS, Number(value) * 1_000);
  const until = Date.parse(value);
  const from = date === undefined ? Number.NaN : Date.parse(date);
  const wait = until - (Number.isNaN(from) ? Date.now() : from);
  return Number.isNaN(wait) ? null : Math.min(LONGEST_WAIT_MS, Math.max(0, wait));
}
