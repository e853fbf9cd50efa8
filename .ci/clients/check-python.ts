/** `node check-python.ts <python>`: starts a server, lets the Python clients fail against it, and checks what the API tells of it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { usageSummary } from '../../src/contracts/api/usage.ts';
import { CLIENTS } from '../../src/dashboard/pages/sources/snippets.ts';
import { type ClientProcess, startClient } from '../../test/fixtures/client-process.ts';
import { type GuardianApi, guardianApi, type SeenIssue } from '../../test/fixtures/guardian-api.ts';
import { lineOf } from '../../test/fixtures/line-of.ts';
import { type RunningServer, startGuardian } from '../../test/fixtures/running-server.ts';

const [python] = process.argv.slice(2);
assert(python, 'usage: node check-python.ts <python>');

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const SENTRY_SHOP = here('./sentry_shop.py');
const OTEL_SHOP = here('./otel_shop.py');

const started: ClientProcess[] = [];
async function start(script: string, ...args: string[]): Promise<ClientProcess> {
  const client = await startClient(script, args, python);
  started.push(client);
  return client;
}

for (const kind of ['wsgi', 'flask'] as const) await withGuardian((guardian) => checkSentry(kind, guardian));
await withGuardian(checkOpenTelemetry);
await withGuardian(checkUsage);
await withGuardian(checkSnippets);

async function withGuardian(check: (guardian: RunningServer) => Promise<void>): Promise<void> {
  const guardian = await startGuardian();
  try {
    await check(guardian);
  } catch (thrown) {
    for (const client of started) console.error(client.output());
    console.error(guardian.errors());
    throw thrown;
  } finally {
    await Promise.all(started.splice(0).map((client) => client.stop()));
    const status = await guardian.stop();
    assert.equal(status, 0, 'guardian start ends with 0 after SIGTERM');
  }
}

/** What the page of sources gives to paste for Python, as it stands there: in a folder that git tracks, with an error behind it. */
async function checkSnippets(guardian: RunningServer): Promise<void> {
  const api = guardianApi(guardian.url);
  const reply = await fetch(`${guardian.url}/api/projects/${guardian.project}/keys`);
  const { items } = (await reply.json()) as { items: { key: string; dsn: string }[] };
  const { key, dsn } = items[0]!;
  const { origin, hostname } = new URL(guardian.url);
  const folder = mkdtempSync(join(tmpdir(), 'guardian-snippets-'));
  const environment = { ...process.env, PATH: `${dirname(python!)}:${process.env.PATH}` };
  const sh = (script: string) =>
    execFileSync('sh', ['-ec', script], { cwd: folder, env: environment, encoding: 'utf8', timeout: 300_000 });
  const texts = (client: string) => {
    const found = CLIENTS.find(({ id }) => id === client)!;
    const snippets = found.snippets({ dsn, key, origin, host: hostname, projectSlug: 'default' });
    return (place: string) => snippets.find((one) => one.place === place)!.text;
  };
  try {
    sh('git init -q && git -c user.name=a -c user.email=a@example.com commit -q --allow-empty -m first');
    const sentry = texts('sentry-python');
    writeFileSync(join(folder, 'sentry.py'), `${sentry('code')}\n\nraise LookupError("by the Sentry lines")\n`);
    sh(`export ${sentry('environment')}; python sentry.py || test $? = 1`);
    const { issue } = await api.waitForIssue('LookupError: by the Sentry lines');
    matches(issue, { lastRevision: sh('git rev-parse HEAD').trim() });

    const otel = texts('otel-python');
    writeFileSync(join(folder, 'app.py'), 'import logging\n\nlogging.error("by the lines of OpenTelemetry")\n');
    // The packages that its first two lines would install are there, pinned.
    const instrumented = otel('shell').split('\n').at(-1)!;
    const exported = otel('environment')
      .split('\n')
      .map((line) => `export ${line}`);
    sh([...exported, instrumented].join('\n'));
    matches(await api.waitForEvent('by the lines of OpenTelemetry'), { service: 'my-service', severity: 'error' });
    console.log('the lines to paste: sentry-python, otel-python');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The example of usage, on Python's standard library alone: from its records to the summary. */
async function checkUsage(guardian: RunningServer): Promise<void> {
  const example = here('../../examples/python/usage.py');
  assert(readFileSync(example, 'utf8').trimEnd().split('\n').length <= 40, 'the example has at most 40 lines');
  const env = { ...process.env, GUARDIAN_URL: guardian.url, GUARDIAN_KEY: guardian.key };
  const answer: unknown = JSON.parse(execFileSync(python!, [example], { env, encoding: 'utf8', timeout: 30_000 }));
  assert.deepEqual(answer, { accepted: 3, rejected: [] });
  for (const until = performance.now() + 20_000; ; await pause(100)) {
    const reply = await fetch(`${guardian.url}/api/usage/summary`);
    const summary = usageSummary.parse(await reply.json());
    if (summary.total_requests < 2 && performance.now() < until) continue;
    matches(summary, { active_users: 1, total_requests: 2, total_errors: 1, error_breakdown: { 404: 1 } });
    matches(summary.users[0]!, { email: 'ann@example.com', features_used: ['threads'], requests_count: 1 });
    assert.equal(summary.meta.missingRecords, 0);
    return;
  }
}

async function checkSentry(kind: 'wsgi' | 'flask', guardian: RunningServer): Promise<void> {
  const api = guardianApi(guardian.url);
  const source = readFileSync(SENTRY_SHOP, 'utf8');
  const dsn = `${guardian.url.replace('//', `//${guardian.key}@`)}/${guardian.project}`;
  const shop = await start(SENTRY_SHOP, kind, dsn);
  const order = await fetch(`${shop.address}/orders/coffee?coupon=spring`, {
    method: 'POST',
    headers: { 'user-agent': 'till/2.1', 'x-request-id': 'till-000042' },
  });
  assert.equal(order.status, 500);
  for (const path of ['/stock', '/shelves/north-4']) assert.equal((await fetch(`${shop.address}${path}`)).status, 200);
  assert.equal(await shop.stop(), 0);

  const failed = await api.waitForIssue("KeyError: 'coffee'");
  checkRaised(failed, SENTRY_SHOP, lineOf(source, 'return STOCK[article]'), 'stock_of');
  matches(failed.issue, { errorType: 'KeyError', incidents: 1, users: 1, lastRevision: 'pyshop@2.3.0' });
  assert.equal(failed.issue.endpoint, 'POST /orders/coffee');
  matches(failed.event, {
    environment: 'production',
    revision: 'pyshop@2.3.0',
    instance: 'web-py',
    trust: 'server',
    isTimeSuspect: false,
  });
  matches(failed.event.request, { method: 'POST', path: '/orders/coffee', userAgent: 'till/2.1', id: 'till-000042' });
  matches(failed.event.user, { id: 'customer-9' });
  matches(failed.event.attributes, { shelf: 'north' });
  assert.deepEqual(
    failed.event.exceptions.map(({ type, message, relation, language, isHandled }) => [
      type,
      message,
      relation,
      language,
      isHandled,
    ]),
    [
      ['OrderFailed', 'order for coffee failed', 'raised', 'python', false],
      ['KeyError', "'coffee'", 'cause', 'python', false],
    ],
  );
  assert(failed.event.breadcrumbs.some(({ message }) => message === 'order for coffee'));
  const [raised, cause] = failed.event.exceptions;
  assert.deepEqual(
    cause!.frames.slice(0, 2).map((frame) => [frame.function, frame.isApplication]),
    [
      ['stock_of', true],
      ['place_order', true],
    ],
  );
  assert.match(cause!.frames[0]!.code!.lines.join('\n'), /return STOCK\[article\]/);
  // Flask's own frames are in the raised exception's stack.
  assert.equal(
    raised!.frames.some(({ isApplication }) => !isApplication),
    kind === 'flask',
  );

  const logged = await api.waitForIssue('ZeroDivisionError: division by zero');
  checkRaised(logged, SENTRY_SHOP, lineOf(source, 'return 100 /'), 'count_stock');
  matches(logged.event, { logger: 'shop.stock', severity: 'error' });
  assert.equal(logged.event.exceptions[0]?.isHandled, true);
  const told = await api.waitForIssue('shelf north-4 is empty');
  matches(told.event, { logger: 'shop.stock', severity: 'error', exceptions: [] });
  await checkNothingLost(api, 'sentry');
  console.log(`sentry-sdk, ${kind}: ${(await api.issues()).map(({ title }) => title).join(' | ')}`);
}

async function checkOpenTelemetry(guardian: RunningServer): Promise<void> {
  const api = guardianApi(guardian.url);
  const source = readFileSync(OTEL_SHOP, 'utf8');
  const job = await start(OTEL_SHOP, guardian.url, guardian.key);
  assert.equal(await job.ended, 0);
  assert.equal(job.output(), 'started\nsent\n');

  await api.settle(guardian.key);
  const issues = (await api.issues()).filter(({ service }) => service === 'importer');
  // Both rows failed at the same place: one issue. The second was logged and recorded in its span: one incident of it.
  assert.deepEqual(
    issues.map(({ errorType, incidents, lastRevision }) => [errorType, incidents, lastRevision]),
    [['ValueError', 2, '0.8.0']],
  );
  const event = await api.waitForEvent('import stopped');
  checkRaised(
    { issue: await api.issue(issues[0]!.id), event },
    OTEL_SHOP,
    lineOf(source, 'return float('),
    'read_price',
  );
  matches(event, {
    severity: 'error',
    service: 'importer',
    environment: 'production',
    revision: '0.8.0',
    instance: 'importer-1',
    logger: 'importer.rows',
    trust: 'server',
  });
  assert.deepEqual(
    event.exceptions.map(({ type, message, relation, language }) => [type, message, relation, language]),
    [
      ['ImportFailed', 'row 12 has no price', 'raised', 'python'],
      ['ValueError', "could not convert string to float: 'free'", 'cause', 'python'],
    ],
  );
  matches(await api.waitForEvent('import began'), { severity: 'info', issueId: null });
  await checkNothingLost(api, 'otlp');
  console.log(`opentelemetry-sdk: ${issues.map(({ title }) => title).join(' | ')}`);
}

function checkRaised({ issue, event }: SeenIssue, file: string, line: number, name: string): void {
  assert.equal(issue.location?.line, line);
  assert.equal(issue.location.function, name);
  assert(file.endsWith(issue.location.file), `${issue.location.file} is not ${file}`);
  const root = event.exceptions.at(-1)!.frames[0]!;
  matches(root, { line, function: name, isApplication: true });
}

async function checkNothingLost(api: GuardianApi, kind: string): Promise<void> {
  const source = (await api.sources()).find((one) => one.kind === kind);
  matches(source, { state: 'receiving' });
  for (const format of ['sentry-envelope', 'otlp-logs', 'otlp-traces'])
    for (const status of [400, 401, 403, 413, 429, 503])
      assert.equal(await api.metric(`guardian_ingest_requests_total{format="${format}",status="${status}"}`), 0);
}

/** Each field of `expected` is in `given`, and equal. */
function matches(given: unknown, expected: Record<string, unknown>): void {
  const fields = (given ?? {}) as Record<string, unknown>;
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, fields[name]])), expected);
}
