import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runGuardian } from './run-guardian.ts';
import { put, workspace } from './workspace.ts';

const HOOK = 'https://hooks.slack.com/services/T0/B0/x';
const ROUTE = "{ name: 'syncs', on: ['job_failed'], to: ['allan'], over: ['slack'] }";

const TLS = fileURLToPath(new URL('../fixtures/tls/', import.meta.url));

/** Modules that look like jobs. */
const MODULES = {
  'job.ts':
    'export const nightly = async () => ({ rows: 1 });\nexport const rows = 7;\nsetInterval(() => {}, 1_000);\n',
  'broken.ts': 'undefinedName();\nexport const nightly = async () => {};\n',
  'ends.ts': 'process.exit(3);\n',
};

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
    [
      'F2: a function whose module is not there',
      "jobs: { a: { function: { module: './gone.ts', export: 'nightly' } } }",
      'jobs.a.function.module',
      {},
    ],
    [
      'F2: a function whose module uses an undefined name',
      "jobs: { a: { function: { module: './broken.ts', export: 'nightly' } } }",
      'undefinedName is not defined',
      {},
    ],
    [
      'F2: a function whose module ends the process',
      "jobs: { a: { function: { module: './ends.ts', export: 'nightly' } } }",
      'process.exit(3)',
      {},
    ],
    [
      'F2: a function that its module does not export, behind one that it does',
      "jobs: { a: { function: { module: './job.ts', export: 'nightly' } }, b: { function: { module: './job.ts', export: 'weekly' } } }",
      'jobs.b.function.export',
      {},
    ],
    [
      'F2: an export that is no function',
      "jobs: { a: { function: { module: './job.ts', export: 'rows' } } }",
      'exports no function "rows"',
      {},
    ],
    [
      'a node that is lost before it can say twice that it lives',
      "jobEngine: { lostAfter: '5s' }",
      'jobEngine.lostAfter',
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
    for (const [name, text] of Object.entries(MODULES)) put(folder, name, text);
    put(folder, 'guardian.config.ts', `export default { ${part} };\n`);
    const { status, stdout, stderr } = await runGuardian(['start', '--port', '0'], { folder, environment });
    expect([status, stdout]).toEqual([78, '']);
    expect(stderr).toContain(named);
    expect(stderr).toMatch(/\n {2}→ .+/);
  });

  it.each([
    ['OTLP', 'sources.otlp.port', (port: number) => `otlp: { port: ${port} }`],
    ['syslog', 'sources.syslog.tcpPort', (port: number) => `syslog: { tcpPort: ${port} }`],
    [
      'syslog over TLS',
      'sources.syslog.tlsPort',
      (port: number) =>
        `syslog: { tlsPort: ${port}, tlsCertificate: '${TLS}certificate.pem', tlsKey: '${TLS}key.pem' }`,
    ],
  ])('a port for %s that is taken: does not start, and names the key and what to do', async (_, key, part) => {
    const taken = createServer();
    await once(taken.listen(0, '127.0.0.1'), 'listening');
    const folder = workspace();
    put(
      folder,
      'guardian.config.ts',
      `export default { sources: { ${part((taken.address() as AddressInfo).port)} } };\n`,
    );
    const { status, stderr } = await runGuardian(['start', '--port', '0'], { folder });
    taken.close();
    expect(status).toBe(78);
    expect(stderr).toContain(`The configuration is wrong at ${key}: `);
    expect(stderr).toContain('\n  → Name another port, or end what listens there');
  });
});
