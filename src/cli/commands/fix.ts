import type { fixReply } from '../../contracts/api/fixes.ts';
import { GuardianError, type Messages, messagesFor } from '../../core/shared/index.ts';
import { askServer, type Server } from '../ask-server.ts';
import type { CommandContext } from '../context.ts';
import { COMMON_OPTIONS, languageOf, parseOptions } from '../parse-options.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  url: { type: 'string' },
  'api-key': { type: 'string' },
  way: { type: 'string' },
  agent: { type: 'string' },
  state: { type: 'string' },
  issue: { type: 'string' },
  limit: { type: 'string' },
  text: { type: 'string' },
  branch: { type: 'string' },
  'pull-request': { type: 'string' },
  revision: { type: 'string' },
  json: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseOptions<typeof OPTIONS>>['values'];

interface Asking {
  server: Server;
  values: Values;
  context: CommandContext;
  messages: Messages;
}

type Action = typeof fixReply._output.action;
const ACTIONS: readonly Action[] = ['propose', 'merge', 'deploy', 'decline', 'note'];

/**
 * `guardian fix list | agents | check ISSUE | hand-off ISSUE | show ID | reply ID propose|merge|deploy|decline|note`: asks the running server, as the API key permits. Exit
 * status 0; 66 when it is not there, 73 when it contradicts the state things are in, 65 when what is said is not enough.
 */
export async function run(context: CommandContext): Promise<number> {
  const { values, positionals } = parseOptions(context.arguments, OPTIONS);
  const [verb = '', ...rest] = positionals;
  const language = languageOf(context.arguments, context.environment);
  const messages = messagesFor(language);
  const server = askServer(values, context, language);
  const asking: Asking = { server, values, context, messages };
  const [name, action] = rest;
  if (verb === 'list' && rest.length === 0) return list(asking);
  if (verb === 'agents' && rest.length === 0) return agents(asking);
  if (verb === 'check' && name !== undefined && rest.length === 1) return check(name, asking);
  if (verb === 'hand-off' && name !== undefined && rest.length === 1) return handOff(name, asking);
  if (verb === 'show' && name !== undefined && rest.length === 1) return show(name, asking);
  const known = ACTIONS.find((one) => one === action);
  if (verb === 'reply' && name !== undefined && known !== undefined && rest.length === 2)
    return reply(name, known, asking);
  throw new GuardianError('usage_invalid', { reason: messages.cli.fix.usage });
}

const pathOf = (id: string) => `/api/fixes/${encodeURIComponent(id)}`;

async function list({ server, values, context, messages }: Asking): Promise<number> {
  const { fixSummary } = await import('../../contracts/api/fixes.ts');
  const { pageOf } = await import('../../contracts/api/shared.ts');
  const words = messages.cli.fix;
  const query = new URLSearchParams({ limit: values.limit ?? '50' });
  if (values.state !== undefined) query.set('state', values.state);
  if (values.issue !== undefined) query.set('issue', values.issue);
  const page = await server.get(`/api/fixes?${query}`, pageOf(fixSummary));
  if (values.json) return json(page, context);
  const { fixLines } = await import('../fix-lines.ts');
  const { oneLine } = await import('../../core/reports/index.ts');
  const lines = page.items.length === 0 ? [words.none] : fixLines(page.items, { messages, plain: oneLine });
  context.output.write(`${lines.join('\n')}\n`);
  if (page.nextCursor !== null) context.output.write(`${words.more}\n`);
  return 0;
}

async function agents({ server, values, context, messages }: Asking): Promise<number> {
  const { agentsReply } = await import('../../contracts/api/fixes.ts');
  const reply = await server.get('/api/fix-agents', agentsReply);
  if (values.json) return json(reply, context);
  const words = messages.cli.fix;
  const { oneLine } = await import('../../core/reports/index.ts');
  const lines = reply.items.flatMap(({ name, way, description, isAutomatic, today, perDay, problem }) => [
    `${name}  ${way}${isAutomatic ? `  ${words.automatic(today, perDay)}` : ''}`,
    ...[description, problem].flatMap((text) => (text ? [`      ${oneLine(text)}`] : [])),
  ]);
  context.output.write(`${(lines.length === 0 ? [words.noAgents] : lines).join('\n')}\n`);
  return 0;
}

/** Before anything is handed over: what speaks against it, whoever asks. */
async function check(issue: string, { server, values, context, messages }: Asking): Promise<number> {
  const { handOffOutlook } = await import('../../contracts/api/fixes.ts');
  const outlook = await server.get(`/api/issues/${encodeURIComponent(issue)}/hand-off-outlook`, handOffOutlook);
  if (values.json) return json(outlook, context);
  const { outlookLines } = await import('../fix-lines.ts');
  const { oneLine } = await import('../../core/reports/index.ts');
  context.output.write(`${outlookLines(outlook, { messages, plain: oneLine }).join('\n')}\n`);
  return 0;
}

async function handOff(issue: string, { server, values, context, messages }: Asking): Promise<number> {
  const { agentsReply, fixSummary } = await import('../../contracts/api/fixes.ts');
  const { agent } = values;
  let { way } = values;
  if (way === undefined && agent !== undefined) {
    const known = await server.get('/api/fix-agents', agentsReply);
    way = known.items.find(({ name }) => name === agent)?.way;
  }
  if (way === undefined) throw new GuardianError('usage_invalid', { reason: messages.cli.fix.needsWay });
  const fix = await server.post('/api/fixes', { issue, way, ...(agent === undefined ? {} : { agent }) }, fixSummary);
  if (values.json) return json(fix, context);
  const { oneLine } = await import('../../core/reports/index.ts');
  context.output.write(`${messages.cli.fix.handedOff(fix.issue.shortId, fix.id, oneLine(fix.agent))}\n`);
  return 0;
}

async function show(id: string, { server, values, context, messages }: Asking): Promise<number> {
  const { fixDetail } = await import('../../contracts/api/fixes.ts');
  const fix = await server.get(pathOf(id), fixDetail);
  if (values.json) return json(fix, context);
  const { fixDetailLines } = await import('../fix-lines.ts');
  const { oneLine } = await import('../../core/reports/index.ts');
  context.output.write(`${fixDetailLines(fix, { messages, plain: oneLine }).join('\n')}\n`);
  return 0;
}

async function reply(id: string, action: Action, { server, values, context, messages }: Asking): Promise<number> {
  const { fixDetail } = await import('../../contracts/api/fixes.ts');
  const { text, branch, revision, 'pull-request': pullRequest } = values;
  const given = Object.entries({ text, branch, revision, pullRequest }).filter(([, value]) => value !== undefined);
  const fix = await server.post(`${pathOf(id)}/reply`, { action, ...Object.fromEntries(given) }, fixDetail);
  if (values.json) return json(fix, context);
  context.output.write(`${messages.cli.fix.moved(fix.id, messages.fixes.steps[fix.state])}\n`);
  return 0;
}

function json(value: unknown, { output }: CommandContext): number {
  output.write(`${JSON.stringify(value, null, 2)}\n`);
  return 0;
}
