import type { ErrorDetails } from './i18n/en/errors.ts';
import type { Messages } from './i18n/index.ts';

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

/** An error of the catalogue. Its text is made where it is shown, in the reader's language: `explain`. */
export class GuardianError extends Error {
  readonly code: ErrorCode;
  readonly about: ErrorDetails;

  constructor(code: ErrorCode, about: ErrorDetails & { cause?: unknown } = {}) {
    const { cause, ...details } = about;
    super(`${code}${details.reason ? `: ${details.reason}` : ''}`, cause === undefined ? undefined : { cause });
    this.name = 'GuardianError';
    this.code = code;
    this.about = details;
  }

  get kind(): ErrorKind {
    return ERROR_KINDS[this.code];
  }

  /** What happened and why, then what to do. A system's error code becomes a sentence; a reason brings no full stop of its own. */
  explain(messages: Messages): { message: string; remedy: string } {
    const { reason } = this.about;
    if (reason === undefined) return messages.errors[this.code](this.about);
    const said = messages.systemReasons[reason] ?? reason.replace(/[.\s]{1,10}$/, '');
    return messages.errors[this.code]({ ...this.about, reason: said });
  }
}

/** Any thrown value as an error of the catalogue; unknown ones become `internal`. */
export function toGuardianError(thrown: unknown): GuardianError {
  if (thrown instanceof GuardianError) return thrown;
  return new GuardianError('internal', {
    reason: thrown instanceof Error ? thrown.message : String(thrown),
    cause: thrown,
  });
}
