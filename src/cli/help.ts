import { messagesFor, type PeopleLanguage } from '../core/shared/index.ts';
import type { Terminal } from './context.ts';

const COMMON = [
  ['-h, --help', 'help'],
  ['--config FILE', 'config'],
  ['--lang en|fr', 'lang'],
  ['-v, --verbose', 'verbose'],
] as const;

const LOOK = [
  ['INPUT…', 'input'],
  ['--since WINDOW', 'since'],
  ['--repo FOLDER', 'repo'],
  ['--revision REV', 'revision'],
  ['--service NAME', 'service'],
  ['--region NAME', 'region'],
  ['--project ID', 'project'],
  ['--filter TEXT', 'filter'],
  ['--source-format NAME', 'sourceFormat'],
] as const;

const OPTIONS = {
  report: [
    ...LOOK,
    ['--format LIST', 'format'],
    ['--out PATH', 'out'],
    ['--follow', 'follow'],
    ['--quiet', 'quiet'],
    ['--all', 'reportAll'],
    ['--url ADDRESS', 'url'],
    ['--api-key KEY', 'apiKey'],
  ],
  send: [...LOOK, ['--force', 'force'], ['--dry-run', 'dryRun'], ['--quiet', 'quiet']],
  hook: LOOK,
  doctor: [
    ['--repo FOLDER', 'repo'],
    ['--project ID', 'project'],
    ['--send-test', 'sendTest'],
  ],
  start: [
    ['--port NUMBER', 'port'],
    ['--host ADDRESS', 'host'],
    ['--example shop', 'example'],
  ],
  user: [
    ['--email ADDRESS', 'email'],
    ['--name NAME', 'userName'],
    ['--role ROLE', 'role'],
  ],
  migrate: [['--dry-run', 'dryRunMigration']],
  backup: [['FILE', 'backupFile']],
  restore: [['FILE', 'restoreFile']],
  mcp: [
    ['--url ADDRESS', 'url'],
    ['--api-key KEY', 'apiKey'],
  ],
  exec: [
    ['--job NAME', 'job'],
    ['--timeout TIME', 'timeout'],
    ['--url ADDRESS', 'url'],
    ['--key KEY', 'execKey'],
    ['--project SLUG', 'execProject'],
    ['-- COMMAND …', 'command'],
  ],
  audit: [
    ['--trail NAME', 'auditTrail'],
    ['--checkpoint FILE', 'auditCheckpoint'],
    ['--json', 'auditJson'],
  ],
  decrypt: [
    ['EVENT… | FILE', 'decryptInput'],
    ['--who NAME', 'decryptWho'],
    ['--why REASON', 'decryptWhy'],
    ['--json', 'decryptJson'],
  ],
  'sealing-keys': [
    ['list', 'sealingKeyList'],
    ['remove KEY', 'sealingKeyRemove'],
    ['--project SLUG', 'sealingKeyProject'],
    ['--why REASON', 'sealingKeyWhy'],
    ['--yes', 'sealingKeyYes'],
    ['--json', 'sealingKeyJson'],
  ],
  alerts: [
    ['list', 'alertList'],
    ['ack | resolve | note #12…', 'alertAct'],
    ['reopen | archive | unarchive #12…', 'alertAct'],
    ['undo TOKEN', 'alertUndo'],
    ['test', 'alertTest'],
    ['--state LIST', 'alertState'],
    ['--severity LIST', 'alertSeverity'],
    ['--type LIST', 'alertType'],
    ['--rule LIST', 'alertRule'],
    ['--text TEXT', 'alertText'],
    ['--archived', 'alertArchived'],
    ['--limit NUMBER', 'alertLimit'],
    ['--json', 'alertJson'],
    ['--notes TEXT', 'alertNotes'],
    ['--labelled FILE', 'alertLabelled'],
    ['--url ADDRESS', 'url'],
    ['--api-key KEY', 'apiKey'],
  ],
  fix: [
    ['list', 'fixList'],
    ['agents', 'fixAgents'],
    ['check ISSUE', 'fixCheck'],
    ['hand-off ISSUE', 'fixHandOff'],
    ['show ID', 'fixShow'],
    ['reply ID ACTION', 'fixReply'],
    ['--way WAY', 'fixWay'],
    ['--agent NAME', 'fixAgent'],
    ['--state LIST', 'fixState'],
    ['--issue ISSUE', 'fixIssue'],
    ['--limit NUMBER', 'fixLimit'],
    ['--text TEXT', 'fixText'],
    ['--branch NAME', 'fixBranch'],
    ['--pull-request ADDRESS', 'fixPullRequest'],
    ['--revision NAME', 'fixRevision'],
    ['--json', 'fixJson'],
    ['--url ADDRESS', 'url'],
    ['--api-key KEY', 'apiKey'],
  ],
  usage: [
    ['export USER', 'usageExport'],
    ['erase USER', 'usageErase'],
    ['--format json|csv', 'usageFormat'],
    ['--out FILE', 'usageOut'],
    ['--yes', 'usageYes'],
    ['--json', 'usageJson'],
  ],
  templates: [['validate [FOLDER]', 'templateFolder']],
  deploy: [
    ['REVISION', 'deployRevision'],
    ['--target NAME', 'deployTarget'],
    ['--steps 5,20,50,100', 'deploySteps'],
    ['--set NAME=VALUE', 'deploySet'],
    ['--unset NAME', 'deployUnset'],
    ['--irreversible', 'deployIrreversible'],
    ['--hold ID', 'deployHold'],
    ['--continue ID', 'deployContinue'],
    ['--end', 'deployEnd'],
    ['--reason TEXT', 'rollbackReason'],
    ['--dry-run', 'deployDryRun'],
    ['-y, --yes', 'deployYes'],
    ['--json', 'deployJson'],
    ['--url ADDRESS', 'url'],
    ['--api-key KEY', 'apiKey'],
  ],
  rollback: [
    ['REVISION', 'rollbackRevision'],
    ['--target NAME', 'deployTarget'],
    ['--reason TEXT', 'rollbackReason'],
    ['--dry-run', 'deployDryRun'],
    ['-y, --yes', 'deployYes'],
    ['--json', 'deployJson'],
    ['--url ADDRESS', 'url'],
    ['--api-key KEY', 'apiKey'],
  ],
  jobs: [
    ['list', 'jobList'],
    ['show JOB', 'jobShow'],
    ['next JOB', 'jobNext'],
    ['run JOB', 'jobRun'],
    ['cancel RUN', 'jobCancel'],
    ['pause JOB', 'jobPause'],
    ['resume JOB', 'jobResume'],
    ['logs RUN', 'jobLogs'],
    ['--all', 'jobAll'],
    ['--until TIME', 'jobUntil'],
    ['--reason TEXT', 'jobReason'],
    ['--follow', 'jobFollow'],
    ['--json', 'jobJson'],
    ['--url ADDRESS', 'url'],
    ['--api-key KEY', 'apiKey'],
  ],
} as const;

type CommandName = keyof typeof OPTIONS;

/** The help of one command, or of all when `command` names none. */
export function printHelp({
  command,
  commands,
  language,
  output,
}: {
  command: string | null;
  commands: string[];
  language: PeopleLanguage;
  output: Terminal;
}): void {
  const { cli } = messagesFor(language);
  const named = commands.find((name) => name === command) as CommandName | undefined;
  const lines = named ? [cli.commands[named], ''] : [cli.usage, '', `${cli.commandsTitle}:`];
  if (!named) lines.push(...rows(commands.map((name) => [name, cli.commands[name as CommandName]])), '');
  const options = named ? [...OPTIONS[named], ...COMMON] : ([...COMMON, ['-V, --version', 'version']] as const);
  lines.push(`${cli.optionsTitle}:`, ...rows(options.map(([form, key]) => [form, cli.options[key]])));
  output.write(`${lines.join('\n')}\n`);
}

function rows(pairs: [string, string][]): string[] {
  const width = Math.max(...pairs.map(([left]) => left.length));
  return pairs.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
