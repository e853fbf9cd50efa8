/** What keeps sealing from starting, or a sealed record from being opened. */
export type SealingProblem =
  /** No key where one was named, or none at all. */
  | 'key-missing'
  /** Not exactly 32 bytes, or not hex and not base64. */
  | 'key-invalid'
  /** The file of wrapped keys cannot be written. */
  | 'key-file-unwritable'
  /** The key that wraps data keys, or the service that holds it, refused. */
  | 'wrapping-failed'
  /** Opened with another key, or changed since it was sealed, or moved to another record. */
  | 'not-authentic'
  | 'format-unknown';

/** A key that cannot be used, or a record that cannot be opened; `problem` says which, the message what to do. */
export class SealingError extends Error {
  readonly problem: SealingProblem;

  constructor(problem: SealingProblem, message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = 'SealingError';
    this.problem = problem;
  }
}
