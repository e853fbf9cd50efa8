/** What `guardian decrypt` says. */
export const sealing = {
  usage: 'Say what to open: guardian decrypt EVENT…, with numbers of events, files of records, or -',
  askWho: 'Who reads? ',
  askWhy: 'Why? ',
  noKey: (file: string) => `is not set, nor is ${file}: sealed records are opened with the key that wrapped theirs`,
  needsBoth: 'Say who reads and why: --who NAME --why REASON',
  notOpened: (name: string, problem: string, reason: string) =>
    `NOT opened: ${name}: ${problem}${reason === '' ? '' : ` (${reason})`}`,
  problems: {
    'key-missing': 'its key is not here',
    'key-invalid': 'the key cannot be used',
    'key-file-unwritable': 'the keys cannot be kept',
    'wrapping-failed': 'its key could not be unwrapped',
    'not-authentic': 'it was sealed with another key, or changed since, or belongs to another record',
    'format-unknown': 'it is of a form that this version does not know',
  },
};
