export const evidence = {
  /** Why the code shown is, or is not, the code that runs. */
  truth: {
    named: (about: { name: string }) => `You named ${about.name} as the running revision.`,
    map: (about: { name: string }) =>
      `The configuration, or its deployment, says which commit ${about.name} was built from.`,
    label: (about: { name: string }) => `The log entries of ${about.name} carry their commit.`,
    name: (about: { name: string }) => `The name ${about.name} holds its commit or tag.`,
    noRevision: 'The log names no revision, so the code is shown as of HEAD; what runs may differ.',
    unknownRevision: (about: { name: string }) =>
      `Nothing says which commit ${about.name} was built from, so the code is shown as of HEAD; name it with --revision.`,
    notInRepository: (about: { name: string }) =>
      `The repository does not know ${about.name}, so the code is shown as of HEAD; fetch it, or name another with --revision.`,
    emptyRepository: 'The repository has no commit yet.',
    noRepository: 'No repository was given, so no code, commits or owners can be shown.',
    guessedWrong:
      'The repository of the current folder holds none of the failing files; name the one of the watched code with --repo.',
    unreadable: (about: { reason: string }) => `The repository could not be read: ${about.reason}.`,
    sourceDiffers: (about: { path: string; line: number }) =>
      `The source differs from what runs: the failing line is not at ${about.path}:${about.line} nor near it, so its code is not shown.`,
    notTracked: (about: { path: string }) => `${about.path} is not in the repository at that revision.`,
  },
  /** What speaks for a commit. */
  suspect: {
    inRange: 'It came between the last revision without this error and the first with it.',
    line: (about: { path: string; line: number; rank: number }) =>
      about.rank === 1
        ? `It last changed the failing line, ${about.path}:${about.line}.`
        : `It last changed ${about.path}:${about.line}, which the failing call came through.`,
    function: (about: { path: string; name: string }) => `It changed the function ${about.name} in ${about.path}.`,
    file: (about: { path: string }) => `It touched ${about.path}, which is in the stack trace.`,
    special: (about: { path: string; kind: 'lock file' | 'configuration' | 'migration' }) =>
      `It changed the ${about.kind} ${about.path}.`,
    names: (about: { names: { name: string; path: string }[] }) =>
      `Lines it changed hold ${about.names.map(({ name, path }) => `"${name}" (${path})`).join(', ')}, as the message does.`,
    tookAway: (about: { names: { name: string; path: string }[] }) =>
      `It took away ${about.names.map(({ name, path }) => `"${name}" (${path})`).join(', ')}, which the message names.`,
    called: (about: { names: { name: string; path: string }[] }) =>
      `It changed ${about.names.map(({ name, path }) => `${name} in ${path}`).join(', ')}, which the failing function calls.`,
    recent: (about: { days: number }) =>
      about.days === 0
        ? 'It was made less than a day before the first occurrence.'
        : `It was made ${about.days} ${about.days === 1 ? 'day' : 'days'} before the first occurrence.`,
    manyFiles: (about: { files: number }) => `It touches ${about.files} files, so it counts half.`,
  },
  /** Why no commit is ranked. */
  verdict: {
    tooOld:
      'Every commit that touched this code is more than 90 days older than the first occurrence: something other than a change broke.',
    weak: 'No commit stands out: none that touched this code fits the time and place of the error.',
    noPlace: 'No line of this error lies in the repository.',
    historyMissing: 'The clone is shallow and its history ends before the answer; run "git fetch --unshallow".',
    gitFailed: (about: { reason: string }) => `git could not answer: ${about.reason}.`,
  },
};
