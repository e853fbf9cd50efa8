import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigurationInput } from '../src/config/schema.ts';
import { ended, type Run } from './e2e/run-guardian.ts';
import { cloneShop, git, put, SHOP_LOG, workspace } from './e2e/workspace.ts';
import { configurationsOf, PAGES, ROOT, shellLinesOf } from './fixtures/documents.ts';
import { guardianApi } from './fixtures/guardian-api.ts';
import { freshPostgresDatabase, type TestDatabase } from './fixtures/postgres.ts';
import { type Receiver, startReceiver } from './fixtures/receiver.ts';
import { type RunningServer, startGuardian } from './fixtures/running-server.ts';
import { type Mailbox, openMailbox, TEST_AUTHORITY } from './fixtures/smtp-mailbox.ts';
import { writeProgram } from './fixtures/write-program.ts';

/**
 * Every line of every `sh` block of the documents is run by a real shell, beside a real server, in a folder that holds what the lines name; what stands
 * for something of the reader's (an address, a key, a folder) is put in first. What cannot be run here stands in `NOT_RUN`, with its reason.
 */

interface NotRun {
  line: RegExp;
  /** What is missing here. */
  why: string;
  /** The test that runs it elsewhere, or shows what it does: `file › title`. */
  shownBy?: string;
}

const GOOGLE = 'needs a project of Google Cloud';
const PROMETHEUS = 'needs Prometheus, which no registry of packages brings; .ci/prometheus/prometheus.sh runs it';
const AGENT = 'needs the program of a coding agent, and its account';

const NOT_RUN: readonly NotRun[] = [
  { line: /\bgcloud /, why: GOOGLE },
  { line: /ops\/cloud-run\/scheduler\.sh$/, why: GOOGLE },
  { line: /^docker /, why: 'needs a Docker engine; .ci/image.sh builds and starts the image where one answers' },
  { line: /^(?:promtool|prometheus) /, why: PROMETHEUS },
  {
    line: /^claude mcp add /,
    why: AGENT,
    shownBy: 'test/e2e/mcp.test.ts › acts in the name of the key, as far as it permits',
  },
  { line: /\| (?:codex exec|claude -p) /, why: AGENT },
  {
    line: /^(?:GUARDIAN_LANG=fr )?npm start$/,
    why: 'begins the sample on its fixed port; .ci/start-and-stop.ts runs it on a free one',
    shownBy: 'test/e2e/start.test.ts › watches the shop that runs beside it',
  },
  { line: / \| jq -c /, why: 'needs jq, which `npm test` must do without' },
  { line: /\bopenssl rand -hex \d+(?!.*gcloud)/, why: 'needs openssl, which `npm test` must do without' },
  { line: / python3 examples\/python\/usage\.py$/, why: 'needs Python; .ci/clients/python.sh runs it' },
  {
    line: /^npx guardian (?:deploy|rollback) /,
    why: 'needs a service that is deployed',
    shownBy:
      'test/e2e/deploy.test.ts › C4, C5: puts a good revision live in steps, takes a bad one back by itself, and goes back by hand',
  },
  {
    line: /^npx guardian (?:deploy|rollback) /,
    why: 'puts a service of the reader live, and takes it back',
    shownBy:
      'test/e2e/deploy.test.ts › puts a good revision live in steps, takes a bad one back by itself, and goes back by hand',
  },
  { line: /^npm test$/, why: 'is what runs this' },
  {
    line: /^npx guardian decrypt /,
    why: 'needs records that were sealed with the key',
    shownBy: 'test/e2e/decrypt.test.ts › shows a stored event whole, and who read it and why stands in the audit log',
  },
  {
    line: /^export GUARDIAN_SEALING_KEY=…$/,
    why: 'is a key that is not told',
    shownBy: 'test/e2e/decrypt.test.ts › shows a stored event whole, and who read it and why stands in the audit log',
  },
  {
    line: /\/api\/coordination\/suggestions\/s-0123456789abcdef\/apply /,
    why: 'needs weeks of runs',
    shownBy:
      'src/server/routes/coordination.test.ts › applies within the listed bounds, takes back, dismisses, and says why not',
  },
  {
    line: /^npx guardian audit verify(?: --\S+)* --checkpoint /,
    why: 'needs checkpoints that were kept before',
    shownBy:
      'test/e2e/audit.test.ts › says in words what it cannot exclude without a checkpoint from elsewhere, and takes one from a file',
  },
];

const notRun = (line: string) => NOT_RUN.find((one) => one.line.test(line));

/** A line that only sets up those after it. */
const SETS_UP = /^(?:export \w+=|[A-Z_]+=(?:\$\(.*\)|\S+)$|cd \S+$)/;
/** What runs until it is ended: the server, and a log that is followed. */
const STAYS = /\bguardian start\b|\bguardian report \S+ --follow\b/;
/** What would end the server's own work, or lock its people out, has data of its own. */
const HAS_OWN_DATA = /\bguardian (?:start|restore|migrate|user add)\b/;
/** OK, DEGRADED, CRITICAL: it looked. */
const LOOKS = /\bguardian (?:report|send)\b/;

/** A workspace as the documents speak of it, and what the lines ask: a server, mail, chat, Google's logs. */
const home = workspace();
const folder = join(home, 'guardian');
let server: RunningServer;
let mailbox: Mailbox;
let receiver: Receiver;
let logs: Receiver;
let database: TestDatabase;
let environment: Record<string, string>;
let standIns: [what: string | RegExp, actual: string][];

beforeAll(async () => {
  fillFolder();
  [mailbox, receiver, logs, database] = await Promise.all([
    openMailbox({ onAuth: (_given, _session, done) => done(null, { user: 'anybody' }) }),
    startReceiver(),
    startReceiver({ kind: 'answer', status: 200, headers: { 'content-type': 'application/json' }, body: cloudLog() }),
    freshPostgresDatabase(),
  ]);
  put(folder, 'guardian.config.ts', `export default ${JSON.stringify(configuration(), null, 2)};\n`);
  server = await startGuardian({ folder, environment: { GUARDIAN_TRIGGER_TOKEN: 'a-token-of-a-pipeline' } });
  const { key, jobKey, report } = await fillServer();
  environment = {
    PATH: `${join(home, 'bin')}${delimiter}${process.env.PATH}`,
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `url.${join(home, 'shop')}.insteadOf`,
    GIT_CONFIG_VALUE_0: 'https://git.example.org/your-service',
    METADATA_SERVER_DETECTION: 'none',
    npm_config_prefix: join(home, 'global'),
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
    GUARDIAN_URL: server.url,
    GUARDIAN_LOGGING_ENDPOINT: logs.url,
    GOOGLE_OAUTH_ACCESS_TOKEN: 'ya29.a-token',
    GUARDIAN_TRIGGER_TOKEN: 'a-token-of-a-pipeline',
    CODEX_GPT_EMAIL: 'dev@workshop.ca',
    SMTP_HOST: 'localhost',
    SMTP_PORT: String(mailbox.port),
    SMTP_FROM_EMAIL: 'guardian@workshop.ca',
    NODE_EXTRA_CA_CERTS: TEST_AUTHORITY,
  };
  standIns = [
    ['http://127.0.0.1:4400', server.url],
    ['https://other-guardian.example.org', server.url],
    ['guardian/EPOCH', 'guardian'],
    ['gk_YOUR_KEY', await apiKey()],
    [/(?<=Bearer |ApiKey |_KEY=|\/ping\/)(?:INGEST_)?KEY\b/g, key],
    ['/ping/JOB_KEY', `/ping/${jobKey}`],
    ['/api/reports/ID', `/api/reports/${report}`],
    ['--port 8080', '--port 0'],
    ['PORT=8080', 'PORT=0'],
    ['0.0.0.0', '127.0.0.1'],
    ['postgres://guardian:secret@db.example.org/guardian', database.url],
    ['smtp.example.org:587', `localhost:${mailbox.port}`],
    ['SMTP_HOST=smtp.example.org', 'SMTP_HOST=localhost'],
    [/https:\/\/hooks\.slack\.com\/services\/…/g, `${receiver.url}/services/T/B/1`],
    [/@example\.org(?= |$)/g, '@workshop.ca'],
    [/(?<= )\/(?:backup|var\/log|etc|mnt|usr\/local\/bin)(?=\/)/g, home],
  ];
});
afterAll(async () => {
  await server?.stop();
  await Promise.all([mailbox?.close(), receiver?.stop(), logs?.stop()]);
  await database?.drop();
});

function fillFolder(): void {
  mkdirSync(folder);
  const shop = cloneShop(home);
  git(shop, 'tag', 'v1.4.2');
  for (const name of ['your-service', 'votre-service']) cpSync(shop, join(home, name), { recursive: true });
  const log = readFileSync(SHOP_LOG);
  for (const name of ['YOUR.log', 'VOTRE.log', '../your-service/YOUR.log']) put(folder, name, log);
  put(folder, 'OTHER.log.gz', gzipSync(log));
  put(home, 'your-service-logs/app.log', log);
  symlinkSync(join(home, 'your-service-logs'), join(home, 'log'));
  for (const name of ['examples', 'packages']) symlinkSync(join(ROOT, name), join(folder, name));
  cpSync(join(ROOT, 'ops/prometheus'), join(folder, 'ops/prometheus'), { recursive: true });
  put(folder, 'events.ndjson', '{"message":"one","severity":"error"}\n{"message":"two"}\n');
  put(folder, 'bulk.ndjson', '{"create":{}}\n{"message":"three","log.level":"error"}\n');
  put(folder, 'backup.log', 'copied 12 files\n');
  for (const name of ['backup.sh', '../backup.sh']) writeProgram(put(folder, name, ''), '#!/bin/sh\necho copied\n');
  // A synchronisation that takes as long as the file says, so that there is one to cancel.
  const work = `console.log('guardian:stats {"clients": 412}');
setTimeout(() => {}, Number(require('node:fs').readFileSync('seconds-of-work', 'utf8')) * 1000);
`;
  put(home, 'application/package.json', '{}');
  put(folder, 'seconds-of-work', '0');
  for (const name of ['sync.js', 'report.js']) put(folder, name, work);
  const template = /^```text\n(name: message\n[\s\S]*?)^```$/m.exec(
    readFileSync(join(ROOT, 'docs/templates.md'), 'utf8'),
  );
  for (const place of ['templates', '../other/templates']) put(folder, `${place}/acme/message.template`, template![1]!);
  program(
    'guardian',
    `exec '${process.execPath}' --disable-warning=ExperimentalWarning '${join(ROOT, 'bin/guardian.js')}' "$@"`,
  );
  program('npx', '[ "$1" = guardian ] || exit 127; shift; exec guardian "$@"');
  // An answer of an error is a failure; and the name of the program is asked for behind this folder.
  program('curl', `PATH="\${PATH#*${delimiter}}" exec curl --fail-with-body --silent --show-error "$@"`);
  program('uuidgen', `exec '${process.execPath}' -p 'crypto.randomUUID()'`);
  git(folder, 'init', '--quiet');
  git(folder, 'commit', '--quiet', '--allow-empty', '--message', 'begin');
}

function program(name: string, text: string): void {
  writeProgram(put(home, `bin/${name}`, ''), `#!/bin/sh\n${text}\n`);
}

/** What the documents configure, together; messages leave for nowhere. */
function configuration(): ConfigurationInput {
  const [jobs] = configurationsOf('docs/jobs.md');
  const [alerts] = configurationsOf('docs/alerts.md');
  const { email, slack } = { email: ['on-call@workshop.ca'], slack: [`${receiver.url}/services/T/B/1`] };
  return {
    ...alerts,
    ...jobs,
    recipients: {
      ...Object.fromEntries(Object.entries(alerts!.recipients!).map(([id, one]) => [id, { ...one, email, slack }])),
      chief: { roles: ['administrators'], email, slack },
    },
    notify: { simulate: true },
    fixes: { agents: { mender: { way: 'mail', address: 'mender@workshop.ca' } } },
    repository: { path: '../your-service' },
    templates: { folder: 'templates', message: 'acme/message' },
  };
}

/** One entry of Cloud Run, as `entries:list` answers. */
function cloudLog(): string {
  const entry = {
    insertId: 'one',
    timestamp: new Date().toISOString(),
    severity: 'ERROR',
    textPayload: 'the first entry',
    resource: { type: 'cloud_run_revision', labels: { service_name: 'your-service', revision_name: 'r-1' } },
  };
  return JSON.stringify({ entries: [entry] });
}

async function ask<Answer>(path: string, json?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const asked = json === undefined ? {} : { method: 'POST', body: JSON.stringify(json) };
  const reply = await fetch(server.url + path, {
    ...asked,
    headers: { 'content-type': 'application/json', ...headers },
  });
  const text = await reply.text();
  expect([path, reply.ok, text]).toEqual([path, true, text]);
  return JSON.parse(text) as Answer;
}

const apiKey = async () => (await ask<{ key: string }>('/api/keys', { label: 'documents', scope: 'admin' })).key;

/** The issue SHOP-12, alerts up to number 14, a trace, a report. */
async function fillServer(): Promise<{ key: string; jobKey: string; report: string }> {
  await ask('/api/projects', { name: 'Shop', slug: 'shop' });
  const { items } = await ask<{ items: { key: string }[] }>('/api/projects/shop/keys');
  const headers = { authorization: `Bearer ${items[0]!.key}` };
  const kinds = 'ABCDEFGHIJKL'.split('');
  const exceptions = kinds.map((kind) => `${kind}Error: no\n    at ${kind.toLowerCase()} (src/${kind}.ts:1:1)`);
  for (const exception of exceptions)
    await ask('/api/events', [{ severity: 'error', service: 'shop', exception }], headers);
  for (let id = 1; id <= 14; id++) {
    const subject = { kind: 'host', id: `db-${id + 100}` };
    await ask(
      '/api/alerts',
      { type: 'DISK_FULL', severity: 'error', subject, description: 'the disk is full' },
      headers,
    );
  }
  await ask('/v1/traces', trace(), headers);
  await guardianApi(server.url).settle(items[0]!.key);
  const job = await ask<{ pingUrl: string }>('/api/jobs/nightly_backup');
  const { id } = await ask<{ id: string }>('/api/reports', { project: 'shop', service: 'shop', freshness: '1h' });
  return { key: items[0]!.key, jobKey: job.pingUrl.split('/').at(-1)!, report: id };
}

function trace(): object {
  const end = Date.now();
  const span = {
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
    name: 'POST /orders',
    kind: 2,
    startTimeUnixNano: `${end - 600}000000`,
    endTimeUnixNano: `${end}000000`,
    status: { code: 2 },
  };
  const attributes = [{ key: 'service.name', value: { stringValue: 'shop' } }];
  return { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [span] }] }] };
}

const withStandIns = (line: string) => standIns.reduce((text, [what, actual]) => text.replaceAll(what, actual), line);

/** What a line is about must be there when it comes. */
const FIRST: readonly { line: RegExp; make(): Promise<unknown> }[] = [
  {
    line: /^guardian fix \w+ fix-0123456789ab\b/,
    make: async () => {
      const { items } = await ask<{ items: { id: string }[] }>('/api/fixes');
      standIns.push(['fix-0123456789ab', items[0]!.id]);
    },
  },
  {
    line: /^npx guardian jobs cancel full_sync$/,
    make: async () => {
      put(folder, 'seconds-of-work', '60');
      await ask('/api/jobs/full_sync/run', {});
    },
  },
];

let ownData = 0;
let cloned = 0;

const ran = new Map<string, Promise<Run>>();

/** What several pages have alike is run once. */
function runOnce(line: string, before: readonly string[]): Promise<Run> {
  const key = [...before, line].join('\n');
  const known = ran.get(key) ?? runLine(line, before);
  ran.set(key, known);
  return known;
}

/** Lines of an application's folder, not of Guardian's. */
const OF_THE_APPLICATION = /^npm (?:pack|install \.)/;
/** No line takes so long; one that does is ended and named. */
const LONGEST_LINE_MS = 120_000;

async function runLine(line: string, before: readonly string[]): Promise<Run> {
  await FIRST.find((one) => one.line.test(line))?.make();
  const data = HAS_OWN_DATA.test(line) ? { GUARDIAN_DATA: join(home, `data-${++ownData}`) } : {};
  const ofGuardian = line.startsWith('npm install --global') ? ROOT : folder;
  let text = withStandIns(line);
  if (text.includes('guardian start') && !/PORT=|--port/.test(text)) text += ' --port 0';
  if (text.startsWith('git clone ')) text = text.replace(/\S+$/, `../cloned-${++cloned}`);
  const script = ['set -o pipefail', ...before.map(withStandIns), text].join('\n');
  const child = spawn('bash', ['-c', script], {
    cwd: OF_THE_APPLICATION.test(line) ? join(home, 'application') : ofGuardian,
    env: { ...environment, ...data },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  child.stdin.on('error', () => {});
  child.stdin.end(/\buser add\b/.test(line) ? 'correct horse battery\n' : '');
  const tooLong = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), LONGEST_LINE_MS);
  return (STAYS.test(line) ? endOnceTold(child) : ended(child)).finally(() => clearTimeout(tooLong));
}

/** Ends it as Ctrl-C does, once it has said anything. */
async function endOnceTold(child: ChildProcess): Promise<Run> {
  const end = ended(child);
  await Promise.race([new Promise((resolve) => child.stdout!.once('data', resolve)), end]);
  if (child.exitCode === null) process.kill(-child.pid!, 'SIGINT');
  return end;
}

const lines = PAGES.map((page) => ({ page, all: shellLinesOf(page) })).filter(({ all }) => all.length > 0);

describe('the commands of the documents', () => {
  it.concurrent.each(lines)(
    'are run as they stand, or on the list of those that are not: $page',
    { timeout: 300_000 },
    async ({ all }) => {
      const before: string[] = [];
      const failed: string[] = [];
      for (const line of all) {
        if (notRun(line)) continue;
        if (SETS_UP.test(line)) {
          before.push(line);
          continue;
        }
        const { status, stdout, stderr } = await runOnce(line, before);
        const isDone = status === 0 || (LOOKS.test(line) && status !== null && status <= 2);
        if (!isDone) failed.push(`${line}\n  status ${status}\n  ${stderr.slice(-600)}${stdout.slice(-400)}`);
      }
      expect(failed.join('\n')).toBe('');
    },
  );

  it('are all on the list for a reason that still holds', () => {
    const every = lines.flatMap(({ all }) => all);
    expect(NOT_RUN.filter(({ line }) => !every.some((one) => line.test(one))).map(({ line }) => line.source)).toEqual(
      [],
    );
    const shown = NOT_RUN.flatMap(({ shownBy }) => (shownBy === undefined ? [] : [shownBy]));
    const gone = shown.filter((one) => {
      const [file, title] = one.split(' › ') as [string, string];
      return !existsSync(join(ROOT, file)) || !readFileSync(join(ROOT, file), 'utf8').includes(title);
    });
    expect(gone).toEqual([]);
  });
});
