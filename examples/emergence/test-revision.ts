import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The check `tests` of a deployment: runs the tests of the commit that is to go live, in a copy of its own, and says how many passed.
const { GUARDIAN_COMMIT: commit = '' } = process.env;
const [repository = join(import.meta.dirname, '.data/service')] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'emergence-tests-'));
try {
  execFileSync('git', ['clone', '--quiet', '--shared', '--no-checkout', '--', repository, folder]);
  execFileSync('git', ['checkout', '--quiet', '--detach', commit], { cwd: folder });
  const command = ['--test', '--test-reporter=tap'];
  const { stdout, status } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' });
  const count = (name: string) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(stdout)?.[1] ?? 0);
  process.stdout.write(`${stdout}\n${count('pass')}/${count('tests')}\n`);
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
