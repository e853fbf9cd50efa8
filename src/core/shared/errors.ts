import type { ErrorDetails } from './i18n/en/errors.ts';
import { type Messages, messagesFor } from './i18n/index.ts';
import { isSaying, type Saying, type Sentence, textOf } from './sayings.ts';

export type ErrorCode = keyof Messages['errors'];

interface ErrorKind {
  /** HTTP status when it leaves through the API. */
  httpStatus: number;
  /** Exit status of a command: 3 could not look, else as sysexits: 64 usage, 78 configuration, 70 internal, 75 try again. */
  exitStatus: number;
  /** Whether the same call may succeed later. */
  isRetryable: boolean;
}

const ERROR_KINDS: Record<ErrorCode, ErrorKind> = {
  source_unreadable: { httpStatus: 400, exitStatus: 3, isRetryable: false },
  source_access_denied: { httpStatus: 502, exitStatus: 3, isRetryable: false },
  source_unavailable: { httpStatus: 503, exitStatus: 3, isRetryable: true },
  source_invalid: { httpStatus: 400, exitStatus: 3, isRetryable: false },
  configuration_invalid: { httpStatus: 500, exitStatus: 78, isRetryable: false },
  usage_invalid: { httpStatus: 400, exitStatus: 64, isRetryable: false },
  repository_unavailable: { httpStatus: 500, exitStatus: 78, isRetryable: false },
  git_failed: { httpStatus: 500, exitStatus: 70, isRetryable: false },
  output_unwritable: { httpStatus: 500, exitStatus: 73, isRetryable: false },
  mail_refused: { httpStatus: 502, exitStatus: 69, isRetryable: false },
  mail_login_refused: { httpStatus: 502, exitStatus: 69, isRetryable: true },
  mail_unreachable: { httpStatus: 503, exitStatus: 69, isRetryable: true },
  delivery_refused: { httpStatus: 502, exitStatus: 69, isRetryable: false },
  delivery_unreachable: { httpStatus: 503, exitStatus: 69, isRetryable: true },
  search_unreachable: { httpStatus: 503, exitStatus: 69, isRetryable: true },
  search_refused: { httpStatus: 502, exitStatus: 69, isRetryable: false },
  search_behind: { httpStatus: 503, exitStatus: 75, isRetryable: true },
  search_product_unknown: { httpStatus: 502, exitStatus: 78, isRetryable: false },
  target_unreachable: { httpStatus: 503, exitStatus: 75, isRetryable: true },
  target_refused: { httpStatus: 502, exitStatus: 69, isRetryable: false },
  hook_refused: { httpStatus: 409, exitStatus: 73, isRetryable: false },
  analysis_unavailable: { httpStatus: 503, exitStatus: 69, isRetryable: true },
  store_locked: { httpStatus: 503, exitStatus: 75, isRetryable: false },
  store_unavailable: { httpStatus: 503, exitStatus: 69, isRetryable: true },
  store_full: { httpStatus: 507, exitStatus: 74, isRetryable: true },
  store_read_only: { httpStatus: 503, exitStatus: 74, isRetryable: true },
  store_newer: { httpStatus: 500, exitStatus: 78, isRetryable: false },
  store_damaged: { httpStatus: 500, exitStatus: 74, isRetryable: false },
  unauthorized: { httpStatus: 401, exitStatus: 77, isRetryable: false },
  forbidden: { httpStatus: 403, exitStatus: 77, isRetryable: false },
  not_found: { httpStatus: 404, exitStatus: 66, isRetryable: false },
  conflict: { httpStatus: 409, exitStatus: 73, isRetryable: false },
  name_taken: { httpStatus: 409, exitStatus: 73, isRetryable: false },
  too_large: { httpStatus: 413, exitStatus: 65, isRetryable: false },
  unsupported_media: { httpStatus: 415, exitStatus: 65, isRetryable: false },
  rate_limited: { httpStatus: 429, exitStatus: 75, isRetryable: true },
  payload_invalid: { httpStatus: 400, exitStatus: 65, isRetryable: false },
  no_model: { httpStatus: 409, exitStatus: 78, isRetryable: false },
  internal: { httpStatus: 500, exitStatus: 70, isRetryable: false },
};

/** Text that is the same in every language (a name, what another program said), or a sentence of the catalogue. One that is kept or sent is a `Saying`. */
export type Worded = Sentence | ((messages: Messages) => string);

type WordedDetail = 'path' | 'reason' | 'remedy';

export interface ErrorAbout extends Omit<ErrorDetails, WordedDetail> {
  path?: Worded;
  reason?: Worded;
  remedy?: Worded;
  cause?: unknown;
}

/** An error of the catalogue. Its text is made where it is shown, in the reader's language: `explain`. */
export class GuardianError extends Error {
  readonly code: ErrorCode;
  /** In English, for logs and rows. */
  readonly about: ErrorDetails;
  readonly #about: Omit<ErrorAbout, 'cause'>;

  constructor(code: ErrorCode, about: ErrorAbout = {}) {
    const { cause, ...worded } = about;
    const details = inWords(worded, messagesFor('en'));
    super(`${code}${details.reason ? `: ${details.reason}` : ''}`, cause === undefined ? undefined : { cause });
    this.name = 'GuardianError';
    this.code = code;
    this.about = details;
    this.#about = worded;
  }

  get kind(): ErrorKind {
    return ERROR_KINDS[this.code];
  }

  /** Why, for this reader. */
  reasonFor(messages: Messages): string | undefined {
    return inWords(this.#about, messages).reason;
  }

  /** Why, to be kept beside the text of `about` and said later; null where it has no other form than that text. */
  get said(): Saying | null {
    const { reason } = this.#about;
    return isSaying(reason) ? reason : null;
  }

  /** What happened and why, then what to do. A system's error code becomes a sentence; a reason brings no full stop of its own. */
  explain(messages: Messages): { message: string; remedy: string } {
    const about = inWords(this.#about, messages);
    const { reason } = about;
    if (reason === undefined) return messages.errors[this.code](about);
    const said = messages.systemReasons[reason] ?? reason.replace(/[.\s]{1,10}$/, '');
    return messages.errors[this.code]({ ...about, reason: said });
  }
}

function inWords({ path, reason, remedy, ...details }: Omit<ErrorAbout, 'cause'>, messages: Messages): ErrorDetails {
  const say = (worded: Worded) => (typeof worded === 'function' ? worded(messages) : textOf(worded, messages));
  return {
    ...details,
    ...(path === undefined ? {} : { path: say(path) }),
    ...(reason === undefined ? {} : { reason: say(reason) }),
    ...(remedy === undefined ? {} : { remedy: say(remedy) }),
  };
}

/** Any thrown value as an error of the catalogue; unknown ones become `internal`. */
export function toGuardianError(thrown: unknown): GuardianError {
  if (thrown instanceof GuardianError) return thrown;
  return new GuardianError('internal', {
    reason: thrown instanceof Error ? thrown.message : String(thrown),
    cause: thrown,
  });
}
