import { expect, it } from 'vitest';
import { runGuardian } from './run-guardian.ts';
import { workspace } from './workspace.ts';

it('`guardian user add` says what to do where no password comes, and where one is too short', async () => {
  const folder = workspace();
  const add = (input: string) => runGuardian(['user', 'add', '--email', 'ada@piano.ca'], { folder, input });
  const nothing = await add('');
  expect([nothing.status, nothing.stdout]).toEqual([64, '']);
  expect(nothing.stderr).toContain('No password came: type it when it is asked for');
  expect((await add('short\n')).stderr).toContain('it needs 12 characters at least');
});
