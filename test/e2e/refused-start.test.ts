import { describe, expect, it } from 'vitest';
import { runGuardian } from './run-guardian.ts';
import { put, workspace } from './workspace.ts';

const HOOK = 'https://hooks.slack.com/services/T0/B0/x';
const ROUTE = "{ name: 'syncs', on: ['job_failed'], to: ['allan'], over: ['slack'] }";

describe('`guardian start` with what could never work', () => {
  it.each<[string, string, string, Record<string, string>]>([
    [
      'F2: jobs that go in a circle',
      "jobs: { a: { shell: 'true', after: ['b'] }, b: { shell: 'true', after: ['a'] } }",
      'jobs.',
      {},
    ],
    ['F2: a job after one that is not there', "jobs: { a: { shell: 'true', after: ['ghost'] } }", 'jobs.a.after', {}],
    ['F2: a cron that is none', "jobs: { a: { shell: 'true', cron: '61 * * * *' } }", 'jobs.a.cron', {}],
    [
      'F2: a zone that is none',
      "jobs: { a: { shell: 'true', cron: '0 1 * * *', timeZone: 'Mars/Base' } }",
      'jobs.a.timeZone',
      {},
    ],
    ['F2: a key that nobody knows', "jobs: { a: { shell: 'true', retry: 3 } }", 'jobs.a', {}],
    [
      'F18: a route to somebody without an address',
      `recipients: { allan: { name: 'Allan' } }, routes: [${ROUTE}]`,
      'SLACK_WEBHOOK_ALLAN',
      {},
    ],
    [
      'F15: a route to nobody known',
      `recipients: { nicolas: { slack: '${HOOK}' } }, routes: [${ROUTE}]`,
      '"allan" is nobody',
      {},
    ],
    [
      'F15: a placeholder from the environment',
      `recipients: { allan: {} }, routes: [${ROUTE}]`,
      'recipients.allan.slack',
      { SLACK_WEBHOOK_ALLAN: 'your-webhook-here' },
    ],
  ])('%s: does not start, and names the key and what to do', async (_, part, named, environment) => {
    const folder = workspace();
    put(folder, 'guardian.config.ts', `export default { ${part} };\n`);
    const { status, stdout, stderr } = await runGuardian(['start', '--port', '0'], { folder, environment });
    expect([status, stdout]).toEqual([78, '']);
    expect(stderr).toContain(named);
    expect(stderr).toMatch(/\n {2}→ .+/);
  });
});
