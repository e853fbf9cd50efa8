import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import questions from '../../examples/nextgeneration/questions.json' with { type: 'json' };
import { createBlindIndex } from '../../packages/sdk/src/seal/index.ts';
import { PRODUCTS, startIndex } from '../../packages/sdk/src/sinks/index-fixtures.ts';
import type { EventDetail, EventSummary } from '../../src/contracts/api/events.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { type Mailbox, openMailbox } from '../fixtures/smtp-mailbox.ts';
import { runGuardian } from './run-guardian.ts';

const example = fileURLToPath(new URL('../../examples/nextgeneration/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nextgeneration-test-'));
const spool = join(folder, 'spool');
const wrappingKey = randomBytes(32).toString('hex');
const indexKey = randomBytes(32);
const SECRETS = questions.flatMap(({ customer }) => [customer.email, customer.iban]);
let server: RunningServer;
let mailbox: Mailbox;

beforeAll(async () => {
  mailbox = await openMailbox();
  server = await startGuardian({
    folder,
    arguments: ['--config', join(example, 'guardian.config.ts')],
    environment: { NEXTGENERATION_MAIL_PORT: String(mailbox.port), EMAIL_OPERATOR: 'operator@workshop.example' },
  });
});

afterAll(async () => {
  await server.stop();
  await mailbox.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Program {
  process: ChildProcess;
  /** `RUN ROUND QUESTION` of what it said it has done, in a turn after that of the records. */
  told: string[];
  /** Resolves once it told so many. */
  count(total: number): Promise<void>;
  /** What it wrote last, once it is gone. */
  ended: Promise<string>;
}

function startProgram(rounds: number, pauseMs: number, environment: Record<string, string> = {}): Program {
  const child = spawn(process.execPath, [join(example, 'program.ts'), String(rounds), String(pauseMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      GUARDIAN_URL: server.url,
      GUARDIAN_KEY: server.key,
      NEXTGENERATION_WRAPPING_KEY: wrappingKey,
      NEXTGENERATION_INDEX_KEY: indexKey.toString('hex'),
      NEXTGENERATION_SPOOL: spool,
      ...environment,
    },
  });
  const told: string[] = [];
  const looks = new Set<() => void>();
  const lines = createInterface({ input: child.stdout });
  let last = '';
  lines.on('line', (line) => {
    last = line;
    if (!line.startsWith('{')) told.push(line);
    for (const look of looks) look();
  });
  const ended = new Promise<string>((resolve) => lines.on('close', () => resolve(last)));
  const count = (total: number) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (told.length < total) return;
        looks.delete(look);
        resolve();
      };
      looks.add(look);
      look();
    });
  return { process: child, told, count, ended };
}

async function get<T>(path: string): Promise<T> {
  const response = await fetch(`${server.url}${path}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as T;
}

/** Every event that matches, oldest first. */
async function eventsOf(query: string): Promise<EventSummary[]> {
  const found: EventSummary[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { items: EventSummary[]; nextCursor: string | null } = await get(
      `/api/events?limit=200&order=oldest&query=${encodeURIComponent(query)}${after}`,
    );
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}

const detailsOf = async (query: string) => {
  const events = await eventsOf(query);
  return Promise.all(events.map(({ id }) => get<EventDetail>(`/api/events/${id}`)));
};

async function until<T>(what: string, look: () => Promise<T | undefined | null | false>): Promise<T> {
  const end = performance.now() + 150_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end) throw new Error(`not seen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Names of the files below the folder in which one of the texts stands. */
function filesWith(texts: readonly string[]): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const content = readFileSync(file);
      return texts.some((text) => content.includes(text));
    });
}

/** What one round writes, as `logger message`, whatever the order. */
const ROUND = [
  ...questions.map(({ id }) => `planner question ${id} planned`),
  ...questions.map(() => 'planner answer took'),
  ...questions.flatMap(({ sources }) =>
    sources.flatMap((source) => [
      source === 'archive' ? 'researcher read failed after' : 'researcher read took',
      `researcher ${source === 'archive' ? 0 : 'n'} passages in ${source}`,
      ...(source === 'archive' ? ['researcher source archive cannot be used'] : []),
    ]),
  ),
  ...questions.map(() => 'researcher research took'),
  ...questions.map(({ id }) => (id === 3 ? 'writer question 3 has no answer' : `writer answer to ${id} goes to`)),
  ...questions.map(() => 'writer write took'),
].sort();

function nameOf({ logger, body }: EventDetail): string {
  const role = logger!.split('.')[2];
  const text = body
    .replace(/(took|failed after) [\d.]+ ms$/, '$1')
    .replace(/goes to .*$/, 'goes to')
    .replace(/^[1-9]\d* passages/, 'n passages');
  return `${role} ${text}`;
}

describe('agents that log through the SDK, beside a Guardian that runs', () => {
  let events: EventDetail[];

  beforeAll(async () => {
    const program = startProgram(1, 0);
    const last = JSON.parse(await program.ended) as { isAllSent: boolean };
    expect([program.told.length, last.isAllSent]).toEqual([questions.length, true]);
    events = await detailsOf('service:nextgeneration');
  });

  it('rows 1, 7 and 23: bring every record once, of every logger, from the first on', () => {
    const passed = events.filter(({ body }) => !body.startsWith('a note has no date'));
    expect(passed.map(nameOf).sort()).toEqual(ROUND);
  });

  it('row 7: keep the fields, the agent, the category, the environment and the order', () => {
    const planned = events.find(({ body }) => body === 'question 2 planned')!;
    expect(planned).toMatchObject({
      service: 'nextgeneration',
      environment: 'example',
      logger: 'agent.desk.planner.paula',
      attributes: {
        category: 'agents',
        crew: 'desk',
        agent: { name: 'paula', role: 'planner', domain: 'desk' },
        question: 2,
        words: 5,
        sources: ['tuning', 'moving'],
        customer: { name: 'Grace' },
      },
    });
    const sequences = events.map(({ attributes }) => attributes.sequence as number).sort((a, b) => a - b);
    expect(sequences).toEqual(events.map((_, at) => at + 1));
  });

  it('row 7: hold one trace for each question, and measurements that nest in it', async () => {
    // A record that stands for folded ones of several traces has none.
    const traces = new Set(events.filter(({ attributes }) => !('folded' in attributes)).map(({ traceId }) => traceId));
    expect([traces.size, traces.has(null)]).toEqual([questions.length, false]);
    const answered = events.find(
      ({ body, attributes }) => body.startsWith('answer took') && attributes.question === 4,
    )!;
    const inTrace = events.filter(({ traceId }) => traceId === answered.traceId);
    const operation = (name: string) => inTrace.filter(({ attributes }) => attributes.operation === name);
    const [research] = operation('research');
    expect(research!.attributes.parentSpanId).toBe(answered.spanId);
    expect(operation('write')[0]!.attributes.parentSpanId).toBe(answered.spanId);
    expect(operation('read').map(({ attributes }) => attributes.parentSpanId)).toEqual([
      research!.spanId,
      research!.spanId,
    ]);
    expect(await eventsOf(`trace:${answered.traceId}`)).toHaveLength(inTrace.length);
  });

  it('row 7: bring an error with its cause, and what the cause said of itself', () => {
    const failed = events.find(({ body }) => body === 'source archive cannot be used')!;
    expect(failed.severity).toBe('error');
    expect(failed.exceptions.map(({ type }) => type)).toEqual(['Error', 'Error']);
    expect(failed.exceptions.map(({ message }) => message).sort()[1]).toBe('there is no note "archive"');
    expect(JSON.stringify(failed.exceptions)).toContain('ENOENT: no such file or directory');
    expect(failed.attributes).toMatchObject({ question: 3, source: 'archive', err: { cause: { code: 'ENOENT' } } });
  });

  it('row 8: fold equal warnings into one record with their count', () => {
    const warnings = events.filter(({ body }) => body.startsWith('a note has no date'));
    const folded = warnings.reduce(
      (sum, { attributes }) => sum + ((attributes.folded as { count: number } | undefined)?.count ?? 0),
      0,
    );
    const undated = questions.flatMap(({ sources }) => sources).filter((one) => ['tuning', 'moving'].includes(one));
    expect([warnings.length, folded]).toEqual([2, undated.length - 1]);
  });

  it('rows 15, 16 and 17: show what was sealed nowhere, in the answers of the server as in its files and the spill', () => {
    const shown = JSON.stringify(events);
    expect(SECRETS.filter((secret) => shown.includes(secret))).toEqual([]);
    expect(filesWith(['question 2 planned'])).not.toEqual([]);
    expect(filesWith(SECRETS)).toEqual([]);
  });

  it('row 12: open it again with the wrapping key, found by its blind index', async () => {
    const fields = [{ path: 'customer.iban' }];
    const equal = createBlindIndex({ key: { bytes: indexKey }, fields }).of(
      'customer.iban',
      questions[1]!.customer.iban,
    );
    const found = await eventsOf(`sealed.index.customer.iban:${equal}`);
    expect(found).toHaveLength(2);
    const event = found.find(({ body }) => body.startsWith('answer to'))!;
    const run = await runGuardian(['decrypt', event.id, '--who', 'Grace Hopper', '--why', 'a complaint', '--json'], {
      folder,
      environment: { GUARDIAN_SEALING_KEY: wrappingKey },
    });
    expect([run.stderr, run.status]).toEqual(['', 0]);
    const { customer } = questions[1]!;
    expect(JSON.parse(run.stdout)).toMatchObject({
      content: { message: `answer to 2 goes to ${customer.email}`, attributes: { customer } },
    });
  });
});

describe('agents that are killed', () => {
  it('lose nothing that they accepted in an earlier turn, and store nothing twice', async () => {
    const program = startProgram(1_000, 2);
    await program.count(60);
    program.process.kill('SIGKILL');
    await program.ended;
    expect(program.told.length).toBeGreaterThanOrEqual(60);
    // The next one sends what the killed one left.
    expect(JSON.parse(await startProgram(1, 0).ended)).toMatchObject({ isAllSent: true });
    const rounds = Map.groupBy(program.told, (line) => line.split(' ').slice(0, 2).join('-'));
    for (const [run, told] of rounds) {
      const stored = await eventsOf(`run:${run} "answer took"`);
      expect(stored.length, run).toBeGreaterThanOrEqual(told.length);
      expect(stored.length, run).toBeLessThanOrEqual(questions.length);
    }
    expect(filesWith(SECRETS)).toEqual([]);
  });
});

describe('agents with an index besides', () => {
  it('bring it the same records under the names of ECS, sealed as well', async () => {
    const index = await startIndex(PRODUCTS.find(({ name }) => name === 'Elasticsearch 9')!);
    const program = startProgram(1, 0, { ELASTICSEARCH_URL: index.url, NEXTGENERATION_SPOOL: join(folder, 'spool-2') });
    expect(JSON.parse(await program.ended)).toMatchObject({ isAllSent: true });
    const documents = index.documents().map(({ source }) => source);
    const ids = new Set(index.documents().map(({ id }) => id));
    const run = `${program.told[0]!.split(' ')[0]}-1`;
    const atServer = await eventsOf(`run:${run}`);
    expect(atServer.length).toBeGreaterThan(questions.length);
    expect(documents.filter(({ fields }) => (fields as { run?: string }).run === run)).toHaveLength(atServer.length);
    expect(ids.size).toBe(documents.length);
    expect(index.isDataStream()).toBe(true);
    const failed = documents.find(({ message }) => message === 'source archive cannot be used')!;
    expect(failed).toMatchObject({
      log: { level: 'error', logger: 'agent.desk.researcher.rosa' },
      service: { name: 'nextgeneration', environment: 'example' },
      error: { type: 'Error', message: 'there is no note "archive"', stack_trace: expect.stringContaining('ENOENT') },
      trace: { id: expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
    const shown = JSON.stringify(documents);
    expect(SECRETS.filter((secret) => shown.includes(secret))).toEqual([]);
    expect(shown).toContain('"sealed"');
  });
});

describe('agents that fail', () => {
  it('row 6: raise the alert of the rule, and its mail reaches the operator', { timeout: 180_000 }, async () => {
    expect(JSON.parse(await startProgram(2, 0).ended)).toMatchObject({ isAllSent: true });
    // Rules look once a minute.
    const mail = await until('the mail', async () => mailbox.messages.find(({ raw }) => raw.includes('AGENT_FAILS')));
    expect(mail.to).toEqual(['operator@workshop.example']);
    expect(SECRETS.filter((secret) => mail.raw.includes(secret))).toEqual([]);
    const sent = await until('its row', async () => {
      const { items } = await get<{ items: { state: string; occasion: string; recipient: string }[] }>(
        '/api/deliveries?limit=50',
      );
      return items.find(({ state, occasion }) => state === 'sent' && occasion === 'alert_fired');
    });
    expect(sent.recipient).toBe('Operator');
  });
});
