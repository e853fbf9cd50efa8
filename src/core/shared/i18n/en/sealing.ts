/** What `guardian decrypt` says. */
export const sealing = {
  usage:
    'Say what to open: guardian decrypt EVENT…, with numbers of events, audit entries (TRAIL:SEQUENCE), files of records, or -',
  askWho: 'Who reads? ',
  askWhy: 'Why? ',
  noKey: (file: string) => `is not set, nor is ${file}: sealed records are opened with the key that wrapped theirs`,
  needsBoth:
    'Nothing is opened before it stands in the audit trail who read it and why: --who NAME --why REASON is missing',
  bothRemedy:
    'Repeat it with both, as in: guardian decrypt 7353520082128896 --who "Grace Hopper" --why "chargeback 4711"',
  noKeyRemedy:
    'Set GUARDIAN_SEALING_KEY to the wrapping key of the program that sealed, or GUARDIAN_SEALING_KEY_FILE to a file that holds it.',
  nothingSealed: (inputs: string) => `sealed record in ${inputs}`,
  nothingSealedRemedy:
    'Give the number of an event as its page shows it, an audit entry as TRAIL:SEQUENCE, or a file of records; what was never sealed needs no key.',
  notOpened: (name: string, problem: string, reason: string) =>
    `NOT opened: ${name}: ${problem}${reason === '' ? '' : ` (${reason})`}`,
  sealingKeys: {
    usage:
      'Say what to do: guardian sealing-keys list, or guardian sealing-keys remove KEY [--project SLUG] --why REASON --yes',
    needsWhy: 'Say why it goes: --why REASON. It stands in the audit trail.',
    sure: (key: string) =>
      `Sealing key ${key} would be removed, for good: what was sealed with it can never be read again. Repeat it with --yes.`,
    several: (key: string, projects: string[]) =>
      `${key} is a key of several projects: say --project and one of ${projects.join(', ')}`,
    noProject: (slug: string) => `project ${slug}`,
    removed: (key: string, project: string) => `Removed: sealing key ${key} of ${project}`,
    none: 'There are no sealing keys.',
    more: (count: number) => `The newest ${count} are shown.`,
  },
  keyNamed: (key: string) => `sealing key ${key}`,
  keyNeeded: (days: number) =>
    `records sealed with this key may still be kept; it stays ${days} days longer than the last of them`,
  problems: {
    'key-missing': 'its key is not here',
    'key-invalid': 'the key cannot be used',
    'key-file-unwritable': 'the keys cannot be kept',
    'wrapping-failed': 'its key could not be unwrapped',
    'not-authentic': 'it was sealed with another key, or changed since, or belongs to another record',
    'format-unknown': 'it is of a form that this version does not know',
  },
};
