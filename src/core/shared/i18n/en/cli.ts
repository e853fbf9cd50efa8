import { doctor } from './cli-doctor.ts';
import { options } from './cli-options.ts';

/** What the commands print about themselves. */
export const cli = {
  usage: 'Usage: guardian <command> [options]',
  commandsTitle: 'Commands',
  optionsTitle: 'Options',
  templates: {
    usage: 'Say what to do: guardian templates validate [FOLDER]',
    noFolder: 'no folder of templates is configured: name one, or set templates.folder',
    holds: (file: string, template: string) => `ok      ${file}  ${template}`,
    failed: (reference: string, line: number, what: string) =>
      `The template ${reference} failed, line ${line}: ${what}. The built-in one stands in its place.`,
    fails: (file: string, where: string, what: string) => `failed  ${file}  ${where}: ${what}`,
    sum: (good: number, bad: number) => `${good} hold, ${bad} do not.`,
  },
  commands: {
    deploy: 'Puts a revision live step by step, and goes back when it is worse: guardian deploy [REVISION]',
    rollback: 'Gives all traffic back to a revision: guardian rollback [REVISION]',
    templates: 'Checks files of templates: guardian templates validate [FOLDER]',
    report: 'Reads logs and makes the report: guardian report [INPUT…]',
    send: 'Makes the report and mails it when it is due: guardian send [INPUT…]',
    hook: 'Checks production before a push: guardian hook install | uninstall | run',
    doctor: 'Checks the configuration and everything it reaches: guardian doctor',
    start: 'Runs the server: guardian start',
    user: 'Makes a user, or gives one a new password: guardian user add --email ADDRESS',
    migrate: 'Brings the database up to date: guardian migrate',
    backup: 'Copies the embedded database, also while the server runs: guardian backup FILE',
    restore: 'Puts a copy in the place of the embedded database: guardian restore FILE',
    mcp: 'Speaks the Model Context Protocol over standard input and output: guardian mcp',
    exec: 'Runs a command and records it as a run of a job: guardian exec --job NAME -- COMMAND …',
    audit: 'Recomputes audit trails from their entries, and says what was changed: guardian audit verify',
    decrypt: 'Shows sealed records whole, and keeps who read them and why: guardian decrypt EVENT… | FILE',
    'sealing-keys': 'Lists and removes keys of sealed records: guardian sealing-keys list | remove KEY',
    alerts: 'Lists alerts, changes them, tests the rules: guardian alerts list | ack | resolve | … | test',
    jobs: 'Lists jobs, runs and pauses them: guardian jobs list | show | next | run | cancel | pause | resume | logs',
    fix: 'Hands issues to those who mend, and says what came of it: guardian fix list | agents | check ISSUE | hand-off ISSUE | show ID | reply ID ACTION',
    usage: 'Exports or erases what is kept of one user: guardian usage export | erase USER',
  },
  options,
  version: (version: string) => `guardian ${version}`,
  errorLine: (message: string) => `guardian: ${message}`,
  remedyLine: (remedy: string) => `  → ${remedy}`,
  helpOf: (command: string) => `Run "guardian ${command} --help" for what it takes.`,
  startServer: 'Start it with "guardian start", or give its address with --url or GUARDIAN_URL.',
  noStore: 'database of a Guardian that ran here',
  noStoreRemedy:
    'Run it in the folder where guardian start runs, name its configuration with --config, or set DATABASE_URL.',
  restoreCutShort: 'a restore was cut short before the copy stood in its place',
  restoreAgain: (path: string) => `Run the restore again: "guardian restore ${path}", or with the backup.`,
  unknownCommand: (name: string) => `There is no command "${name}"`,
  unknownOption: (detail: string) => `${detail}`,
  badFormat: (name: string) => `"${name}" is not a format: text, json, html or markdown`,
  severalFormats: 'Several formats need --out with a folder',
  badSince: (value: string) => `"${value}" is neither a duration (30m, 1h, 7d, all) nor an RFC 3339 instant`,
  badLanguage: (value: string) => `"${value}" is not offered; English (en) and French (fr) are`,
  noInput: 'Nothing to read: give a file, a folder or -, or a Google Cloud project with --project',
  followNeedsFiles: '--follow needs a file to follow',
  reading: (done: string, total: string | null, rate: string) =>
    total ? `reading ${done} of ${total} (${rate}/s)` : `reading ${done} (${rate}/s)`,
  written: (path: string) => `Written: ${path}`,
  allTakesNoInput: '--all asks the running server, and reads no file',
  following: 'Following; Ctrl-C ends with the report.',
  newIssue: (title: string, where: string) => `New issue: ${title}${where ? ` (${where})` : ''}`,
  exec: {
    noJob: 'Say which job it is: guardian exec --job NAME -- COMMAND …',
    noCommand: 'Say what to run, behind --: guardian exec --job NAME -- COMMAND …',
    badJob: (name: string) => `"${name}" is no name of a job: letters a-z, digits, - and _, at most 100`,
    badTimeout: (value: string) => `"${value}" is not a duration such as 90s, 30m, 2h`,
    overlap: (job: string, run: string, since: string | null) =>
      `${job} was not run: run ${run} is open${since ? ` since ${since}` : ''}`,
    timedOut: (job: string, seconds: string) => `${job} took longer than ${seconds} s and was ended`,
    notStarted: (reason: string) => `the command could not be started: ${reason}`,
    refused: (job: string, reason: string) => `Guardian does not take the record of ${job}: ${reason}; it is kept`,
    lost: (job: string, reason: string) => `the run of ${job} cannot be recorded: ${reason}`,
    badConfiguration: (reason: string) => `the configuration was passed over: ${reason}`,
  },
  start: {
    ready: (url: string) => `Guardian is ready: ${url}`,
    example:
      'It watches the sample shop, which runs beside it and fails now and then; its mails go to the outbox page.',
    setUp: (link: string) => `Make the first administrator (this link works once): ${link}`,
    stop: 'Ctrl-C stops it.',
    stopping: 'Stopping …',
    unknownExample: (name: string) => `There is no example "${name}"; there is: shop`,
  },
  user: {
    usage: 'Say what to do: guardian user add --email ADDRESS',
    askPassword: 'Password (12 characters at least): ',
    noPassword: 'No password came: type it when it is asked for, or give it as the first line of standard input',
    tooShort: 'The password is too short: it needs 12 characters at least',
    added: (email: string, role: string) => `Made: ${email}, ${role}`,
    changed: (email: string) => `New password for ${email}; all its sessions have ended.`,
  },
  migrate: {
    upToDate: (version: string) => `The database is up to date (${version}).`,
    done: (names: string) => `Carried out: ${names}`,
    would: (names: string) => `Would carry out: ${names}`,
  },
  backup: {
    written: (path: string, bytes: string) => `Written and checked: ${path} (${bytes})`,
    restored: (path: string, aside: string | null) =>
      aside ? `Restored: ${path}. What stood there is kept as ${aside}` : `Restored: ${path}`,
    needsFile: 'Name a file',
    notSqlite:
      'the database is PostgreSQL, whose own pg_dump and pg_restore do this; give pg_dump --exclude-table-data=usage_salt, so that pseudonyms stay ones',
  },
  send: {
    sent: (recipient: string, detail: string) => `Sent to ${recipient} (the server said: ${detail})`,
    stored: (recipient: string, path: string) =>
      `NOT sent: no mail server is configured. The message for ${recipient} stands in ${path}`,
    unremembered: (detail: string) => `  It could not be noted, and may be sent once more: ${detail}`,
    failed: (recipient: string, detail: string) => `NOT sent to ${recipient}: ${detail}`,
    belowMinimum: (recipient: string, status: string) => `Nothing due for ${recipient}: the status is ${status}`,
    coolDown: (recipient: string, until: string) => `Nothing due for ${recipient}: same issues, quiet until ${until}`,
    toldFailedLook: (recipient: string, outcome: string) =>
      `Told ${recipient} that Guardian could not look (${outcome})`,
    dryRun: (recipient: string, subject: string) => `Would send to ${recipient}: ${subject}`,
    noRecipients: 'No recipient is configured',
    noRecipientsRemedy: 'Set CODEX_GPT_EMAIL, or mail.recipients in guardian.config.ts.',
    noSender: 'No sender is configured',
    noSenderRemedy: 'Set SMTP_FROM_EMAIL or SMTP_USER, or mail.from in guardian.config.ts.',
    disabled: 'Mail is switched off (EMAIL_ENABLED); nothing was sent.',
  },
  hook: {
    installed: (path: string) =>
      `Installed: ${path}. Before each push Guardian looks at production; a push is blocked on CRITICAL only.`,
    installedBeside: (path: string, kept: string) =>
      `Installed: ${path}. The hook that stood there is kept as ${kept} and runs first.`,
    alreadyInstalled: (path: string) => `Already installed: ${path}`,
    renewed: (path: string) => `Installed already, and written anew for where Guardian stands now: ${path}`,
    removed: (path: string) => `Removed: ${path}`,
    restored: (path: string) => `Removed; your own hook stands again at ${path}`,
    notInstalled: 'No hook of Guardian is installed here.',
    notARepository: 'this is no git repository',
    trackedFolder: (folder: string) => `core.hooksPath points to ${folder}, whose files git tracks`,
    trackedFolderRemedy: (line: string) => `Add this line to your own pre-push hook: ${line}`,
    usage: 'Say what to do: guardian hook install, uninstall or run',
    passes: (status: string) => `guardian: production is ${status}; the push goes on.`,
    couldNotLook: (reason: string) => `guardian: could not look at production (${reason}); the push goes on.`,
    blocked: (status: string) => `guardian: production is ${status}; this push is blocked.`,
    howToGoOn: 'Fix production first, or push anyway with: git push --no-verify',
    nothingToRead: 'neither a log nor a Google Cloud project is configured',
    nothingToReadRemedy: 'Set hook.inputs in guardian.config.ts, or GOOGLE_CLOUD_PROJECT.',
    timeLimit: (seconds: number) => `no answer within ${seconds} s`,
    /** What the script in git's folder says by itself. */
    script: {
      gone: 'guardian: not found where it was installed; the push goes on. "guardian hook install" mends the hook, "guardian hook uninstall" removes it.',
      ended: (status: string) =>
        `guardian: ended without an answer (status ${status}); the push goes on. To see why: guardian hook run`,
    },
  },
  jobs: {
    usage:
      'Say what to do: guardian jobs list, or show, next, run, pause, resume with the name of a job, or cancel, logs with a job or the id of a run',
    none: 'No job: none is configured, and none has told of itself.',
    noRun: 'no run yet',
    isPaused: 'paused',
    noTicks: 'No time: it has no schedule, or is paused for good.',
    statuses: {
      queued: 'queued',
      running: 'running',
      success: 'success',
      warning: 'warning',
      error: 'ERROR',
      skipped: 'skipped',
      upstream_failed: 'upstream failed',
      cancelled: 'cancelled',
      timed_out: 'TIMED OUT',
    },
    problems: {
      late: 'It is late.',
      missing: 'A time has come, and no run was made.',
      'never ran': 'It has never run.',
      overrunning: 'It takes longer than it may.',
    },
    changes: { gap: 'an hour is left out', overlap: 'an hour comes twice' },
    facts: {
      kind: 'Kind',
      schedule: 'Schedule',
      after: 'Comes after',
      before: 'Comes before',
      ping: 'Tells of itself at',
      last: 'Last run',
      lastSuccess: 'Last success',
      lastFailure: 'Last failure',
      rate: 'Success rate (30 days)',
      mean: 'Mean duration',
      prediction: 'Next run',
    },
    next: (instant: string) => `next ${instant}`,
    paused: ({ until, by, reason }: { until: string | null; by: string; reason: string | null }) =>
      `paused by ${by} ${until === null ? 'until somebody resumes it' : `until ${until}`}${reason === null ? '' : `: ${reason}`}`,
    prediction: ({
      failure,
      precision,
      judged,
    }: {
      failure: number | null;
      precision: number | null;
      judged: number;
    }) =>
      `${failure === null ? 'too little is known' : `fails with ${Math.round(failure * 100)} %`} (precision ${precision === null ? 'unknown' : `${Math.round(precision * 100)} %`} over ${judged})`,
    started: (job: string, run: string) => `Started: ${job}, run ${run}`,
    cancelled: (job: string, run: string) => `Told to end: ${job}, run ${run}`,
    resumed: (job: string) => `Resumed: ${job}`,
    unchanged: 'Nothing changed: it was so already.',
    caughtUp: ({ runs, skipped }: { runs: number; skipped: number }) =>
      `${runs} missed ${runs === 1 ? 'run is' : 'runs are'} caught up, ${skipped} left out.`,
    lost: (bytes: number) => `${bytes} bytes of the output were not kept.`,
    noRunOf: (job: string, isOpen: boolean) => (isOpen ? `open run of ${job}` : `run of ${job} yet`),
    badUntil: (text: string) => `"${text}" is neither a span (30m, 8h, 2d) nor an RFC 3339 instant`,
  },
  fix: {
    usage:
      'Say what to do: guardian fix list, agents, check ISSUE, hand-off ISSUE, show ID, or reply ID propose|merge|deploy|decline|note',
    none: 'No hand-off.',
    more: 'There are more: give a higher --limit.',
    may: (isPossible: boolean): string => (isPossible ? 'may be handed over' : 'refused'),
    byItself: (agent: string | null, isDue: boolean) =>
      isDue
        ? `By itself: to ${agent}, within some minutes`
        : `By itself${agent === null ? '' : ` (${agent})`}: no, because`,
    noAgents: 'No agent is configured (fixes.agents). An agent may still take issues by MCP.',
    needsWay: 'to whom? Give --agent NAME (see: guardian fix agents) or --way mcp',
    automatic: (today: number, perDay: number) => `gets issues by itself (${today} of ${perDay} within a day)`,
    handedOff: (issue: string, id: string, agent: string) => `${issue} is handed off to ${agent}: ${id}`,
    moved: (id: string, state: string) => `${id}: ${state}`,
    exitStatus: (status: number | null) => (status === null ? '' : `exit status ${status}`),
    outcomes: {
      running: 'Its agent is running.',
      proposed: 'Its agent proposed a change.',
      'no change': 'Its agent changed nothing.',
      failed: 'Its agent FAILED.',
      'timed out': 'Its agent was ended at its time limit.',
      refused: 'The change of its agent was REFUSED.',
      stopped: 'Its agent was stopped.',
    },
  },
  alerts: {
    usage:
      'Say what to do: guardian alerts list, test, undo TOKEN, or ack, resolve, reopen, archive, unarchive, note with numbers of alerts',
    none: 'No alert: nothing is wrong that a rule looks at.',
    more: 'There are more: give a higher --limit, or fewer with --severity, --type, --rule, --text.',
    archived: 'archived',
    states: { firing: 'firing', acknowledged: 'acknowledged', resolved: 'resolved' },
    severities: { info: 'info', warning: 'warning', error: 'error', critical: 'CRITICAL' },
    since: (instant: string) => `since ${instant}`,
    counts: ({ firing, acknowledged, resolved }: { firing: number; acknowledged: number; resolved: number }) =>
      `${firing} firing, ${acknowledged} acknowledged, ${resolved} resolved`,
    done: (name: string) => `Done: ${name}`,
    refused: (name: string, why: string) => `NOT done: ${name}: ${why}`,
    undo: (token: string) => `To take it back: guardian alerts undo ${token}`,
    refusals: {
      'not-found': 'there is no such alert',
      'is-resolved': 'it is resolved already',
      'is-open': 'it is not resolved',
      'is-acknowledged': 'it is acknowledged already',
      'is-archived': 'it is archived already',
      'is-not-archived': 'it is not archived',
      'needs-notes': 'a note needs --notes',
      'changed-since': 'somebody changed it since',
    },
    test: {
      all: 'all',
      score: ({ name, precision, recall, count, falsePositives, falseNegatives }: RuleScore) =>
        `${name}: precision ${ratio(precision)}, recall ${ratio(recall)} over ${count} (${falsePositives} wrongly matched, ${falseNegatives} missed)`,
      noRules: 'No rule is configured.',
      noExamples: (name: string) => `${name}: no examples`,
      missedExample: (isMissed: boolean, example: string) =>
        `  ${isMissed ? 'does not match' : 'matches, and must not'}: ${example}`,
      missedLine: (line: number, type: string, isMissed: boolean, text: string) =>
        `  line ${line}: ${isMissed ? `${type} missed` : `${type} wrongly matched`}: ${text}`,
      more: (count: number) => `  … and ${count} more`,
      allHold: 'Every example holds.',
      someDoNot: (count: number) => `${count} example${count === 1 ? ' does' : 's do'} not hold.`,
    },
  },
  doctor,
};

interface RuleScore {
  name: string;
  /** Null: over nothing. */
  precision: number | null;
  recall: number | null;
  count: number;
  falsePositives: number;
  falseNegatives: number;
}

function ratio(value: number | null): string {
  return value === null ? '–' : `${(value * 100).toFixed(1)} %`;
}
