/** One entry per code of `core/shared/errors.ts`: what happened and why, then what to do. */
export const errors = {
  source_unreadable: (about: ErrorDetails) => ({
    message: `Cannot read ${about.path ?? 'the input'}: ${about.reason ?? 'unknown reason'}.`,
    remedy: 'Check that the file exists and that you may read it, or give another input.',
  }),
  source_access_denied: (about: ErrorDetails) => ({
    message: `Cloud Logging refused access to project ${about.path ?? '?'}: ${about.reason ?? 'permission denied'}.`,
    remedy: 'Run "gcloud auth application-default login", or give the account the role roles/logging.viewer.',
  }),
  source_unavailable: (about: ErrorDetails) => ({
    message: `${about.path ?? 'The source'} did not answer: ${about.reason ?? 'no answer'}.`,
    remedy: 'Try again later; if it lasts, check the network and the service status, or raise the time limit.',
  }),
  source_invalid: (about: ErrorDetails) => ({
    message: `${about.path ?? 'The input'} holds nothing that can be read as a log: ${about.reason ?? 'unknown format'}.`,
    remedy: 'Name the format with --source-format, or check that this is the file you meant.',
  }),
  configuration_invalid: (about: ErrorDetails) => ({
    message: `The configuration is wrong at ${about.key ?? '?'}: ${about.reason ?? 'invalid value'}.`,
    remedy: about.remedy ?? 'Correct the value, or remove the key to use its default.',
  }),
  usage_invalid: (about: ErrorDetails) => ({
    message: about.reason ?? 'The command line is wrong.',
    remedy: about.remedy ?? 'Run "guardian --help" for the commands and their options.',
  }),
  repository_unavailable: (about: ErrorDetails) => ({
    message: `No usable git repository at ${about.path ?? '?'}: ${about.reason ?? 'not a repository'}.`,
    remedy: 'Give the folder of a git clone with --repo; the report works without one, but shows no code.',
  }),
  git_failed: (about: ErrorDetails) => ({
    message: `git failed: ${about.reason ?? 'unknown reason'}.`,
    remedy: 'Check that git is installed and that the repository is complete (git fsck).',
  }),
  output_unwritable: (about: ErrorDetails) => ({
    message: `Cannot write ${about.path ?? 'the output'}: ${about.reason ?? 'unknown reason'}.`,
    remedy: 'Choose another folder with --out, or make room.',
  }),
  mail_refused: (about: ErrorDetails) => ({
    message: `The mail server ${about.path ?? ''} refused the message: ${about.reason ?? 'no reason given'}.`,
    remedy: 'Check SMTP_USER, SMTP_PASSWORD and the addresses, then run "guardian doctor".',
  }),
  mail_unreachable: (about: ErrorDetails) => ({
    message: `The mail server ${about.path ?? ''} could not be reached: ${about.reason ?? 'no answer'}.`,
    remedy: 'Check SMTP_HOST, SMTP_PORT and SMTP_USE_TLS, then run "guardian doctor".',
  }),
  hook_refused: (about: ErrorDetails) => ({
    message: `The hook was not installed: ${about.reason ?? 'unknown reason'}.`,
    remedy: about.remedy ?? 'Call "guardian hook run" from your own hook instead.',
  }),
  internal: (about: ErrorDetails) => ({
    message: `Guardian itself failed: ${about.reason ?? 'unknown reason'}.`,
    remedy: 'Run again with --verbose and report what it prints.',
  }),
};

/** What an error is about; every field is optional text that is safe to show. */
export interface ErrorDetails {
  path?: string;
  key?: string;
  reason?: string;
  remedy?: string;
}
