/** What is wrong with an option of a command. */
const faults = {
  unknown: (option: string) => `There is no option ${option}.`,
  'value missing': (option: string) => `The option ${option} needs a value.`,
  'value unwanted': (option: string) => `The option ${option} takes no value.`,
};

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
    remedy:
      about.remedy ??
      'Try again later; if it lasts, check the network and the service status, or raise the time limit.',
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
    message: about.fault ? faults[about.fault](about.key ?? '?') : (about.reason ?? 'The command line is wrong.'),
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
  mail_login_refused: (about: ErrorDetails) => ({
    message: `The mail server ${about.path ?? ''} refused to let Guardian in: ${about.reason ?? 'no reason given'}.`,
    remedy: 'Check SMTP_USER and SMTP_PASSWORD, then run "guardian doctor".',
  }),
  mail_unreachable: (about: ErrorDetails) => ({
    message: `The mail server ${about.path ?? ''} could not be reached: ${about.reason ?? 'no answer'}.`,
    remedy: 'Check SMTP_HOST, SMTP_PORT and SMTP_USE_TLS, then run "guardian doctor".',
  }),
  delivery_refused: (about: ErrorDetails) => ({
    message: `${about.path ?? 'The receiver'} refused the message: ${about.reason ?? 'no reason given'}.`,
    remedy: 'Check the address and the key of that channel, then send a test from the channels page.',
  }),
  delivery_unreachable: (about: ErrorDetails) => ({
    message: `${about.path ?? 'The receiver'} did not take the message: ${about.reason ?? 'no answer'}.`,
    remedy: 'It is tried again by itself; if it lasts, check the network and the receiver’s status page.',
  }),
  search_unreachable: (about: ErrorDetails) => ({
    message: `The search cluster ${about.path ?? ''} does not answer: ${about.reason ?? 'no answer'}. Searches are answered from the database, and events wait there to be indexed.`,
    remedy:
      'Check GUARDIAN_SEARCH_URL, the network and the cluster’s health; it is asked again by itself, and nothing is lost meanwhile.',
  }),
  search_refused: (about: ErrorDetails) => ({
    message: `The search cluster refused ${about.path ?? 'what it was asked'}: ${about.reason ?? 'no reason given'}.`,
    remedy:
      'Check the user or API key and its rights on the indices of search.indexPrefix, then run "guardian doctor".',
  }),
  search_behind: (about: ErrorDetails) => ({
    message: `The search cluster is behind (changes that wait / for how long: ${about.reason ?? '?'}). Searches are answered from the database until it has caught up.`,
    remedy: 'It catches up by itself; if it does not, look at the cluster’s load, its disks and its rejected writes.',
  }),
  search_product_unknown: (about: ErrorDetails) => ({
    message: `What answers as the search cluster is none that Guardian knows: ${about.reason ?? 'unknown product'}.`,
    remedy:
      'Give the address of Elasticsearch 7 to 9 or OpenSearch 1 to 3 as search.url, or take it out to search in the database.',
  }),
  hook_refused: (about: ErrorDetails) => ({
    message: `The hook was not installed: ${about.reason ?? 'unknown reason'}.`,
    remedy: about.remedy ?? 'Call "guardian hook run" from your own hook instead.',
  }),
  store_locked: (about: ErrorDetails) => ({
    message: `The store in ${about.path ?? 'the data folder'} is in use: ${about.reason ?? 'another process holds it'}.`,
    remedy: about.remedy ?? 'Stop the other Guardian, or give this one another data folder.',
  }),
  store_unavailable: (about: ErrorDetails) => ({
    message: `The store ${about.path ?? ''} cannot be reached: ${about.reason ?? 'no answer'}.`,
    remedy: about.remedy ?? 'Check that the database runs and that DATABASE_URL is right; what was accepted is kept.',
  }),
  store_full: (about: ErrorDetails) => ({
    message: `The store ${about.path ?? ''} is full: ${about.reason ?? 'no room is left'}.`,
    remedy: about.remedy ?? 'Make room on the disk, or keep events for fewer days; nothing that was accepted is lost.',
  }),
  store_read_only: (about: ErrorDetails) => ({
    message: `The store ${about.path ?? ''} cannot be written: ${about.reason ?? 'it is read-only'}.`,
    remedy: about.remedy ?? 'Give the user that runs Guardian the right to write the folder and the file.',
  }),
  store_newer: (about: ErrorDetails) => ({
    message: `The store ${about.path ?? ''} was made by a newer Guardian: ${about.reason ?? 'its tables are not known here'}.`,
    remedy: about.remedy ?? 'Run the newer version, or restore a backup made by this one.',
  }),
  store_damaged: (about: ErrorDetails) => ({
    message: `The store ${about.path ?? ''} is damaged: ${about.reason ?? 'its file is not a whole database'}.`,
    remedy: about.remedy ?? 'Restore the last backup with "guardian restore FILE"; the damaged file is kept beside it.',
  }),
  unauthorized: (about: ErrorDetails) => ({
    message: about.reason
      ? `Not let in: ${about.reason}.`
      : 'Nobody is signed in: no valid session or key came with the request.',
    remedy: about.remedy ?? 'Sign in, or send a valid key in the header "Authorization: Bearer KEY".',
  }),
  forbidden: (about: ErrorDetails) => ({
    message: `This is not permitted: ${about.reason ?? 'the account or key may not do it'}.`,
    remedy: about.remedy ?? 'Ask an administrator, or use a key with a wider scope.',
  }),
  not_found: (about: ErrorDetails) => ({
    message:
      about.path === undefined && about.reason !== undefined
        ? `Not found: ${about.reason}.`
        : `There is no ${about.path ?? 'such thing'}${about.reason ? `: ${about.reason}` : ''}.`,
    remedy: about.remedy ?? 'Check the address or the id; it may have been deleted.',
  }),
  conflict: (about: ErrorDetails) => ({
    message: `This contradicts what is there: ${about.reason ?? 'it changed meanwhile'}.`,
    remedy: about.remedy ?? 'Load it again, then decide again.',
  }),
  name_taken: (about: ErrorDetails) => ({
    message: `The name ${about.path ?? ''} is taken.`,
    remedy: about.remedy ?? 'Choose another name.',
  }),
  too_large: (about: ErrorDetails) => ({
    message: `This is too large: ${about.reason ?? 'it is over the limit'}.`,
    remedy: about.remedy ?? 'Send less at once, or raise the limit in the configuration.',
  }),
  unsupported_media: (about: ErrorDetails) => ({
    message: `This form of content is not understood: ${about.reason ?? 'unknown content type'}.`,
    remedy: about.remedy ?? 'Send one of the content types that the documentation names.',
  }),
  analysis_unavailable: (about: ErrorDetails) => ({
    message: `No provider of models answered: ${about.reason ?? 'none is available'}.`,
    remedy:
      about.remedy ??
      'Try again after the time that Retry-After gives; `guardian doctor` tries every provider. analysis.builtin lets the built-in analyser answer instead.',
  }),
  rate_limited: (about: ErrorDetails) => ({
    message: `Too many requests: ${about.reason ?? 'the limit of this key is reached'}.`,
    remedy: about.remedy ?? 'Wait as long as the header Retry-After says, then try again.',
  }),
  payload_invalid: (about: ErrorDetails) => ({
    message: `What was sent is not valid${about.key ? ` at ${about.key}` : ''}: ${about.reason ?? 'it has another shape'}.`,
    remedy: about.remedy ?? 'Correct it as the API document (/api/openapi.json) describes it.',
  }),
  target_unreachable: (about: ErrorDetails) => ({
    message: `The deployment target ${about.path ?? ''} does not answer: ${about.reason ?? 'no answer'}.`,
    remedy: about.remedy ?? 'It is asked again by itself; if it lasts, run "guardian doctor".',
  }),
  target_refused: (about: ErrorDetails) => ({
    message: `The deployment target ${about.path ?? ''} refused: ${about.reason ?? 'no reason given'}.`,
    remedy: about.remedy ?? 'Nothing was changed by this call. Correct what it names, then deploy again.',
  }),
  no_model: () => ({
    message: 'A debate needs a model, and none is configured.',
    remedy:
      'Add at least one entry to analysis.providers in the configuration, with its key, then start Guardian again.',
  }),
  internal: (about: ErrorDetails) => ({
    message: `Guardian itself failed: ${about.reason ?? 'unknown reason'}.`,
    remedy: 'Report what the log of the server says, or what the command prints when it is run again with --verbose.',
  }),
};

/** What an error is about; every field is optional text that is safe to show. */
export interface ErrorDetails {
  path?: string;
  key?: string;
  reason?: string;
  remedy?: string;
  /** What is wrong with the option `key` of a command. */
  fault?: keyof typeof faults;
  /** ms for which the other side asked to be left alone. */
  retryAfterMs?: number;
}
