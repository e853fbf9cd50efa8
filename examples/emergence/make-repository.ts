import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Hashes of the history of the service. */
export interface ServiceHistory {
  repository: string;
  /** It works. */
  good: string;
  /** Loses messages that answer one which was withdrawn. */
  bad: string;
}

const SERVICE = join(import.meta.dirname, 'service');

/** Makes the repository of the service in `folder`, with a history: it works, then somebody is in a hurry. `main` is at the commit that loses messages. */
export function makeServiceRepository(folder: string): ServiceHistory {
  mkdirSync(folder, { recursive: true });
  const git = (...command: string[]) =>
    execFileSync('git', command, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...IDENTITY } }).trim();
  const commit = (subject: string, daysAgo: number) => {
    git('add', '--all');
    const date = new Date(Date.now() - daysAgo * 86_400_000).toISOString();
    execFileSync('git', ['commit', '--quiet', '--message', subject], {
      cwd: folder,
      env: { ...process.env, ...IDENTITY, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
    });
    return git('rev-parse', 'HEAD');
  };
  git('init', '--quiet', '--initial-branch=main');
  cpSync(SERVICE, folder, { recursive: true });
  const good = commit('Let people answer messages', 60);
  writeFileSync(join(folder, 'README.md'), '# Emergence\n\nPeople write messages; some answer others.\n');
  commit('Say what this is', 45);
  const file = join(folder, 'src/quote.js');
  writeFileSync(file, inAHurry(readFileSync(file, 'utf8')));
  const bad = commit('Look messages up by number instead of searching', 0.1);
  return { repository: folder, good, bad };
}

/** The lookup becomes faster, and the line that looked odd is gone. */
function inAHurry(source: string): string {
  return source
    .replace(
      'const earlier = messages.find(({ id }) => id === message.replyTo);\n  if (earlier === undefined) return null;\n',
      'const earlier = new Map(messages.map((one) => [one.id, one])).get(message.replyTo);\n',
    )
    .replace(
      '/** What a message answers, in short; null when it answers nothing that is there. */',
      '/** What a message answers, in short. */',
    );
}

const IDENTITY = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = ''] = process.argv.slice(2);
  console.log(JSON.stringify(makeServiceRepository(folder), null, 2));
}
