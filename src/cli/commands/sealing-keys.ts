import { GuardianError, messagesFor, toInstant } from '../../core/shared/index.ts';
import type { CommandContext } from '../context.ts';
import { configurationOf } from '../look-options.ts';
import { COMMON_OPTIONS, parseOptions } from '../parse-options.ts';

const LISTED = 1_000;
const KEY = /^[0-9a-f]{32}$/;
const LONGEST_REASON = 1_000;

/** `guardian sealing-keys list` and `guardian sealing-keys remove KEY`: keys that sealed records were made with, as the server keeps them, wrapped. */
export async function run(context: CommandContext): Promise<number> {
  const { values, positionals } = parseOptions(context.arguments, {
    ...COMMON_OPTIONS,
    project: { type: 'string' },
    why: { type: 'string' },
    yes: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  const configuration = await configurationOf({ config: values.config, lang: values.lang }, context);
  const { sealing, cli } = messagesFor(configuration.language);
  const words = sealing.sealingKeys;
  const remedy = cli.helpOf('sealing-keys');
  const [verb, id, ...more] = positionals;
  const { openSealingKeys } = await import('../../app/sealing-keys.ts');
  const keys = openSealingKeys({ ...context, configuration });
  if (verb === 'list' && id === undefined) {
    const listed = await keys.list(LISTED);
    for (const key of listed) context.output.write(`${keyLine(key, values.json === true)}\n`);
    if (listed.length === 0) context.errors.write(`${words.none}\n`);
    if (listed.length === LISTED) context.errors.write(`${words.more(LISTED)}\n`);
    return 0;
  }
  if (verb !== 'remove' || id === undefined || !KEY.test(id) || more.length > 0)
    throw new GuardianError('usage_invalid', { reason: words.usage, remedy });
  const why = values.why?.trim().slice(0, LONGEST_REASON);
  if (!why) throw new GuardianError('usage_invalid', { reason: words.needsWhy, remedy });
  if (values.yes !== true) throw new GuardianError('usage_invalid', { reason: words.sure(id), remedy });
  const project = await keys.remove(id, { project: values.project ?? null, why });
  context.output.write(`${words.removed(id, project)}\n`);
  return 0;
}

interface ListedKey {
  id: string;
  createdAt: number;
  project: string;
  wrappedBy: string;
}

function keyLine({ createdAt, ...key }: ListedKey, isJson: boolean): string {
  const at = toInstant(createdAt);
  return isJson ? JSON.stringify({ ...key, createdAt: at }) : `${key.id}  ${at}  ${key.project}  ${key.wrappedBy}`;
}
