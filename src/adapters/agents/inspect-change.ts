import { posix } from 'node:path';
import type { ChangeFlag } from '../../core/fixes/index.ts';
import type { ChangedFile } from '../git/index.ts';

export interface ChangeBounds {
  /** Files that may change. */
  files: number;
  /** Bytes of the diff. */
  diffBytes: number;
}

type Kind = ChangeFlag['kind'];

/** What runs with the project's secrets once it is pushed, or on the machine of whoever checks it out: never changed by an agent. */
const REFUSED: readonly [Kind, RegExp][] = [
  [
    'continuous-integration',
    /^(?:\.github\/(?:workflows|actions)\/|\.circleci\/|\.buildkite\/|\.gitlab\/ci\/|\.woodpecker\/|\.teamcity\/|\.semaphore\/|\.azure-pipelines\/|\.forgejo\/|\.gitea\/)|(?:^|\/)(?:\.gitlab-ci(?:\.[\w-]+)?\.ya?ml|Jenkinsfile[\w.-]*|azure-pipelines[\w.-]*\.ya?ml|\.travis\.ya?ml|bitbucket-pipelines\.ya?ml|\.drone\.(?:ya?ml|star|jsonnet)|\.woodpecker\.ya?ml|appveyor\.ya?ml|\.appveyor\.ya?ml|cloudbuild[\w.-]*\.(?:ya?ml|json)|buildspec[\w.-]*\.ya?ml|\.cirrus\.ya?ml|codemagic\.ya?ml|dependabot\.ya?ml|renovate\.json5?)$/i,
  ],
  [
    'hook',
    /^(?:\.husky|\.githooks|\.git-hooks|githooks)\/|(?:^|\/)(?:\.pre-commit-config\.ya?ml|\.?lefthook(?:-local)?\.(?:ya?ml|toml|json)|\.overcommit\.yml|\.envrc|\.huskyrc[\w.]*|\.simple-git-hooks\.(?:c?js|json))$/i,
  ],
  ['submodule', /^\.gitmodules$/i],
];
/** Shown to whoever reads the change, before anything else. */
const FLAGGED: readonly [Kind, RegExp][] = [
  [
    'agent-instructions',
    /(?:^|\/)(?:AGENTS|CLAUDE|GEMINI|COPILOT)(?:\.local)?\.md$|(?:^|\/)\.(?:claude|codex|cursor|gemini|aider|windsurf|continue)(?:\/|$)|(?:^|\/)(?:\.mcp\.json|\.cursorrules|\.windsurfrules)$|^\.github\/copilot-instructions\.md$|^\.vscode\//i,
  ],
  [
    'test-command',
    /(?:^|\/)(?:package\.json|Makefile|GNUmakefile|justfile|Taskfile\.ya?ml|tox\.ini|pytest\.ini|noxfile\.py|conftest\.py|setup\.py|setup\.cfg|pyproject\.toml|build\.gradle(?:\.kts)?|pom\.xml|Rakefile|Cargo\.toml|build\.rs|\.npmrc|vite(?:st)?\.config\.\w+|jest\.config\.\w+)$/i,
  ],
  ['git-folder', /(?:^|\/)\.git(?:attributes|ignore)$/i],
];

/** What of a change a person must look at, and what keeps it from becoming a branch. */
export function inspectChange(files: readonly ChangedFile[], isDiffCut: boolean, bounds: ChangeBounds): ChangeFlag[] {
  const flags = files.flatMap(flagsOf);
  if (files.length > bounds.files) flags.unshift({ kind: 'too-many-files', path: null, isRefused: true });
  if (isDiffCut) flags.unshift({ kind: 'too-large', path: null, isRefused: true });
  if (files.length === 0) flags.push({ kind: 'no-change', path: null, isRefused: false });
  return flags.sort((a, b) => Number(b.isRefused) - Number(a.isRefused)).slice(0, SHOWN);
}

const SHOWN = 100;

function flagsOf(file: ChangedFile): ChangeFlag[] {
  const { path, mode, modeBefore } = file;
  const flags: ChangeFlag[] = [];
  const flag = (kind: Kind, isRefused: boolean) => flags.push({ kind, path, isRefused });
  for (const [kind, pattern] of REFUSED) if (pattern.test(path)) flag(kind, true);
  for (const [kind, pattern] of FLAGGED) if (pattern.test(path)) flag(kind, false);
  if (mode === '160000' || modeBefore === '160000') flag('submodule', true);
  if (mode === '120000') flag('symbolic-link', leadsOut(file));
  if (mode === '100755' && modeBefore !== '100755') flag('executable', false);
  return flags;
}

/** An absolute target, one above the root, and one into `.git`. */
function leadsOut({ path, linkTarget }: ChangedFile): boolean {
  if (linkTarget === null || linkTarget === '' || posix.isAbsolute(linkTarget)) return true;
  const target = posix.normalize(posix.join(posix.dirname(path), linkTarget));
  return target.startsWith('../') || target === '..' || /(?:^|\/)\.git(?:\/|$)/i.test(target);
}
