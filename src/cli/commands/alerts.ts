import type { ALERT_ACTIONS } from '../../core/alerts/index.ts';
import { GuardianError, type Messages, messagesFor } from '../../core/shared/index.ts';
import { askServer, type Server } from '../ask-server.ts';
import type { CommandContext } from '../context.ts';
import { configurationOf } from '../look-options.ts';
import { COMMON_OPTIONS, languageOf, parseOptions } from '../parse-options.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  url: { type: 'string' },
  'api-key': { type: 'string' },
  state: { type: 'string' },
  severity: { type: 'string' },
  type: { type: 'string' },
  rule: { type: 'string' },
  text: { type: 'string' },
  archived: { type: 'boolean' },
  limit: { type: 'string' },
  json: { type: 'boolean' },
  notes: { type: 'string' },
  labelled: { type: 'string' },
} as const;

type Values = ReturnType<typeof parseOptions<typeof OPTIONS>>['values'];

const ACTIONS: Record<string, (typeof ALERT_ACTIONS)[number]> = {
  ack: 'acknowledge',
  resolve: 'resolve',
  reopen: 'reopen',
  archive: 'archive',
  unarchive: 'unarchive',
  note: 'note',
};

/** Pages that are looked through for an alert by its number. */
const PAGE = 200;
const MOST_PAGES = 100;

/**
 * `guardian alerts list | ack | resolve | reopen | archive | unarchive | note | undo | test`. All but `test` ask the running server, as the API key
 * permits. Exit status 0; 66 when an alert is not there, 73 when one is in another state than the action needs.
 */
export async function run(context: CommandContext): Promise<number> {
  const { values, positionals } = parseOptions(context.arguments, OPTIONS);
  const [verb = '', ...rest] = positionals;
  const language = languageOf(context.arguments, context.environment);
  if (verb === 'test') return test(values, context);
  const messages = messagesFor(language);
  const server = askServer(values, context, language);
  if (verb === 'list' && rest.length === 0) return list(server, values, context, messages);
  if (verb === 'undo' && rest.length === 1) return undo(server, rest[0]!, context, messages);
  const action = Object.hasOwn(ACTIONS, verb) ? ACTIONS[verb] : undefined;
  if (action === undefined || rest.length === 0)
    throw new GuardianError('usage_invalid', { reason: messages.cli.alerts.usage });
  return act(server, { action, names: rest, notes: values.notes }, context, messages);
}

async function test(values: Values, context: CommandContext): Promise<number> {
  const configuration = await configurationOf({ config: values.config, lang: values.lang }, context);
  const { testRules } = await import('../test-rules.ts');
  const messages = messagesFor(configuration.language);
  return testRules({ configuration, labelled: values.labelled ?? null, messages, context });
}

async function list(server: Server, values: Values, { output }: CommandContext, messages: Messages): Promise<number> {
  const { alertPage } = await import('../../contracts/api/alerts.ts');
  const { oneLine } = await import('../../core/reports/index.ts');
  const words = messages.cli.alerts;
  const query = new URLSearchParams({ limit: values.limit ?? '50', state: values.state ?? 'firing,acknowledged' });
  for (const name of ['severity', 'type', 'rule', 'text'] as const) {
    const value = values[name];
    if (value !== undefined) query.set(name, value);
  }
  if (values.archived) query.set('archived', 'true');
  if (values.archived && values.state === undefined) query.delete('state');
  const page = await server.get(`/api/alerts?${query}`, alertPage);
  if (values.json) {
    output.write(`${JSON.stringify(page, null, 2)}\n`);
    return 0;
  }
  const { alertLines } = await import('../alert-lines.ts');
  const lines = page.items.length === 0 ? [words.none] : alertLines(page.items, words, oneLine);
  output.write(`${[...lines, '', words.counts(page.counts)].join('\n')}\n`);
  if (page.nextCursor !== null) output.write(`${words.more}\n`);
  return 0;
}

async function act(
  server: Server,
  { action, names, notes }: { action: (typeof ALERT_ACTIONS)[number]; names: string[]; notes: string | undefined },
  context: CommandContext,
  messages: Messages,
): Promise<number> {
  const { alertActionReply } = await import('../../contracts/api/alerts.ts');
  const found = await idsOf(server, names);
  const ids = names.flatMap((name) => found.get(name) ?? []);
  const reply =
    ids.length === 0
      ? { changed: [], refused: [], undo: null }
      : await server.post(
          '/api/alerts/actions',
          { ids, action, ...(notes === undefined ? {} : { notes }) },
          alertActionReply,
        );
  const missing = names.filter((name) => !found.has(name)).map((name) => ({ id: name, reason: 'not-found' }));
  const nameOf = new Map([...found].map(([name, id]) => [id, name]));
  return tell({ ...reply, refused: [...missing, ...reply.refused] }, nameOf, context, messages);
}

async function undo(server: Server, token: string, context: CommandContext, messages: Messages): Promise<number> {
  const { alertActionReply } = await import('../../contracts/api/alerts.ts');
  const reply = await server.post('/api/alerts/undo', { undo: token }, alertActionReply);
  return tell(reply, new Map(), context, messages);
}

interface Outcome {
  changed: string[];
  refused: { id: string; reason: string }[];
  undo: string | null;
}

function tell(
  outcome: Outcome,
  nameOf: Map<string, string>,
  { output, errors }: CommandContext,
  messages: Messages,
): number {
  const words = messages.cli.alerts;
  for (const id of outcome.changed) output.write(`${words.done(nameOf.get(id) ?? id)}\n`);
  for (const { id, reason } of outcome.refused) {
    const why = Object.hasOwn(words.refusals, reason) ? words.refusals[reason as keyof typeof words.refusals] : reason;
    errors.write(`${words.refused(nameOf.get(id) ?? id, why)}\n`);
  }
  if (outcome.undo !== null) output.write(`${words.undo(outcome.undo)}\n`);
  if (outcome.refused.length === 0) return 0;
  const isMissing = outcome.refused.some(({ reason }) => reason === 'not-found');
  return new GuardianError(isMissing ? 'not_found' : 'conflict').kind.exitStatus;
}

/** `12` and `#12` are numbers, as the list shows them; everything else is an id. */
async function idsOf(server: Server, names: readonly string[]): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  const numbers = new Map<number, string>();
  for (const name of names) {
    const number = /^#?(\d{1,15})$/.exec(name)?.[1];
    if (number === undefined) ids.set(name, name);
    else numbers.set(Number(number), name);
  }
  for (const archived of ['false', 'true']) {
    if (numbers.size > 0) await findNumbers(server, archived, numbers, ids);
  }
  return ids;
}

async function findNumbers(
  server: Server,
  archived: string,
  numbers: Map<number, string>,
  ids: Map<string, string>,
): Promise<void> {
  const { alertPage } = await import('../../contracts/api/alerts.ts');
  let cursor: string | null = null;
  for (let count = 0; count < MOST_PAGES && numbers.size > 0; count += 1) {
    const query = new URLSearchParams({ limit: String(PAGE), archived, ...(cursor === null ? {} : { cursor }) });
    const page: Awaited<ReturnType<typeof server.get<typeof alertPage>>> = await server.get(
      `/api/alerts?${query}`,
      alertPage,
    );
    for (const { number, id } of page.items) {
      const name = numbers.get(number);
      if (name === undefined) continue;
      ids.set(name, id);
      numbers.delete(number);
    }
    cursor = page.nextCursor;
    if (cursor === null) return;
  }
}
