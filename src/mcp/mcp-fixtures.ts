import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { sampleReport } from '../../test/fixtures/sample-report.ts';
import { errorEvent, event, START } from '../../test/fixtures/understanding.ts';
import type { IssueAction } from '../contracts/api/issues.ts';
import type { Overview } from '../contracts/api/overview.ts';
import type { Event, StoredEvent } from '../core/events/index.ts';
import type { StoredIssue } from '../core/issues/index.ts';
import { handOffOf } from '../core/reports/hand-off/hand-off.ts';
import { handOffInput, storedIssue } from '../core/reports/hand-off/hand-off-fixtures.ts';
import type { Report, StoredReport } from '../core/reports/index.ts';
import { messagesFor } from '../core/shared/index.ts';
import { createMcpHandler } from './handler.ts';
import type { McpOptions, Principal } from './mcp-options.ts';

/** A small store in memory behind the ports, that keeps what the tools ask of it and what they do. */
export interface Shop {
  issues: StoredIssue[];
  events: StoredEvent[];
  reports: { about: StoredReport; content: Report | null }[];
  overview: Overview;
  /** What `actOnIssues` was asked for. */
  acted: { ids: string[]; action: IssueAction; actor: string }[];
  errors: unknown[];
  options: McpOptions;
}

export function stored(one: Event, seq = one.time * 4096, issueId: string | null = null): StoredEvent {
  return { seq, projectId: 1, issueId, event: one };
}

export function report(changes: Partial<StoredReport> = {}): StoredReport {
  return {
    id: 'report-1',
    projectId: 1,
    service: 'shop',
    status: 'CRITICAL',
    occasion: 'schedule',
    from: START - 3_600_000,
    to: START,
    madeAt: START + 1_000,
    intervalMs: 3_600_000,
    errors: 12,
    warnings: 3,
    problem: null,
    ...changes,
  };
}

/** The shop with two issues, three events and two reports; give what a test is about. */
export function openShop(changes: Partial<Omit<Shop, 'options' | 'acted' | 'errors'>> = {}): Shop {
  const { issue } = handOffInput();
  const shop: Omit<Shop, 'options'> = {
    issues: [
      storedIssue(issue!, { id: 'issue-1', number: 12 }),
      storedIssue(issue!, {
        id: 'issue-2',
        number: 7,
        title: 'TimeoutError',
        state: 'regressed',
        lastSeen: START - 5_000,
      }),
    ],
    events: [
      stored(errorEvent(), START * 4096 + 1, 'issue-1'),
      stored(event({ time: START - 1_000 })),
      stored(event({ time: START - 2_000, body: 'cart opened' })),
    ],
    reports: [
      { about: report(), content: sampleReport() },
      {
        about: report({
          id: 'report-0',
          status: 'could not look',
          from: null,
          to: null,
          problem: 'HTTP 403',
          madeAt: START - 9e6,
        }),
        content: null,
      },
    ],
    overview: {
      status: 'CRITICAL',
      reasons: ['12 errors, more than 5'],
      isEmpty: false,
      services: [
        {
          project: 'shop',
          service: 'shop',
          status: 'CRITICAL',
          errorsLastHour: 12,
          openIssues: 2,
          lastEventAt: '2026-03-14T09:00:00.000Z',
          revision: 'shop-00042-qiz',
          lastDay: [],
        },
      ],
      newIssues: [],
      regressedIssues: [],
      latestReports: [],
      ownProblems: [],
    },
    acted: [],
    errors: [],
    ...changes,
  };
  return { ...shop, options: optionsOver(shop) };
}

function optionsOver(shop: Omit<Shop, 'options'>): McpOptions {
  const named = (name: string) =>
    shop.issues.find(({ id, number }) => id === name || `SHOP-${number}` === name.toUpperCase());
  return {
    issues: {
      async list({ states, words, cursor, limit, revision, minimumSeverity, service }) {
        const found = shop.issues.filter(
          (one) =>
            (states === null || states.includes(one.state)) &&
            (service === null || one.service === service) &&
            (revision === null || one.lastRevision === revision) &&
            (minimumSeverity === null || one.severity >= minimumSeverity) &&
            words.every((word) => one.title.toLowerCase().includes(word.toLowerCase())),
        );
        const from = cursor === null ? 0 : Number(cursor);
        const next = from + limit;
        return {
          items: found.slice(from, next),
          nextCursor: next < found.length ? String(next) : null,
          total: found.length,
        };
      },
    },
    events: {
      async search({ words, fields, cursor, limit, from, to, minimumSeverity }) {
        const fieldOf = ({ event: one, issueId }: StoredEvent, name: string) =>
          name === 'issue'
            ? issueId
            : name === 'trace'
              ? one.traceId
              : String(one[name as 'service'] ?? one.attributes[name] ?? '');
        const found = shop.events
          .filter(
            (one) =>
              (cursor === null || one.seq < cursor) &&
              (from === null || one.event.time >= from) &&
              (to === null || one.event.time < to) &&
              (minimumSeverity === null || one.event.severityNumber >= minimumSeverity) &&
              words.every(({ text, isExcluded }) => one.event.body.includes(text) !== isExcluded) &&
              fields.every(({ name, value }) => fieldOf(one, name) === value),
          )
          .sort((a, b) => b.seq - a.seq);
        const events = found.slice(0, limit);
        return { events, cursor: found.length > limit ? events.at(-1)!.seq : null };
      },
      get: async (seqs) => shop.events.filter(({ seq }) => seqs.includes(seq)),
    },
    reports: {
      async list({ status, limit }) {
        const items = shop.reports.map(({ about }) => about).filter((one) => status === null || one.status === status);
        return { items: items.slice(0, limit), nextCursor: items.length > limit ? '1' : null };
      },
      get: async (id) => shop.reports.find(({ about }) => about.id === id) ?? null,
    },
    projects: async () => [{ id: 1, slug: 'shop' }],
    findIssue: async (name) => named(name) ?? null,
    overview: async () => shop.overview,
    async handOffOf(issueId) {
      const found = named(issueId);
      return found ? handOffOf(handOffInput({ stored: found, shortId: `SHOP-${found.number}` })) : null;
    },
    async actOnIssues(ids, action, actor) {
      shop.acted.push({ ids, action, actor });
      for (const one of shop.issues) if (ids.includes(one.id)) one.state = stateAfter[action.type] ?? one.state;
      return ids.map((id) => ({ id, isDone: true, reason: null }));
    },
    // Tests of hand-offs put the real ones here.
    fixes: {
      handOff: async () => ({ isRefused: true, reason: 'not-found', fix: null }),
      reply: async () => ({ isRefused: true, reason: 'not-found' }),
      list: async () => ({ items: [], nextCursor: null }),
      get: async () => null,
      about: async () => null,
    },
    messages: messagesFor('en'),
    clock: { now: () => START + 3_600_000 },
    version: '1.2.3',
    onError: (error) => shop.errors.push(error),
  };
}

/** What an action makes of an issue; the others leave its state. */
const stateAfter: Partial<Record<string, StoredIssue['state']>> = {
  resolve: 'resolved',
  ignore: 'ignored',
  reopen: 'open',
  'hand-off': 'handed off',
};

export const WRITER: Principal = { id: 'key-1', name: 'fixer', scope: 'write' };
export const READER: Principal = { id: 'key-2', name: 'looker', scope: 'read' };

/** A real client of the SDK over the handler, without a socket between them. */
export async function connect(options: McpOptions, principal: Principal = WRITER): Promise<Client> {
  const handle = createMcpHandler(options);
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StreamableHTTPClientTransport(new URL('http://127.0.0.1:4400/mcp'), {
    fetch: (input, init) => handle(new Request(input, init), principal),
  });
  await client.connect(transport);
  return client;
}

/** Calls one tool as an agent does. */
export async function call(
  shop: Shop,
  name: string,
  input: Record<string, unknown> = {},
  principal: Principal = WRITER,
): Promise<{ text: string; data: Record<string, unknown>; isError: boolean }> {
  const client = await connect(shop.options, principal);
  // Knowing the tools, the client checks every answer against its schema.
  await client.listTools();
  const result = (await client.callTool({ name, arguments: input })) as CallToolResult;
  await client.close();
  const text = result.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
  return { text, data: result.structuredContent ?? {}, isError: result.isError === true };
}
