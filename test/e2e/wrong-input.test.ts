import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startGuardian } from '../fixtures/running-server.ts';
import { runGuardian } from './run-guardian.ts';
import { put, workspace } from './workspace.ts';

/** A port below those that the system gives away, at which nobody listens. */
const NOBODY = 'http://127.0.0.1:4';

/** What each command says when it is asked for what it cannot do: what happened, why, and what to do. */
const CASES: [args: string[], status: number, says: string[]][] = [
  [['audit'], 64, ['guardian audit verify', '→ Run "guardian audit --help"']],
  [['audit', 'verify'], 66, ['There is no database of a Guardian that ran here', '--config', 'DATABASE_URL']],
  [['usage', 'export'], 64, ['guardian usage export USER', '→ Run "guardian usage --help"']],
  [['usage', 'erase'], 64, ['guardian usage erase USER --yes', '→ Run "guardian usage --help"']],
  [['usage', 'erase', 'ana'], 64, ['for good', 'Repeat it with --yes']],
  [['usage', 'export', 'ana'], 66, ['There is no database of a Guardian that ran here']],
  [['templates', 'validate', '/nowhere'], 3, ['Cannot read /nowhere', 'there is no such file or folder', '→ Check']],
  [['templates', 'validate'], 64, ['templates.folder', '→ Run "guardian templates --help"']],
  [['decrypt'], 64, ['Say what to open', '→ Run "guardian decrypt --help"']],
  [['decrypt', '5'], 64, ['before it stands in the audit trail who read it and why', '→ Repeat it with both']],
  [['decrypt', '5', '--who', 'a', '--why', 'b'], 78, ['GUARDIAN_SEALING_KEY', '→ Set GUARDIAN_SEALING_KEY']],
  [['sealing-keys', 'list'], 66, ['There is no database of a Guardian that ran here']],
  [['fix', 'list', '--agnt', 'ana'], 64, ['There is no option --agnt.', '→ Run "guardian --help"']],
  [['deploy', '--hold'], 64, ['The option --hold needs a value.']],
  [['report', '--all', '--quiet=yes'], 64, ['The option --quiet takes no value.']],
  [['report', '--all', '--url', NOBODY], 3, [`${NOBODY} did not answer: nothing listens there.`, '→ Start it with']],
];

describe('a wrong command line', () => {
  it.each(CASES)(
    'guardian %j says what happened and what to do, and leaves nothing behind',
    async (args, status, says) => {
      const folder = workspace();
      const english = await runGuardian(args, { folder });
      expect([english.status, english.stdout]).toEqual([status, '']);
      for (const part of says) expect(english.stderr).toContain(part);
      const french = await runGuardian([...args, '--lang', 'fr'], { folder });
      expect([french.status, french.stdout]).toEqual([status, '']);
      expect(french.stderr).toMatch(/^guardian : .*\n {2}→ (?!Run|Check|Set|Repeat|Start)/u);
      expect(existsSync(join(folder, '.guardian'))).toBe(false);
    },
  );

  it('names the trails that there are where one is not known, and what was not sealed', async () => {
    const folder = workspace();
    const server = await startGuardian({ folder });
    try {
      const trail = await runGuardian(['audit', 'verify', '--trail', 'nope'], { folder });
      expect([trail.status, trail.stdout]).toEqual([66, '']);
      expect(trail.stderr).toBe(
        'guardian: There is no audit trail nope.\n  → Say one of guardian, or leave --trail out: then all are verified.\n',
      );
      put(folder, 'plain.ndjson', '{"message":"nothing sealed"}\n');
      const environment = { GUARDIAN_SEALING_KEY: '00'.repeat(32) };
      const plain = await runGuardian(['decrypt', 'plain.ndjson', '--who', 'a', '--why', 'b'], { folder, environment });
      expect(plain.status).toBe(66);
      expect(plain.stderr).toContain('There is no sealed record in plain.ndjson.');
      expect(plain.stderr).toContain('TRAIL:SEQUENCE');
    } finally {
      await server.stop();
    }
  });
});
