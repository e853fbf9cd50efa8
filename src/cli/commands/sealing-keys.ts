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
    const rows = listed.map(({ createdAt, ...key }) => ({ ...key, createdAt: toInstant(createdAt) }));
    for (const row of rows)
      context.output.write(
        values.json === true
          ? `${JSON.stringify(row)}\n`
          : `${row.id}  ${row.createdAt}  ${row.project}  ${row.wrappedBy}\n`,
      );
    if (rows.length === 0) context.errors.write(`${words.none}\n`);
    if (rows.length === LISTED) context.errors.write(`${words.more(LISTED)}\n`);
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
